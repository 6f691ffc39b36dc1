"""Clinic staff: the day, opening, closing, who did not come. Every change is previewed, then confirmed."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from handlers.desk_grammar import Line, NotUnderstood
from handlers.presses.desk import ConfirmDesk, SeeDay
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as screens
from people import dialogue, scope
from people.authority import Action
from scheduling import desk
from scheduling.clinics import Clinic
from scheduling.desk import Span
from scheduling.rules import Plan

OPENING, CLOSING = "desk-open", "desk-close"
"""The steps that wait for a confirmation."""
DONE = "done"
"""What a confirmed step came to: a second tap, or the same update again, shows the same result."""
SHORTEST_STEP = 5
"""Minutes; less from one visit to the next is a slip of the thumb."""
LONGEST_CODE = 12
"""Letters of a code that are read; what was typed may be a whole letter."""


async def today(request: Request) -> Screen:
    """`/today [clinic] [day]`."""
    mine = await _my_clinics(request, Action.SEE_DAY)
    line = _read(request, "today_line", mine[0])
    if isinstance(line, Screen):
        return line
    day = line.day or _local_day(request, mine[0])
    if line.clinic is None and len(mine) > 1:
        return screens.which_clinic(request.say, request.house.clinics, mine, day)
    return await _day(request, line.clinic or mine[0], day)


async def see_day(request: Request, pressed: SeeDay) -> Screen:
    """Another day, or the chosen clinic."""
    return await _day(request, pressed.clinic, pressed.day)


async def open_times(request: Request) -> Screen:
    """`/open`: preview."""
    read = await _change(request, "open_line", Action.OPEN_SLOTS)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    clinic = request.house.clinics.clinics[clinic_id]
    if line.service not in clinic.services or line.every < SHORTEST_STEP:
        part = line.service if line.service not in clinic.services else str(line.every)
        return screens.not_understood(request.say, part, screens.OPEN_EXAMPLE)
    draft = {
        "clinic_id": clinic_id,
        "service": line.service,
        "day": (line.day or _local_day(request, clinic_id)).isoformat(),
        "opens": line.begins.isoformat(),
        "closes": line.ends.isoformat(),
        "every": line.every,
        "capacity": line.capacity,
    }
    plan = _plan(draft)
    times = desk.planned(plan, clinic.zone, request.now)
    waiting = await dialogue.begin(request.session, request.known.id, OPENING, draft, request.now)
    return screens.preview_open(request.say, request.house.clinics, plan, len(times), waiting.nonce)


async def close_times(request: Request) -> Screen:
    """`/close`: preview."""
    read = await _change(request, "close_line", Action.CLOSE_TIME)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    clinic = request.house.clinics.clinics[clinic_id]
    day = line.day or _local_day(request, clinic_id)
    span = Span(clinic_id, _at(day, line.begins, clinic), _at(day, line.ends, clinic))
    people = Counter(person.language for _, _, person in await desk.affected(request.session, span))
    draft = {"clinic_id": clinic_id, "begin": span.begin.isoformat(), "end": span.end.isoformat()}
    waiting = await dialogue.begin(request.session, request.known.id, CLOSING, draft, request.now)
    return screens.preview_close(request.say, request.house.clinics, span, dict(people), waiting.nonce)


async def _change(request: Request, start: str, action: Action) -> tuple[Line, str] | Screen:
    """The line of a change and its clinic, where the nurse may make it; a Screen when it must be said anew."""
    mine = await _my_clinics(request, action)
    line = _read(request, start, mine[0])
    if isinstance(line, Screen):
        return line
    if line.clinic is None and len(mine) > 1:
        return screens.name_clinic(request.say, EXAMPLES[start])
    return line, await _at_clinic(request, action, line.clinic or mine[0])


async def confirm(request: Request, pressed: ConfirmDesk) -> Screen:
    """Do what was previewed, if it is still the newest preview and the nurse may still do it."""
    person = request.known
    step = await dialogue.current(request.session, person.id, request.now, pressed.nonce)
    if step is None or step[0] not in (OPENING, CLOSING):
        return screens.stale(request.say)
    name, draft = step
    action = Action.OPEN_SLOTS if name == OPENING else Action.CLOSE_TIME
    await _at_clinic(request, action, draft["clinic_id"])
    if DONE not in draft:
        draft[DONE] = await (_open if name == OPENING else _close)(request, draft)
        await dialogue.note(request.session, person.id, draft)
    return (screens.opened if name == OPENING else screens.closed)(request.say, *draft[DONE])


async def _open(request: Request, draft: dict[str, Any]) -> list[int]:
    plan, zone = _plan(draft), request.house.clinics.clinics[draft["clinic_id"]].zone
    minutes = request.house.clinics.services[plan.service].minutes
    count = len(desk.planned(plan, zone, request.now))
    added = await desk.open_times(request.session, plan, minutes, zone, request.now, request.known.id)
    return [added, count - added]


async def _close(request: Request, draft: dict[str, Any]) -> list[int]:
    span = Span(draft["clinic_id"], *(datetime.fromisoformat(draft[edge]) for edge in ("begin", "end")))
    return [await desk.close_times(request.session, span, request.now, request.known.id)]


async def no_show(request: Request) -> Screen:
    """`/noshow CODE`."""
    mine = await _my_clinics(request, Action.MARK_VISIT)
    if not request.text.strip():
        return screens.not_understood(request.say, "", screens.NOSHOW_EXAMPLE)
    code = read_code(request.text)
    booking, slot = await desk.mark_no_show(request.session, code, mine, request.now, request.known.id)
    return screens.no_show(request.say, request.house.clinics, booking, slot)


def read_code(text: str) -> str:
    """A code as people type or say it: any case, O for 0, I or L for 1 (Crockford's base 32)."""
    return text.upper().translate(str.maketrans("OIL", "011", " -\n"))[:LONGEST_CODE]


async def _my_clinics(request: Request, action: Action) -> list[str]:
    return await scope.clinics(request.session, request.person, action, request.house.clinics.clinics)


async def _at_clinic(request: Request, action: Action, clinic_id: str) -> str:
    known = request.house.clinics.clinics
    return await scope.clinic(request.session, request.person, action, known, clinic_id, now=request.now)


async def _day(request: Request, clinic_id: str, day: date) -> Screen:
    await _at_clinic(request, Action.SEE_DAY, clinic_id)
    clinic = request.house.clinics.clinics[clinic_id]
    slots, lines = await desk.day_of(request.session, clinic_id, day, clinic.zone)
    return screens.day(request.say, request.house.clinics, clinic_id, day, slots, lines)


EXAMPLES = {
    "open_line": screens.OPEN_EXAMPLE,
    "close_line": screens.CLOSE_EXAMPLE,
    "today_line": screens.TODAY_EXAMPLE,
}


def _read(request: Request, start: str, clinic_id: str) -> Line | Screen:
    try:
        return request.house.desk_grammar.read(start, request.text, _local_day(request, clinic_id))
    except NotUnderstood as error:
        return screens.not_understood(request.say, error.part, EXAMPLES[start])


def _local_day(request: Request, clinic_id: str) -> date:
    return request.now.astimezone(request.house.clinics.clinics[clinic_id].zone).date()


def _at(day: date, at: time, clinic: Clinic) -> datetime:
    return datetime.combine(day, at, clinic.zone)


def _plan(draft: dict[str, Any]) -> Plan:
    read: Callable[[str], time] = time.fromisoformat
    return Plan(
        draft["clinic_id"],
        draft["service"],
        date.fromisoformat(draft["day"]),
        read(draft["opens"]),
        read(draft["closes"]),
        draft["every"],
        draft["capacity"],
    )
