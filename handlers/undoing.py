"""`/undo`: the last change of this nurse is previewed, and taken back within ten minutes."""

from typing import Any

from handlers import previews
from handlers.lines import at_clinic, my_clinics, read_line
from handlers.presses.desk import UndoLast
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import undoing as screens
from people.authority import Action
from scheduling import undoing
from scheduling.undoing import Undone


async def undo(request: Request) -> Screen:
    """`/undo [clinic]`: preview."""
    mine = await my_clinics(request, Action.UNDO)
    line = read_line(request, "today_line", mine[0], screens.UNDO_EXAMPLE)
    if isinstance(line, Screen):
        return line
    return await _preview(request, [await at_clinic(request, Action.UNDO, line.clinic)] if line.clinic else mine)


async def press_undo(request: Request, pressed: UndoLast) -> Screen:
    """The same by button."""
    return await _preview(request, [await at_clinic(request, Action.UNDO, pressed.clinic)])


async def _preview(request: Request, clinic_ids: list[str]) -> Screen:
    clinics = request.house.clinics
    deed = await undoing.last_change(request.session, request.known.id, request.now, clinic_ids)
    kind, clinic_id, done_at, number = deed.kind, deed.clinic_id, deed.done_at, deed.id
    undone = await undoing.foresee(request.session, deed, clinics, request.now)
    nonce = await previews.begin(request, "undo", {"clinic_id": clinic_id, "deed": number})
    return screens.preview(request.say, clinics.clinics[clinic_id], kind, done_at, undone, nonce)


async def _undo(request: Request, draft: dict[str, Any]) -> list[Any]:
    undone = await undoing.take_back(
        request.session, request.known.id, draft["deed"], request.house.clinics, request.now
    )
    return [undone.back, undone.lost] if undone else [None, 0]


def _told(request: Request, back: int | None, lost: int) -> Screen:
    return screens.done(request.say, None if back is None else Undone(back, lost))


previews.register("undo", Action.UNDO, _undo, _told)
