"""What happens in a staff group: linked with a code, words that answer somebody, buttons, and Telegram's own news.

The rule: being in the group gives no right. Whoever holds no role at the clinic is not even answered.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from handlers import handoff_staff
from handlers.lines import at_clinic, my_clinics, read_line
from handlers.press_codec import Press, decode
from handlers.presses.handoff import (
    CloseTalk,
    DropLine,
    MakeGroupCode,
    PickPhrase,
    SeePhrases,
    SendLine,
    UnlinkGroup,
)
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import handoff_groups as screens
from handlers.screens import handoff_staff as staff_screens
from handoff import answering, linking
from handoff.rules import State
from people.authority import Action, may
from people.store import grants_of
from storage.tables import Conversation, StaffGroup

EXAMPLE = "/staff_group mae-sot"
BUTTONS: dict[type[Press], Callable[..., Awaitable[Screen]]] = {
    SeePhrases: handoff_staff.see_phrases,
    PickPhrase: handoff_staff.pick,
    SendLine: handoff_staff.send,
    DropLine: handoff_staff.drop,
    CloseTalk: handoff_staff.close,
}
"""Buttons that do something in a group; any other only stops its spinner."""


async def staff_group(request: Request) -> Screen:
    """`/staff_group [clinic]`: which groups are linked, and how to link one."""
    mine = await my_clinics(request, Action.LINK_GROUP)
    line = read_line(request, "queue_line", mine[0], EXAMPLE)
    if isinstance(line, Screen):
        return line
    if line.clinic:
        mine = [await at_clinic(request, Action.LINK_GROUP, line.clinic)]
    return await _overview(request, mine)


async def make_code(request: Request, pressed: MakeGroupCode) -> Screen:
    """A code that links a group."""
    clinic_id = await at_clinic(request, Action.LINK_GROUP, pressed.clinic)
    secret = request.house.new_secret
    code = await linking.make_code(request.session, request.known, clinic_id, now=request.now, new_secret=secret)
    return screens.code(request.say, _clinic(request, clinic_id), code, request.house.bot_name)


async def unlink(request: Request, pressed: UnlinkGroup) -> Screen:
    """Unlink the group of a clinic."""
    clinic_id = await at_clinic(request, Action.LINK_GROUP, pressed.clinic)
    group = await answering.group_of(request.session, clinic_id)
    if group:
        await linking.unlink(request.session, group, request.now, by=request.known)
    return screens.unlinked(request.say, _clinic(request, clinic_id))


async def _overview(request: Request, mine: list[str]) -> Screen:
    listed = [
        (clinic_id, _clinic(request, clinic_id), await answering.group_of(request.session, clinic_id) is not None)
        for clinic_id in mine
    ]
    return screens.overview(request.say, listed)


def _clinic(request: Request, clinic_id: str) -> str:
    return request.house.clinics.clinics[clinic_id].name[request.language]


async def handle(request: Request, kind: str, command: str) -> Screen | None:
    """Something happened in a group; None when it concerns nobody.

    Raises:
        Refusal: somebody of the staff cannot do this; nobody else is answered at all.
    """
    place = request.place
    if place is None:
        return None
    if kind == "group-migrated":
        await linking.migrate(request.session, place.chat_id, int(request.text))
        return None
    if kind == "group-command" and command == "link":
        return await _link(request)
    group = await linking.group_in(request.session, place.chat_id)
    if group is None:
        return None
    if kind == "group-left":
        await linking.unlink(request.session, group, request.now)
    elif kind == "group-rights":
        await linking.set_forum(request.session, group, forum=place.forum)
    elif kind == "group-topic":
        await _topic(request, group)
    elif request.person and may(await grants_of(request.session, request.person.id), Action.ANSWER, group.clinic_id):
        return await _by_staff(request, group, kind, command)
    return None


async def _link(request: Request) -> Screen | None:
    place = request.place
    if place is None or request.person is None or not request.text:
        return None
    clinic_id = await linking.clinic_of(request.session, request.text)
    await at_clinic(request, Action.LINK_GROUP, clinic_id)
    group = await linking.link(
        request.session,
        request.person,
        place.chat_id,
        forum=place.forum,
        code=request.text,
        language=request.person.language,
        now=request.now,
    )
    return screens.linked(request.say, _clinic(request, group.clinic_id), forum=group.forum)


async def _topic(request: Request, group: StaffGroup) -> None:
    talk = await _talk(request, group)
    if talk:
        await answering.note_thread(request.session, talk, is_open=request.text == "open")


async def _by_staff(request: Request, group: StaffGroup, kind: str, command: str) -> Screen | None:
    if kind == "group-press":
        return await _press(request)
    talk = await _talk(request, group)
    if kind == "group-command":
        if command != "close":
            return None
        return await _close(request, talk) if talk else staff_screens.no_talk_here(request.say)
    if talk is None:
        return None
    if kind == "group-media":
        return staff_screens.no_photos(request.say)
    phrase = next((press for press in _buttons(request) if isinstance(press, PickPhrase)), None)
    if phrase:
        return _reply(await handoff_staff.fill(request, phrase.conversation_id, phrase.phrase))
    return _reply(await handoff_staff.answer(request, talk.id, is_meant=_replies_to_us(request)))


async def _press(request: Request) -> Screen | None:
    pressed = decode(request.text)
    handler: Any = BUTTONS.get(type(pressed)) if pressed else None
    if handler is None:
        return None
    return await handler(replace(request, text=""), pressed)  # type: ignore[no-any-return]


async def _close(request: Request, talk: Conversation) -> Screen:
    if talk.state == State.CLOSED:
        return staff_screens.no_talk_here(request.say)
    return await handoff_staff.close(request, CloseTalk(talk.id))


async def _talk(request: Request, group: StaffGroup) -> Conversation | None:
    """The conversation that something in the group belongs to: its topic, what it replies to, or buttons there."""
    place = request.place
    if place is None:
        return None
    talk = await answering.find_in(request.session, group, place.thread, place.replied_to)
    for press in _buttons(request):
        number = getattr(press, "conversation_id", None)
        if talk is None and number is not None:
            found = await answering.find(request.session, number)
            talk = found if found and found.clinic_id == group.clinic_id else None
    return talk


def _buttons(request: Request) -> list[Press]:
    """The buttons of the message of ours that somebody replies to."""
    return [press for press in map(decode, request.replied.split(" ")) if press]


def _replies_to_us(request: Request) -> bool:
    """Whether it replies to a message of ours, and so is meant for the person."""
    return bool(request.replied)


def _reply(screen: Screen) -> Screen:
    return replace(screen, reply=True)
