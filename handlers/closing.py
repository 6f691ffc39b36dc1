"""Closing times: previewed with whom it touches, confirmed, and a live list of who has not answered."""

from datetime import date, datetime, time, timedelta
from typing import Any

from handlers import previews
from handlers.grammar.reading import Line
from handlers.lines import at_clinic, local_day, read_change, read_clinic
from handlers.presses.desk import CloseDay, ClosePart, SeeClosure, SeeClosures
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import closing as screens
from handlers.screens import desk as desk_screens
from handlers.screens.start import outdated
from people.authority import Action
from scheduling import answers_given, closing
from scheduling.clinics import Clinic
from scheduling.closing import Span
from scheduling.plans import site_of

NOON = time(12)
LONGEST_REASON = 80
"""Letters of a reason that are kept for staff."""


async def close_times(request: Request) -> Screen:
    """`/close`: preview."""
    read = await read_change(request, "close_line", Action.CLOSE_TIME, screens.CLOSE_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    if line.day is None and line.begins is None:
        return desk_screens.not_understood(request.say, "", screens.CLOSE_EXAMPLE)
    spans = spans_of(line, local_day(request, clinic_id), request.house.clinics.clinics[clinic_id])
    return await _preview(request, clinic_id, spans, line.rest[:LONGEST_REASON])


async def close_day(request: Request, pressed: CloseDay) -> Screen:
    """By button: which part of a day."""
    clinic_id = await at_clinic(request, Action.CLOSE_TIME, pressed.clinic)
    return screens.parts_of_day(request.say, request.house.clinics.clinics[clinic_id], clinic_id, pressed.day)


async def close_part(request: Request, pressed: ClosePart) -> Screen:
    """By button: preview of a part of a day."""
    clinic_id = await at_clinic(request, Action.CLOSE_TIME, pressed.clinic)
    clinic = request.house.clinics.clinics[clinic_id]
    begin, end = (_at(pressed.day, time(0), clinic), _at(pressed.day + timedelta(days=1), time(0), clinic))
    noon = _at(pressed.day, NOON, clinic)
    parts = {"day": Span(begin, end), "morning": Span(begin, noon), "afternoon": Span(noon, end)}
    if pressed.part not in parts:
        return outdated(request.say)
    return await _preview(request, clinic_id, [parts[pressed.part]], "")


def spans_of(line: Line, today: date, clinic: Clinic) -> list[Span]:
    """The times a line means: whole days in one, or the same hours of each day."""
    first = line.day or today
    last = line.last_day or first
    if line.begins is None or line.ends is None:
        return [Span(_at(first, time(0), clinic), _at(last + timedelta(days=1), time(0), clinic))]
    days = [first + timedelta(days=ahead) for ahead in range(min((last - first).days, closing.MOST_DAYS) + 1)]
    return [Span(_at(day, line.begins, clinic), _at(day, line.ends, clinic)) for day in days]


async def _preview(request: Request, clinic_id: str, spans: list[Span], reason: str) -> Screen:
    clinic = request.house.clinics.clinics[clinic_id]
    forecast = await closing.forecast(request.session, site_of(clinic_id, clinic), spans, now=request.now)
    draft = {"clinic_id": clinic_id, "spans": closing.written(spans), "reason": reason}
    nonce = await previews.begin(request, "close", draft)
    return screens.preview(request.say, clinic, spans, forecast, reason, nonce)


async def _close(request: Request, draft: dict[str, Any]) -> list[Any]:
    clinic_id = draft["clinic_id"]
    site = site_of(clinic_id, request.house.clinics.clinics[clinic_id])
    spans, reason = closing.read_spans(draft["spans"]), draft["reason"]
    done = await closing.close_times(request.session, request.known.id, site, spans, reason, now=request.now)
    return [clinic_id, done.ended, done.told, done.kept]


previews.register("close", Action.CLOSE_TIME, _close, lambda request, *done: screens.closed(request.say, *done))


async def closures(request: Request) -> Screen:
    """`/closures [clinic]`: closed times, and who has not answered."""
    clinic_id = await read_clinic(request, screens.CLOSURES_EXAMPLE, SeeClosures)
    return clinic_id if isinstance(clinic_id, Screen) else await see_closures(request, SeeClosures(clinic_id))


async def see_closures(request: Request, pressed: SeeClosures) -> Screen:
    """The same by button."""
    return await _closures(request, await at_clinic(request, Action.SEE_DAY, pressed.clinic))


async def see_closure(request: Request, pressed: SeeClosure) -> Screen:
    """Who has not answered one closure; tapped again, as it is then."""
    one = await answers_given.closure_by_id(request.session, pressed.closure_id)
    await at_clinic(request, Action.SEE_DAY, one.clinic_id if one else "")
    if one is None:
        return outdated(request.say)
    answered = await answers_given.answered(request.session, one.id)
    return screens.closure(request.say, request.house.clinics, one, answered)


async def _closures(request: Request, clinic_id: str) -> Screen:
    found = await answers_given.closures(request.session, clinic_id, now=request.now)
    return screens.closures(request.say, request.house.clinics.clinics[clinic_id], clinic_id, found)


def _at(day: date, at: time, clinic: Clinic) -> datetime:
    return datetime.combine(day, at, clinic.zone)
