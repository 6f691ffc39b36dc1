"""Clinic staff: the day, opening, closing, who did not come. Every change is previewed, then confirmed."""

from collections import Counter
from datetime import date, datetime, time
from typing import Any

from handlers import previews
from handlers.lines import at_clinic, local_day, my_clinics, read_change, read_line
from handlers.presses.desk import SeeDay
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as screens
from people.authority import Action
from scheduling import desk
from scheduling.clinics import Clinic
from scheduling.desk import Span

LONGEST_CODE = 12
"""Letters of a code that are read; what was typed may be a whole letter."""


async def today(request: Request) -> Screen:
    """`/today [clinic] [day]`."""
    mine = await my_clinics(request, Action.SEE_DAY)
    line = read_line(request, "today_line", mine[0], screens.TODAY_EXAMPLE)
    if isinstance(line, Screen):
        return line
    day = line.day or local_day(request, mine[0])
    if line.clinic is None and len(mine) > 1:
        return screens.which_clinic(request.say, request.house.clinics, mine, day)
    return await _day(request, line.clinic or mine[0], day)


async def see_day(request: Request, pressed: SeeDay) -> Screen:
    """Another day, or the chosen clinic."""
    return await _day(request, pressed.clinic, pressed.day)


async def close_times(request: Request) -> Screen:
    """`/close`: preview."""
    read = await read_change(request, "close_line", Action.CLOSE_TIME, screens.CLOSE_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    clinic = request.house.clinics.clinics[clinic_id]
    day = line.day or local_day(request, clinic_id)
    span = Span(clinic_id, _at(day, line.begins, clinic), _at(day, line.ends, clinic))
    rows = await desk.affected(request.session, span)
    people = Counter(person.language if person else "" for _, _, person in rows)
    draft = {"clinic_id": clinic_id, "begin": span.begin.isoformat(), "end": span.end.isoformat()}
    nonce = await previews.begin(request, "close", draft)
    return screens.preview_close(request.say, request.house.clinics, span, dict(people), nonce)


async def _close(request: Request, draft: dict[str, Any]) -> list[int]:
    span = Span(draft["clinic_id"], *(datetime.fromisoformat(draft[edge]) for edge in ("begin", "end")))
    return [await desk.close_times(request.session, span, request.now, request.known.id)]


previews.register("close", Action.CLOSE_TIME, _close, lambda request, ended: screens.closed(request.say, ended))


async def no_show(request: Request) -> Screen:
    """`/noshow CODE`."""
    mine = await my_clinics(request, Action.MARK_VISIT)
    if not request.text.strip():
        return screens.not_understood(request.say, "", screens.NOSHOW_EXAMPLE)
    code = read_code(request.text)
    booking, slot = await desk.mark_no_show(request.session, code, mine, request.now, request.known.id)
    return screens.no_show(request.say, request.house.clinics, booking, slot)


def read_code(text: str) -> str:
    """A code as people type or say it: any case, O for 0, I or L for 1 (Crockford's base 32)."""
    return text.upper().translate(str.maketrans("OIL", "011", " -\n"))[:LONGEST_CODE]


async def _day(request: Request, clinic_id: str, day: date) -> Screen:
    await at_clinic(request, Action.SEE_DAY, clinic_id)
    clinic = request.house.clinics.clinics[clinic_id]
    slots, lines = await desk.day_of(request.session, clinic_id, day, clinic.zone)
    return screens.day(request.say, request.house.clinics, clinic_id, day, slots, lines)


def _at(day: date, at: time, clinic: Clinic) -> datetime:
    return datetime.combine(day, at, clinic.zone)
