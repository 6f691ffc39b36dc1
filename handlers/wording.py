"""What is owed, worded at the moment it is sent: from the booking as it is NOW, in the language chosen by now.

A wording returns a Screen, or the outcome with which the row ends unsent.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import writing
from alerts.rules import State
from answers.store import question_by_id
from delivery.rules import Kind, Outcome
from handlers import alert_approval, alert_wording, exporting, handoff_wording, staff_notices
from handlers.alert_approval import subject
from handlers.due import Due, Later, Memory, Receiver, Worded
from handlers.request import House
from handlers.screens import choices, closed_visits, content, lateness, roles, waiting
from handlers.screens import ticket as tickets
from handlers.screens import visit as screens
from locales.catalogue import Html
from locales.formats import clock, short_moment
from people import approvals
from people.authority import Action, Role
from people.store import grants_of, person_by_id
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
from storage.tables import Owed, Person, StaffGroup, Waiting


async def word(
    session: AsyncSession, house: House, row: Owed, now: datetime, memory: Memory | None = None
) -> tuple[Worded, Receiver | None]:
    """The message of a row and where it goes; an Outcome instead of a Screen when it is not to be sent any more.

    Args:
        memory: what the rows of one batch share (`Due.once`).
    """
    if row.group_id:
        group = await session.get(StaffGroup, row.group_id)
        found: Person | StaffGroup | None = group
        receiver = Receiver(int(group.chat_id)) if group else None
    else:
        person = await person_by_id(session, row.person_id) if row.person_id else None
        found = person
        receiver = Receiver(int(person.telegram_id), person.script) if person else None
    if found is None:
        return Outcome.DROPPED, None
    if now > row.expires_at:
        return Outcome.EXPIRED, receiver
    due = Due(session, house, row, found, now, {} if memory is None else memory)
    return await WORDING[Kind(row.kind)](due), receiver


async def unworded(due: Due) -> Worded:
    """A kind that nobody owes yet."""
    return Outcome.DROPPED


async def ticket(due: Due) -> Worded:
    """The receipt of a booking: in full on a phone of one's own, a bare line on a shared one."""
    found = await due.visit()
    if found is None or found[0].booking.status != Status.STANDING:
        return Outcome.DROPPED
    visit, clinic = found
    if due.person.discreet:
        return screens.short_notice(due.say, _when(due, visit, clinic, reminder=False), visit)
    return tickets.ticket(due.say, due.house.catalogues.say("th"), visit, due.house.clinics, discreet=False)


async def reminder(due: Due) -> Worded:
    """Never after the visit, never for one moved or cancelled: the row's own time must still be the booking's."""
    found = await due.visit()
    if found is None or found[0].booking.status != Status.STANDING:
        return Outcome.DROPPED
    visit, clinic = found
    if f":{visit.booking.id}.{visit.booking.moves}:" not in due.row.key:
        return Outcome.DROPPED
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
    found = await due.visit()
    if found is None or found[0].booking.status != Status.CLOSED or found[0].booking.answer:
        return Outcome.DROPPED
    visit, clinic = found
    kept, until = await kept_for(due.session, visit.booking.id)
    return closed_visits.told(due.say, visit, clinic, kept, until, await _others(due, visit, clinic))


async def called_off(due: Due) -> Worded:
    """Staff cancelled this visit, for the reason that stands in the row's name."""
    found = await due.visit()
    if found is None or found[0].booking.status != Status.CLOSED or found[0].booking.answer:
        return Outcome.DROPPED
    reason = due.row.key.rsplit(":", 1)[-1]
    return closed_visits.called_off(due.say, *found, reason, await _others(due, *found))


async def moved(due: Due) -> Worded:
    """Staff moved this visit; told of the time it has now."""
    found = await due.visit()
    if found is None or found[0].booking.status != Status.STANDING or not _is_of_this_time(due, found[0]):
        return Outcome.DROPPED
    return closed_visits.moved(due.say, *found)


async def reopened(due: Due) -> Worded:
    """The clinic is open after all, and the visit takes place."""
    found = await due.visit()
    if found is None or found[0].booking.status != Status.STANDING or not _is_of_this_time(due, found[0]):
        return Outcome.DROPPED
    return closed_visits.reopened(due.say, *found)


def _is_of_this_time(due: Due, visit: Visit) -> bool:
    return due.row.key.endswith(f":{visit.booking.id}.{visit.booking.moves}")


async def _others(due: Due, visit: Visit, clinic: Clinic) -> list[Free]:
    slot = visit.slot
    return await finding.nearest(due.session, slot.clinic_id, slot.service, slot.starts_at, clinic, due.now)


async def proposed(due: Due) -> Worded:
    """An alert waits for this operator's approval."""
    draft = await writing.read(due.session, due.row.subject_id, due.now)
    about = subject(draft.alert.id)
    waits = await approvals.waits(due.session, Action.APPROVE_ALERT, about, due.now)
    if waits is None or draft.alert.state != State.PROPOSED or f":{waits.id}:" not in due.row.key:
        return Outcome.DROPPED
    return alert_approval.question(due.house, draft, waits.id, due.person.language, due.now)


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


async def answered(due: Due) -> Worded:
    """A kept question has an answer now."""
    question = await question_by_id(due.session, due.row.subject_id)
    if question is None or question.topic_id not in due.house.topics:
        return Outcome.DROPPED
    title = due.house.texts.title(question.topic_id, due.person.language)
    return content.answered(due.say, title, question.topic_id)


async def role_ended(due: Due) -> Worded:
    """Somebody's role was taken away, unless they hold it again by now."""
    _, _, role, clinic_id = due.row.key.split(":")
    held = await grants_of(due.session, due.person.id)
    if any((grant.role, grant.clinic_id) == (role, clinic_id) for grant in held):
        return Outcome.DROPPED
    return roles.ended(due.say, Role(role), roles.clinic_name(due.say, due.house.clinics, clinic_id))


async def roles_silent(due: Due) -> Worded:
    """For owners: how many roles ended because nobody was heard of for so long."""
    return roles.ended_silently(due.say, due.row.subject_id)


async def export_asked(due: Due) -> Worded:
    """A colleague's list waits for this person's approval."""
    asked = await exporting.question(due.session, due.house, due.person, due.row.subject_id, due.now)
    return asked or Outcome.DROPPED


async def export(due: Due) -> Worded:
    """The list itself, as the clinic's days are now."""
    return await exporting.file(due.session, due.house, due.person, due.row.subject_id) or Outcome.DROPPED


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


async def day_sheet(due: Due) -> Worded:
    """A form of a clinic's day sheet."""
    made = await staff_notices.day_sheet(due.session, due.house, due.row, due.person, due.now)
    return made or Outcome.DROPPED


async def call_list(due: Due) -> Worded:
    """Whom reminders do not reach."""
    made = await staff_notices.call_list(due.session, due.house, due.row, due.person, due.now)
    return made or Outcome.DROPPED


async def silence(due: Due) -> Worded:
    """Reminders fell silent; said once those that were late have had their turn."""
    if reason := await staff_notices.is_early(due.session, due.row, due.now):
        return Later(timedelta(seconds=5), reason)
    made = await staff_notices.alarm(due.session, due.house, due.row, due.person, due.now)
    return made or Outcome.DROPPED


async def late(due: Due) -> Worded:
    """The clinic runs late today, for whoever is not there; never for somebody who is."""
    found = await due.visit()
    if found is None or found[0].booking.status != Status.STANDING:
        return Outcome.DROPPED
    visit, clinic = found
    if f":{visit.booking.id}.{visit.booking.moves}:" not in due.row.key:
        return Outcome.DROPPED
    entry = await numbers.entry_of(due.session, visit.booking.id)
    if entry and entry.state != Stage.LEFT:
        return Outcome.DROPPED
    day = await numbers.day_of(due.session, visit.slot.clinic_id, visit.slot.starts_at.astimezone(clinic.zone).date())
    minutes = minutes_told(due.row.key)
    if day is None or abs(day.late_minutes - minutes) >= LATE_STEP:
        return Outcome.DROPPED  # it is another one by now, and said anew to whom that is news
    time = clock(visit.slot.starts_at + timedelta(minutes=minutes), clinic.zone)
    return screens.short_notice(due.say, lateness.late(due.say, minutes, time, visit.booking.code), visit)


WORDING: dict[Kind, Callable[[Due], Awaitable[Worded]]] = {
    Kind.RECEIPT: ticket,
    Kind.REMINDER: reminder,
    Kind.CLOSED: closed,
    Kind.REOPENED: reopened,
    Kind.MOVED: moved,
    Kind.CALLED_OFF: called_off,
    Kind.OFFER: offer,
    Kind.OFFER_GONE: offer_gone,
    Kind.LIST_OVER: list_over,
    Kind.LATE: late,
    Kind.PROPOSED: proposed,
    Kind.ALERT: alert_wording.alert,
    Kind.LIFE_SAFETY: alert_wording.alert,
    Kind.ALERT_AGAIN: alert_wording.alert,
    Kind.ALERT_HELD: alert_wording.held,
    Kind.CORRECTION: alert_wording.changed,
    Kind.EXPIRED_MARK: alert_wording.changed,
    Kind.CORRECTION_ASKED: alert_wording.correction_asked,
    Kind.PROGRESS: alert_wording.progress,
    Kind.HANDOFF: handoff_wording.handoff,
    Kind.GROUP: handoff_wording.group,
    Kind.COVER: cover,
    Kind.EXPORT_ASKED: export_asked,
    Kind.EXPORT: export,
    Kind.ROLE_ENDED: role_ended,
    Kind.ROLES_SILENT: roles_silent,
    Kind.DAY_SHEET: day_sheet,
    Kind.CALL_LIST: call_list,
    Kind.SILENCE: silence,
    Kind.ANSWERED: answered,
}
