"""Chats: private ones, groups and forums; who is in them and how a bot stands there.

The rule: message ids count up by one in every chat, so a message is found by its place in the list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.messages import Account, Message

Json = dict[str, Any]
Standing = Literal["creator", "administrator", "member", "left", "kicked"]

_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories "
    "can_pin_messages can_manage_topics"
)
ADMIN_RIGHTS = tuple(_RIGHTS.split())


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is the id of the service message that opened it."""

    thread_id: int
    name: str
    icon_color: int = 7322096
    icon_custom_emoji_id: str | None = None
    closed: bool = False


@dataclass(slots=True)
class Group:
    """What only a group has."""

    title: str
    is_forum: bool = False
    standings: dict[int, Standing] = field(default_factory=dict)
    """Account id, also a bot's, to its standing; absent means never there."""
    topics: dict[int, Topic] = field(default_factory=dict)
    migrated_to: int | None = None


@dataclass(slots=True)
class Chat:
    """One chat. `person` is set in a private chat, `group` in a group."""

    id: int
    person: Account | None = None
    group: Group | None = None
    opened: bool = False
    """Private: the person has written at least once, so the bot may write."""
    blocked: bool = False
    """Private: the person has blocked the bot."""
    keyboard: Json | None = None
    """The reply keyboard now under the person's text field."""
    pinned: list[int] = field(default_factory=list)
    menu_button: Json | None = None
    messages: list[Message] = field(default_factory=list)
    last_id: int = 0

    @property
    def type(self) -> str:
        """private, group or supergroup."""
        if self.person is not None:
            return "private"
        return "supergroup" if str(self.id).startswith("-100") else "group"

    @property
    def title(self) -> str:
        """The group's title, or the person's name."""
        return self.group.title if self.group else self.person.name if self.person else ""

    def find(self, message_id: int) -> Message | None:
        """The message of that id, unless it was deleted or is no longer kept."""
        if not self.messages:
            return None
        place = message_id - self.messages[0].message_id
        if not 0 <= place < len(self.messages):
            return None
        message = self.messages[place]
        return None if message.deleted else message

    def standing(self, account_id: int) -> Standing:
        """How an account stands in the group; "left" if it was never there."""
        return self.group.standings.get(account_id, "left") if self.group else "member"

    def is_admin(self, account_id: int) -> bool:
        """Whether an account may act as an administrator."""
        return self.standing(account_id) in ("administrator", "creator")

    def as_json(self) -> Json:
        """The Bot API's Chat."""
        if self.person is not None:
            told: Json = {"id": self.id, "type": "private", "first_name": self.person.name}
            if self.person.username:
                told["username"] = self.person.username
            return told
        told = {"id": self.id, "type": self.type, "title": self.title}
        if self.group and self.group.is_forum:
            told["is_forum"] = True
        return told


def describe_member(account: Account, standing: Standing) -> Json:
    """The Bot API's ChatMember for one account."""
    told: Json = {"status": standing, "user": account.as_json()}
    if standing == "administrator":
        told |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(ADMIN_RIGHTS, True)
    elif standing == "creator":
        told["is_anonymous"] = False
    elif standing == "kicked":
        told["until_date"] = 0
    return told
