"""A clinic that runs late: previewed with how many it tells, then confirmed."""

from typing import Any

from handlers import previews
from handlers.lines import at_clinic, local_day, read_change
from handlers.presses.queue import ChooseLate, RunLate
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import lateness as screens
from people.authority import Action
from scheduling import lateness
from scheduling.store import queue as store


async def late(request: Request) -> Screen:
    """`/late [clinic] 40`: preview."""
    read = await read_change(request, "late_line", Action.MARK_VISIT, screens.LATE_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    minutes = line.number if line.number is not None else line.every
    if minutes is None:
        return await choose_late(request, ChooseLate(clinic_id))
    return await press_late(request, RunLate(clinic_id, minutes))


async def choose_late(request: Request, pressed: ChooseLate) -> Screen:
    """How late?"""
    clinic_id = await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    clinic = request.house.clinics.clinics[clinic_id]
    known = await store.day_of(request.session, clinic_id, local_day(request, clinic_id))
    return screens.how_late(request.say, clinic, clinic_id, known.late_minutes if known else 0)


async def press_late(request: Request, pressed: RunLate) -> Screen:
    """By button: preview."""
    clinic_id = await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    clinic = request.house.clinics.clinics[clinic_id]
    told = await lateness.forecast(request.session, clinic_id, clinic, pressed.minutes, request.now)
    nonce = await previews.begin(request, "late", {"clinic_id": clinic_id, "minutes": pressed.minutes})
    return screens.preview_late(request.say, clinic, pressed.minutes, told, nonce)


async def _run_late(request: Request, draft: dict[str, Any]) -> list[Any]:
    clinic_id, minutes = draft["clinic_id"], draft["minutes"]
    clinic = request.house.clinics.clinics[clinic_id]
    parts = (request.session, request.known.id, clinic_id, clinic, minutes)
    return [clinic_id, minutes, await lateness.run_late(*parts, now=request.now)]


previews.register("late", Action.MARK_VISIT, _run_late, lambda request, *done: screens.ran_late(request.say, *done))
