"""What may be asked of the control API: one class for each thing a person can do on the page.

The rule: an unknown field is an error, so that a slip in a test or on the page shows at once.
"""

from typing import Annotated, Any

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

Json = dict[str, Any]


class Act(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid")


class InChat(Act):
    """Something a person does in a chat; without `chat` in their own with the bot."""

    person: int
    chat: int | None = None
    reply_to: int | None = None
    thread: int | None = None

    def place(self) -> Json:
        """Where it is done, in the words of `World`."""
        return {"chat_id": self.chat, "reply_to": self.reply_to, "thread_id": self.thread or None}


class Say(InChat):
    """POST /sim/say."""

    text: Annotated[str, Field(max_length=4096)]


class Send(InChat):
    """POST /sim/send; without `content` (base64) a sample of the kind goes out."""

    kind: str
    caption: Annotated[str, Field(max_length=1024)] = ""
    content: Base64Bytes | None = None
    file_name: str | None = None
    mime_type: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    def chosen(self) -> Json:
        """What the sender said of the medium, ready for `World.send`."""
        named = ("content", "file_name", "mime_type", "latitude", "longitude")
        return {name: said for name in named if (said := getattr(self, name)) is not None}


class Start(Act):
    """POST /sim/start."""

    person: int
    payload: Annotated[str, Field(max_length=64)] = ""


class Edit(Act):
    """POST /sim/edit."""

    person: int
    message_id: int
    text: Annotated[str, Field(min_length=1, max_length=4096)]
    chat: int | None = None


class Press(Act):
    """POST /sim/press; without `message_id` the newest message with buttons is meant."""

    person: int
    data: str
    chat: int | None = None
    message_id: int | None = None


class Advance(Act):
    """POST /sim/clock; at most a year at once."""

    seconds: Annotated[float, Field(ge=0, le=366 * 86400)]


class Arrive(Act):
    """POST /sim/people; without `id` the next free one is given."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    language_code: Annotated[str, Field(max_length=16)] | None = None
    role: Annotated[str, Field(max_length=64)] = ""
    id: Annotated[int, Field(gt=0)] | None = None


class Block(Act):
    """POST /sim/block."""

    person: int
    blocked: bool


class OpenApp(Act):
    """POST /sim/app: a person opens a Mini App."""

    person: int
    url: str
