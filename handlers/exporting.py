"""Lists of visits as a file: asked for by one person of a clinic, agreed to by another, sent to whoever asked.

The rule: the file is made at the moment it is sent, from the database as it is then, and is kept nowhere.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind
from handlers import sheets
from handlers.grammar.reading import NotUnderstood
from handlers.presses.exporting import ApproveExport, TakeBackExport
from handlers.refusals import explain
from handlers.request import House, Request
from handlers.screen import Screen
from handlers.screens import desk as desk_screens
from handlers.screens import exporting as screens
from people import approvals, scope
from people.authority import RULES, Action, may
from people.refusals import ApprovalGone, ChangedSince, NobodyToApprove
from people.store import grants_of, holders
from people.store.approvals import approval_by_id
from scheduling import desk
from scheduling.desk import Line
from storage.tables import Approval, Person


@dataclass(frozen=True)
class Span:
    """Some days of a clinic, from `day` on."""

    clinic_id: str
    day: date
    days: int

    @property
    def subject(self) -> str:
        """How approvals and the audit log know it."""
        return f"export:{self.clinic_id}:{self.day}:{self.days}"

    def content_hash(self, requester_id: int | None) -> bytes:
        """What an approval binds: the clinic, the days, and who gets the file."""
        return hashlib.sha256(json.dumps([self.subject, requester_id]).encode()).digest()


def span_of(subject: str) -> Span:
    """The span that a subject names."""
    _, clinic_id, day, days = subject.split(":")
    return Span(clinic_id, date.fromisoformat(day), int(days))


async def ask(request: Request) -> Screen:
    """`/export [clinic] [day|week]`: ask everyone else of the clinic who may do the same."""
    known = request.house.clinics.clinics
    mine = await scope.clinics(request.session, request.person, Action.EXPORT, known)
    today = request.now.astimezone(known[mine[0]].zone).date()
    try:
        line = request.house.desk_grammar.read("export_line", request.text, today)
    except NotUnderstood as error:
        return desk_screens.not_understood(request.say, error.part, screens.EXAMPLE)
    if line.clinic is None and len(mine) > 1:
        return desk_screens.name_clinic(request.say, screens.EXAMPLE)
    clinic_id = await scope.clinic(
        request.session, request.person, Action.EXPORT, known, line.clinic or mine[0], now=request.now
    )
    span = Span(clinic_id, line.day or request.now.astimezone(known[clinic_id].zone).date(), line.days)
    return await _propose(request, request.known, span)


async def _propose(request: Request, person: Person, span: Span) -> Screen:
    clinics = request.house.clinics
    waits = await approvals.waits(request.session, Action.EXPORT, span.subject, request.now)
    if waits and waits.proposer_id not in (None, person.id):  # a colleague has just asked for the same
        return screens.approval(request.say, clinics, span.clinic_id, span.day, span.days, waits.id)
    others = [one for one in await _colleagues(request.session, span.clinic_id) if one.id != person.id]
    if not others:
        raise NobodyToApprove
    made = await approvals.propose(
        request.session,
        person,
        Action.EXPORT,
        span.subject,
        span.clinic_id,
        span.content_hash(person.id),
        request.now,
        note=f"days={span.days}",
    )
    for other in others:
        await owe(
            request.session,
            Kind.EXPORT_ASKED,
            f"{made.id}:{other.id}",
            other.id,
            made.id,
            due_at=request.now,
            expires_at=made.expires_at,
        )
    return screens.asked(request.say, clinics, span.clinic_id, span.day, span.days, len(others), made.id)


async def approve(request: Request, pressed: ApproveExport) -> Screen:
    """The second person's word: the file is owed to whoever asked."""
    asked = await _asked(request, pressed.clinic, pressed.approval_id)
    span = span_of(asked.subject)

    async def send() -> str:
        rows = len(await _lines(request.session, request.house, span))
        if asked.proposer_id is not None:
            await owe(request.session, Kind.EXPORT, str(asked.id), asked.proposer_id, asked.id, due_at=request.now)
        return f"days={span.days} rows={rows}"

    bound = span.content_hash(asked.proposer_id)
    try:
        await approvals.approve(
            request.session, request.known, Action.EXPORT, asked.subject, bound, request.now, seen=asked.id, effect=send
        )
    except ChangedSince as changed:  # not raised on: that the proposal is void must stay
        return await explain(request, changed)
    return screens.approved(request.say)


async def take_back(request: Request, pressed: TakeBackExport) -> Screen:
    """The asker's second thoughts. The action takes a PIN, and so does this: it stands behind the same door."""
    asked = await _asked(request, pressed.clinic, pressed.approval_id)
    await approvals.withdraw(request.session, request.known, Action.EXPORT, asked.subject, request.now)
    return screens.taken_back(request.say)


async def _asked(request: Request, clinic_id: str, approval_id: int) -> Approval:
    """The request a button names, if it is one of a clinic at which this person may ask and agree."""
    known = request.house.clinics.clinics
    await scope.clinic(request.session, request.person, Action.EXPORT, known, clinic_id, now=request.now)
    asked = await approval_by_id(request.session, approval_id)
    if asked is None or asked.action != Action.EXPORT or asked.clinic_id != clinic_id:
        raise ApprovalGone
    return asked


async def _colleagues(session: AsyncSession, clinic_id: str) -> list[Person]:
    """Everyone who could approve at a clinic."""
    return await holders(session, RULES[Action.EXPORT].roles or (), clinic_id)


async def question(
    session: AsyncSession, house: House, person: Person, approval_id: int, now: datetime
) -> Screen | None:
    """What a colleague reads before agreeing; None when there is nothing to agree to any more."""
    asked = await approval_by_id(session, approval_id)
    if asked is None or asked.state != "open" or asked.expires_at <= now:
        return None
    span = span_of(asked.subject)
    say = house.catalogues.say(person.language)
    return screens.approval(say, house.clinics, span.clinic_id, span.day, span.days, asked.id)


async def file(session: AsyncSession, house: House, person: Person, approval_id: int) -> Screen | None:
    """The list as a file for whoever asked; None if they may not have it any more."""
    asked = await approval_by_id(session, approval_id)
    if asked is None or asked.state != "approved" or asked.proposer_id != person.id:
        return None
    if not may(await grants_of(session, person.id), Action.EXPORT, asked.clinic_id):
        return None
    span, say = span_of(asked.subject), house.catalogues.say(person.language)
    rows = [screens.row(say, house.clinics, span.clinic_id, line) for line in await _lines(session, house, span)]
    content = sheets.written([screens.titles(say), *rows])
    name = f"{span.clinic_id}-{span.day}-{span.days}.csv"
    return screens.file(say, house.clinics, span.clinic_id, span.day, span.days, len(rows), (name, content))


async def _lines(session: AsyncSession, house: House, span: Span) -> list[Line]:
    zone = house.clinics.clinics[span.clinic_id].zone
    found: list[Line] = []
    for ahead in range(span.days):
        _, lines = await desk.day_of(session, span.clinic_id, span.day + timedelta(days=ahead), zone)
        found += lines
    return found
