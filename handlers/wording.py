"""What is owed, worded at the moment it is sent: from the booking as it is NOW, in the language chosen by now.

A wording returns a Screen, or the outcome with which the row ends unsent.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import writing
from alerts.rules import State, name_of
from answers.store import question_by_id
from delivery.rules import Kind, Outcome
from handlers import alert_approval, alert_wording, exporting, handoff_wording, staff_notices, visit_wording
from handlers.due import Due, Later, Memory, Receiver, Worded
from handlers.request import House
from handlers.screens import content, roles
from handoff.store.groups import group_by_id
from people import approvals
from people.authority import Action, Role
from people.store import grants_of, person_by_id
from storage.tables import Owed, Person, StaffGroup


async def word(
    session: AsyncSession, house: House, row: Owed, now: datetime, memory: Memory | None = None
) -> tuple[Worded, Receiver | None]:
    """The message of a row and where it goes; an Outcome instead of a Screen when it is not to be sent any more.

    Args:
        memory: what the rows of one batch share (`Due.once`).
    """
    if row.group_id:
        group = await group_by_id(session, row.group_id)
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
    due = Due(session, house, row, found, now, memory or Memory())
    return await WORDING[Kind(row.kind)](due), receiver


async def proposed(due: Due) -> Worded:
    """An alert waits for this operator's approval."""
    draft = await writing.read(due.session, due.row.subject_id, due.now)
    waits = await approvals.waits(due.session, Action.APPROVE_ALERT, name_of(draft.alert.id), due.now)
    if waits is None or draft.alert.state != State.PROPOSED or f":{waits.id}:" not in due.row.key:
        return Outcome.DROPPED
    return alert_approval.question(due.house, draft, waits.id, due.person.language, due.now)


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


WORDING: dict[Kind, Callable[[Due], Awaitable[Worded]]] = {
    Kind.RECEIPT: visit_wording.ticket,
    Kind.REMINDER: visit_wording.reminder,
    Kind.CLOSED: visit_wording.closed,
    Kind.REOPENED: visit_wording.reopened,
    Kind.MOVED: visit_wording.moved,
    Kind.CALLED_OFF: visit_wording.called_off,
    Kind.OFFER: visit_wording.offer,
    Kind.OFFER_GONE: visit_wording.offer_gone,
    Kind.LIST_OVER: visit_wording.list_over,
    Kind.LATE: visit_wording.late,
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
    Kind.COVER: visit_wording.cover,
    Kind.EXPORT_ASKED: export_asked,
    Kind.EXPORT: export,
    Kind.ROLE_ENDED: role_ended,
    Kind.ROLES_SILENT: roles_silent,
    Kind.DAY_SHEET: day_sheet,
    Kind.CALL_LIST: call_list,
    Kind.SILENCE: silence,
    Kind.ANSWERED: answered,
}
