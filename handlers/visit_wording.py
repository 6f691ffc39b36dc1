"""What is owed about visits and offered places, worded from the booking as it is NOW.

The rule: a row names the visit at the time it was owed for. Of a visit that was moved since, only the newest is told.
"""

from datetime import timedelta

from delivery.rules import Outcome
from handlers.due import Due, Worded
from handlers.screens import choices, closed_visits, lateness, waiting
from handlers.screens import ticket as tickets
from handlers.screens import visit as screens
from locales.catalogue import Html
from locales.formats import clock, short_moment
from scheduling import finding
from scheduling.answering import kept_for
from scheduling.booking import Visit
from scheduling.clinics import Clinic
from scheduling.finding import Free
from scheduling.lateness import minutes_told
from scheduling.pace import LATE_STEP
from scheduling.reminders import APART
from scheduling.rules import REMINDER_STOPS, Stage, Status
from scheduling.store import calling
from scheduling.store import queue as numbers
from scheduling.store import waiting as lists
from scheduling.waiting_rules import ListState, OfferState, after_quiet
from storage.tables import Waiting


async def ticket(due: Due) -> Worded:
    """The receipt of a booking: in full on a phone of one's own, a bare line on a shared one."""
    found = await _standing(due)
    if found is None:
        return Outcome.DROPPED
    visit, clinic = found
    if due.person.discreet:
        return screens.short_notice(due.say, _when(due, visit, clinic, reminder=False), visit)
    return tickets.ticket(due.say, due.house.catalogues.say("th"), visit, due.house.clinics, discreet=False)


async def reminder(due: Due) -> Worded:
    """Never after the visit, never for one moved or cancelled: the row's own time must still be the booking's."""
    found = await _at_its_time(due)
    if found is None:
        return Outcome.DROPPED
    visit, clinic = found
    if visit.booking.confirmed_at or not due.person.wants_visits:
        return Outcome.DROPPED  # they have said that they are coming, or that they need no reminder
    if due.now > visit.slot.starts_at - REMINDER_STOPS:
        return Outcome.EXPIRED
    late = due.now - (due.row.late_since or due.row.due_at)
    if late >= APART and await calling.is_superseded(due.session, due.row, due.now):
        return Outcome.DROPPED  # the clock was set, or we were away: of two that come at once the newer one is told
    told = screens.reminder(due.say, _when(due, visit, clinic, reminder=True), visit)
    return choices.with_way_back(told, choices.stop_reminders(due.say))


async def closed(due: Due) -> Worded:
    """The clinic closed the time of this visit: with the place that is kept, or what is nearest now."""
    found = await _called_off(due)
    if found is None:
        return Outcome.DROPPED
    visit, clinic = found
    kept, until = await kept_for(due.session, visit.booking.id)
    return closed_visits.told(due.say, visit, clinic, kept, until, await _others(due, visit, clinic))


async def called_off(due: Due) -> Worded:
    """Staff cancelled this visit, for the reason that stands in the row's name."""
    found = await _called_off(due)
    if found is None:
        return Outcome.DROPPED
    reason = due.row.key.rsplit(":", 1)[-1]
    return closed_visits.called_off(due.say, *found, reason, await _others(due, *found))


async def moved(due: Due) -> Worded:
    """Staff moved this visit; told of the time it has now."""
    found = await _at_its_time(due)
    if found is None:
        return Outcome.DROPPED
    return closed_visits.moved(due.say, *found)


async def reopened(due: Due) -> Worded:
    """The clinic is open after all, and the visit takes place."""
    found = await _at_its_time(due)
    if found is None:
        return Outcome.DROPPED
    return closed_visits.reopened(due.say, *found)


async def late(due: Due) -> Worded:
    """The clinic runs late today, for whoever is not there; never for somebody who is."""
    found = await _at_its_time(due)
    if found is None:
        return Outcome.DROPPED
    visit, clinic = found
    entry = await numbers.entry_of(due.session, visit.booking.id)
    if entry and entry.state != Stage.LEFT:
        return Outcome.DROPPED
    day = await numbers.day_of(due.session, visit.slot.clinic_id, visit.slot.starts_at.astimezone(clinic.zone).date())
    minutes = minutes_told(due.row.key)
    if day is None or abs(day.late_minutes - minutes) >= LATE_STEP:
        return Outcome.DROPPED  # it is another one by now, and said anew to whom that is news
    time = clock(visit.slot.starts_at + timedelta(minutes=minutes), clinic.zone)
    return screens.short_notice(due.say, lateness.late(due.say, minutes, time, visit.booking.code), visit)


async def _standing(due: Due) -> tuple[Visit, Clinic] | None:
    """The visit of a row, as long as it stands."""
    found = await due.visit()
    return found if found and found[0].booking.status == Status.STANDING else None


async def _at_its_time(due: Due) -> tuple[Visit, Clinic] | None:
    """The same, if the row was owed for the time the visit has now: its name says which move it is about."""
    found = await _standing(due)
    if found is None:
        return None
    booking = found[0].booking
    return found if f"{booking.id}.{booking.moves}" in due.row.key.split(":") else None


async def _called_off(due: Due) -> tuple[Visit, Clinic] | None:
    """The visit of a row, as long as the clinic has taken its time away and its person has not answered."""
    found = await due.visit()
    return found if found and found[0].booking.status == Status.CLOSED and not found[0].booking.answer else None


async def _others(due: Due, visit: Visit, clinic: Clinic) -> list[Free]:
    slot = visit.slot
    return await finding.nearest(due.session, slot.clinic_id, slot.service, slot.starts_at, clinic, due.now)


async def cover(due: Due) -> Worded:
    """What lies over details that were shown ten minutes ago: the bare line of the visit, if it is still to come."""
    if not due.person.discreet:
        return Outcome.DROPPED
    found = await due.visit()
    if found and found[0].booking.person_id == due.person.id and found[0].booking.status == Status.STANDING:
        visit, clinic = found
        if visit.slot.starts_at > due.now:
            return screens.short_notice(due.say, _when(due, visit, clinic, reminder=False), visit)
    return screens.covered(due.say)


def _when(due: Due, visit: Visit, clinic: Clinic, *, reminder: bool) -> Html:
    starts_at = visit.slot.starts_at
    day, today = starts_at.astimezone(clinic.zone).date(), due.now.astimezone(clinic.zone).date()
    return screens.day_sentence(due.say, day, today, clock(starts_at, clinic.zone), visit.booking.code, reminder)


async def offer(due: Due) -> Worded:
    """A place is kept for somebody who waits: as long as that is so."""
    found = await lists.offer(due.session, due.row.subject_id)
    if found is None or found[0].state != OfferState.OPEN or found[2].closed:
        return Outcome.DROPPED
    one = waiting.Offered(found[0], found[1], found[2], due.house.clinics.clinics[found[2].clinic_id])
    return waiting.offer(due.say, one, due.now, discreet=due.person.discreet)


async def offer_gone(due: Due) -> Worded:
    """A time that was offered was closed; not told to whom the offer itself was never told."""
    found = await lists.offer(due.session, due.row.subject_id)
    if found is None or found[0].state != OfferState.LAPSED:
        return Outcome.DROPPED
    slot, clinic = found[2], due.house.clinics.clinics[found[2].clinic_id]
    if after_quiet(found[0].made_at, clinic) > due.now:
        return Outcome.DROPPED
    return waiting.offer_gone(due.say, short_moment(slot.starts_at, clinic.zone, due.say.language))


async def list_over(due: Due) -> Worded:
    """The time somebody could wait is over."""
    wish = await lists.fresh(due.session, Waiting, due.row.subject_id)
    if wish is None or wish.state != ListState.OVER:
        return Outcome.DROPPED
    return waiting.over(due.say, wish)
