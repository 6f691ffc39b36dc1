"""Clinic staff: the day."""

from datetime import date

from handlers.lines import at_clinic, local_day, my_clinics, read_line
from handlers.presses.desk import SeeDay
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as screens
from people.authority import Action
from scheduling import calling, desk

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


def read_code(text: str) -> str:
    """A code as people type or say it: any case, O for 0, I or L for 1 (Crockford's base 32)."""
    return text.upper().translate(str.maketrans("OIL", "011", " -\n"))[:LONGEST_CODE]


async def _day(request: Request, clinic_id: str, day: date) -> Screen:
    await at_clinic(request, Action.SEE_DAY, clinic_id)
    clinic = request.house.clinics.clinics[clinic_id]
    slots, lines = await desk.day_of(request.session, clinic_id, day, clinic.zone)
    calls = await calling.calls_of_day(request.session, clinic_id, day, clinic, request.now)
    return screens.day(request.say, request.house.clinics, clinic_id, day, slots, lines, calls)
