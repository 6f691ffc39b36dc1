"""What is owed, worded at the moment it is sent: from the booking as it is NOW, in the language chosen by now.

A wording returns a Screen, or the outcome with which the row ends unsent.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import writing
from alerts.rules import State
from answers.store import question_by_id
from delivery.rules import Kind, Outcome
from handlers import exporting
from handlers.alerting import subject
from handlers.request import House
from handlers.screen import Screen
from handlers.screens import alerting, content, roles
from handlers.screens import booking as screens
from handlers.screens import ticket as tickets
from locales.catalogue import Html, Translator
from locales.formats import clock
from people import approvals
from people.authority import Action, Role
from people.store import grants_of, person_by_id
from scheduling import store
from scheduling.booking import Visit, nearest_times
from scheduling.clinics import Clinic
from scheduling.rules import REMINDER_STOPS, Status
from storage.tables import Owed, Person


@dataclass(frozen=True)
class Due:
    """One claimed row and what is needed to word it."""

    session: AsyncSession
    house: House
    row: Owed
    person: Person
    now: datetime

    @property
    def say(self) -> Translator:
        """Speaks the receiver's language."""
        return self.house.catalogues.say(self.person.language)

    async def visit(self) -> tuple[Visit, Clinic] | None:
        """The booking the row is about."""
        found = await store.visit(self.session, self.row.subject_id)
        return (Visit(found[0], found[1]), self.house.clinics.clinics[found[1].clinic_id]) if found else None


Worded = Screen | Outcome


async def word(session: AsyncSession, house: House, row: Owed, now: datetime) -> tuple[Worded, Person | None]:
    """The message of a row with its receiver; an Outcome instead of a Screen when it is not to be sent any more."""
    person = await person_by_id(session, row.person_id) if row.person_id else None
    if person is None:
        return Outcome.DROPPED, None
    if now > row.expires_at:
        return Outcome.EXPIRED, person
    return await WORDING[Kind(row.kind)](Due(session, house, row, person, now)), person


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
    if due.now > visit.slot.starts_at - REMINDER_STOPS:
        return Outcome.EXPIRED
    return screens.short_notice(due.say, _when(due, visit, clinic, reminder=True), visit)


async def closed(due: Due) -> Worded:
    """The clinic closed the time of this visit."""
    found = await due.visit()
    if found is None or found[0].booking.status != Status.CLOSED:
        return Outcome.DROPPED
    visit, clinic = found
    slot = visit.slot
    others = await nearest_times(due.session, slot.clinic_id, slot.service, slot.starts_at, due.now)
    return screens.closed(due.say, slot.starts_at, clinic, visit.booking.code, others)


async def proposed(due: Due) -> Worded:
    """An alert waits for this operator's approval."""
    draft = await writing.read(due.session, due.row.subject_id)
    about = subject(draft.alert.id)
    waits = await approvals.waits(due.session, Action.APPROVE_ALERT, about, due.now)
    if waits is None or draft.alert.state != State.PROPOSED or f":{waits.id}:" not in due.row.key:
        return Outcome.DROPPED
    return alerting.approval(due.say, draft, waits.id)


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


async def alert(due: Due) -> Worded:
    """An alert in the language it was counted in, unless its reader has turned alerts off since."""
    if not due.person.wants_alerts:
        return Outcome.OPTED_OUT
    draft = await writing.read(due.session, due.row.subject_id)
    if draft.alert.state != State.APPROVED:
        return Outcome.DROPPED
    language = due.person.language if due.person.language in draft.texts else due.row.language
    return alerting.message(due.house.catalogues.say(language), draft.texts[language])


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


WORDING: dict[Kind, Callable[[Due], Awaitable[Worded]]] = {
    Kind.RECEIPT: ticket,
    Kind.REMINDER: reminder,
    Kind.CLOSED: closed,
    Kind.PROPOSED: proposed,
    Kind.ALERT: alert,
    Kind.COVER: cover,
    Kind.EXPORT_ASKED: export_asked,
    Kind.EXPORT: export,
    Kind.ROLE_ENDED: role_ended,
    Kind.ROLES_SILENT: roles_silent,
    Kind.ANSWERED: answered,
}
