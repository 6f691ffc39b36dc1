"""The queue of the day: who is here, who is next, who was seen.

The rule: what is done often takes one tap and can be taken back.
"""

from datetime import timedelta
from typing import Any

from handlers.desk import read_code
from handlers.grammar.reading import NotUnderstood
from handlers.lines import at_clinic, local_day, my_clinics, read_change, read_clinic
from handlers.presses.queue import (
    AddWalkIn,
    CallFor,
    CallNext,
    HowLong,
    MarkDone,
    MarkGone,
    MarkMissing,
    PickNext,
    SeeQueue,
)
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as desk_screens
from handlers.screens import queue as screens
from handlers.screens.start import outdated
from locales.formats import clock
from people.authority import Action
from people.refusals import NotAllowed
from scheduling import acting, ending
from scheduling import line as lines
from scheduling import queue as use
from scheduling.acting import Found
from scheduling.clinics import Clinic
from scheduling.line import Line, Place
from scheduling.refusals import VisitOver
from scheduling.rules import Status
from scheduling.store import queue as store
from storage.tables import Queued

CODE_LENGTH = 6
A_MOMENT = timedelta(seconds=3)


async def queue(request: Request) -> Screen:
    """`/queue [clinic]`."""
    clinic_id = await read_clinic(request, screens.QUEUE_EXAMPLE, SeeQueue)
    return clinic_id if isinstance(clinic_id, Screen) else await see(request, SeeQueue(clinic_id))


async def see(request: Request, pressed: SeeQueue) -> Screen:
    """The queue as it is now."""
    clinic_id = await at_clinic(request, Action.SEE_DAY, pressed.clinic)
    return _queue(request, clinic_id, await _line(request, clinic_id))


async def here(request: Request) -> Screen:
    """`/here CODE`."""
    one = await _coded(request, screens.HERE_EXAMPLE)
    if isinstance(one, Screen):
        return one
    booking, slot = one.visit.booking, one.visit.slot
    if booking.status not in (Status.STANDING, Status.NO_SHOW, Status.DONE):
        raise VisitOver(booking.code)
    zone, nurse = _clinic(request, slot.clinic_id).zone, request.known.id
    entry = await use.arrive(request.session, booking, slot, one.person, zone=zone, now=request.now, nurse_id=nurse)
    return await _came(request, entry)


async def walk_in(request: Request) -> Screen:
    """`/walkin [clinic] [service] [language]`, or `/walkin CODE` for somebody with a visit later today."""
    if await _is_code(request):
        return await _come_early(request)
    read = await read_change(request, "queue_line", Action.MARK_VISIT, screens.WALKIN_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    return await _walk_in(request, clinic_id, line.service, line.languages[0] if line.languages else "")


async def press_walk_in(request: Request, pressed: AddWalkIn) -> Screen:
    """The same by button."""
    clinic_id = await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    if not pressed.service:
        return screens.which_service(request.say, request.house.clinics, clinic_id)
    return await _walk_in(request, clinic_id, pressed.service, "")


async def _walk_in(request: Request, clinic_id: str, service: str, language: str) -> Screen:
    clinic = _clinic(request, clinic_id)
    if service and service not in clinic.services:
        return desk_screens.not_understood(request.say, service, screens.WALKIN_EXAMPLE)
    parts = (request.session, request.known.id, clinic_id, service, language)
    entry = await use.walk_in(*parts, zone=clinic.zone, now=request.now, update_id=request.update_id)
    return await _came(request, entry)


async def _come_early(request: Request) -> Screen:
    one = await _coded(request, screens.HERE_EXAMPLE)
    if isinstance(one, Screen):
        return one
    visit, zone = one.visit, _clinic(request, one.visit.slot.clinic_id).zone
    parts = (request.session, request.known.id, visit.booking, visit.slot, one.person)
    entry = await use.come_early(*parts, zone=zone, now=request.now, update_id=request.update_id)
    return await _came(request, entry)


async def _is_code(request: Request) -> bool:
    """Whether a code follows the command, and nothing that reads as a service or a language."""
    mine = await my_clinics(request, Action.MARK_VISIT)
    if len(read_code(request.text)) != CODE_LENGTH:
        return False
    try:
        request.house.desk_grammar.read("queue_line", request.text, local_day(request, mine[0]))
    except NotUnderstood:
        return True
    return False


async def next_one(request: Request) -> Screen:
    """`/next [clinic] [service]`."""
    read = await read_change(request, "queue_line", Action.MARK_VISIT, screens.NEXT_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    return await _call(request, clinic_id, line.service)


async def press_next(request: Request, pressed: CallNext) -> Screen:
    """By button: a second tap, or a colleague's, calls nobody else."""
    clinic_id = await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    line = await _line(request, clinic_id)
    if pressed.calls != line.calls and not _is_again(request, line):
        return _queue(request, clinic_id, line, request.say("Somebody was called in the meantime:"))
    return await _call(request, clinic_id, "")


async def press_for(request: Request, pressed: CallFor) -> Screen:
    """By button, for one service. Nobody calls two people within a moment: that is a thumb that slipped."""
    clinic_id = await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    if pressed.service not in _clinic(request, clinic_id).services:
        return outdated(request.say)
    line = await _line(request, clinic_id)
    just_now = any(request.now - (place.entry.called_at or request.now) < A_MOMENT for place in line.called)
    if just_now and not _is_again(request, line):
        return _queue(request, clinic_id, line, request.say("Somebody was called in the meantime:"))
    return await _call(request, clinic_id, pressed.service)


def _is_again(request: Request, line: Line) -> bool:
    """Whether this very update has called somebody already: Telegram delivers it again."""
    return any(place.entry.called_by == request.update_id for place in line.called)


async def pick_next(request: Request, pressed: PickNext) -> Screen:
    """For which service the next one is called."""
    clinic_id = await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    return screens.which_service(request.say, request.house.clinics, clinic_id, calling=True)


async def _call(request: Request, clinic_id: str, service: str) -> Screen:
    parts = (request.session, request.known.id, clinic_id, service)
    zone = _clinic(request, clinic_id).zone
    entry = await use.call_next(*parts, zone=zone, now=request.now, update_id=request.update_id)
    line = await _line(request, clinic_id)
    if entry is None:
        return screens.nobody(request.say, clinic_id, line)
    return screens.called(request.say, request.house.clinics, await _place(request, entry.id), line)


async def done(request: Request) -> Screen:
    """`/done CODE`."""
    one = await _coded(request, screens.DONE_EXAMPLE)
    if isinstance(one, Screen):
        return one
    booking, slot, clinic_id = one.visit.booking, one.visit.slot, one.visit.slot.clinic_id
    entry, zone = await store.entry_of(request.session, booking.id), _clinic(request, clinic_id).zone
    await ending.finish(request.session, request.known.id, entry, booking, slot, clinic_id, request.now, zone=zone)
    return screens.marked(request.say, clinic_id, screens.seen(request.say, booking.code))


async def no_show(request: Request) -> Screen:
    """`/noshow CODE`."""
    one = await _coded(request, screens.NOSHOW_EXAMPLE)
    return (
        one
        if isinstance(one, Screen)
        else screens.marked(request.say, one.visit.slot.clinic_id, await _miss(request, one))
    )


async def mark_done(request: Request, pressed: MarkDone) -> Screen:
    """By button: this number was seen."""
    place = await _place(request, pressed.entry_id)
    clinic_id = place.entry.clinic_id
    parts = (request.known.id, place.entry, place.booking, place.slot, clinic_id, request.now)
    await ending.finish(request.session, *parts, zone=_clinic(request, clinic_id).zone)
    return _queue(request, clinic_id, await _line(request, clinic_id), screens.seen(request.say, place.entry.number))


async def mark_gone(request: Request, pressed: MarkGone) -> Screen:
    """By button: whoever has this number has left."""
    place = await _place(request, pressed.entry_id)
    clinic_id = place.entry.clinic_id
    parts = (request.known.id, place.entry, place.booking, place.slot, clinic_id, request.now)
    await ending.miss(request.session, *parts)
    return _queue(request, clinic_id, await _line(request, clinic_id), screens.gone(request.say, place.entry.number))


async def mark_missing(request: Request, pressed: MarkMissing) -> Screen:
    """By button: somebody did not come."""
    one = await acting.found_by_id(request.session, pressed.booking_id)
    clinic_id = await at_clinic(request, Action.MARK_VISIT, one.visit.slot.clinic_id if one else "")
    if one is None:
        return outdated(request.say)
    note = await _miss(request, one)
    return _queue(request, clinic_id, await _line(request, clinic_id), note)


async def _miss(request: Request, one: Found) -> Any:
    booking, slot = one.visit.booking, one.visit.slot
    entry = await store.entry_of(request.session, booking.id)
    await ending.miss(request.session, request.known.id, entry, booking, slot, slot.clinic_id, request.now)
    return screens.missed(request.say, clock(slot.starts_at, _clinic(request, slot.clinic_id).zone), booking.code)


async def how_long(request: Request, pressed: HowLong) -> Screen:
    """For whoever is there: their number, who is before them, and about how long."""
    found = await store.entry(request.session, pressed.entry_id)
    if found is None or found[0].person_id is None or found[0].person_id != request.known.id:
        return outdated(request.say)
    return await waiting_here(request, found[0])


async def waiting_here(request: Request, entry: Queued) -> Screen:
    """What somebody sees who has said that they are here."""
    wait = await lines.wait_of(request.session, entry, request.house.clinics, request.now)
    return screens.waiting_here(request.say, wait, entry.id)


async def _coded(request: Request, example: str) -> Found | Screen:
    """The visit of the code behind a command; a Screen where none was typed."""
    mine = await my_clinics(request, Action.MARK_VISIT)
    if not request.text.strip():
        return desk_screens.not_understood(request.say, "", example)
    return await acting.find(request.session, read_code(request.text), mine)


async def _place(request: Request, entry_id: int) -> Place:
    """A place in the queue, if it is at a clinic of whoever asks."""
    found = await store.entry(request.session, entry_id)
    await at_clinic(request, Action.MARK_VISIT, found[0].clinic_id if found else "")
    if found is None:
        raise NotAllowed
    return Place(*found)


async def _came(request: Request, entry: Queued) -> Screen:
    place, line = await _place(request, entry.id), await _line(request, entry.clinic_id)
    numbers = [each.entry.id for each in line.waiting]
    before = numbers.index(entry.id) if entry.id in numbers else 0
    return screens.came(request.say, request.house.clinics, place, before)


async def _line(request: Request, clinic_id: str) -> Line:
    return await lines.line(request.session, clinic_id, _clinic(request, clinic_id), request.now)


def _queue(request: Request, clinic_id: str, line: Line, note: Any = "") -> Screen:
    return screens.queue(request.say, request.house.clinics, clinic_id, line, request.now, note)


def _clinic(request: Request, clinic_id: str) -> Clinic:
    return request.house.clinics.clinics[clinic_id]
