"""Correcting an alert that was sent: write, preview, propose; another person approves exactly that."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import correcting
from alerts.correcting import Correction
from alerts.refusals import AlertGone
from delivery.rules import Kind
from handlers import alert_reporting
from handlers.alert_approval import agree, ask_others
from handlers.presses.alert_running import (
    ApproveCorrection,
    CorrectAlert,
    DropCorrection,
    ProposeCorrection,
    TakeBackCorrection,
    WriteCorrection,
)
from handlers.refusals import explain
from handlers.request import House, Request
from handlers.screen import Screen
from handlers.screens import alert_correction as screens
from handlers.screens.alert_message import frame
from handlers.screens.start import outdated
from people import approvals, dialogue
from people.authority import Action
from people.recognise import require
from people.refusals import ChangedSince
from storage.tables import Owed, Person

TYPING = "alert-correction"
"""The step in which an operator's next message takes the place of an alert's text."""


async def see(request: Request, pressed: CorrectAlert) -> Screen:
    """The correction as far as it is written."""
    await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    return await _draft(request, await correcting.read(request.session, pressed.alert_id))


async def choose_language(request: Request, pressed: WriteCorrection) -> Screen:
    """Wait for the new text in one language."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    found = await correcting.read(request.session, pressed.alert_id)
    if pressed.language not in found.texts:
        return outdated(request.say)
    step = {"alert_id": pressed.alert_id, "language": pressed.language}
    await dialogue.begin(request.session, author.id, TYPING, step, request.now)
    return screens.ask_text(request.say, found, pressed.language)


async def take_text(request: Request) -> Screen:
    """The typed text."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    alert_id, language = int(request.draft["alert_id"]), str(request.draft["language"])
    room = frame(request.house.catalogues.say(language))
    found = await correcting.write(request.session, alert_id, language, request.text, frame=room)
    await dialogue.end(request.session, author.id)
    return await _draft(request, found)


async def discard(request: Request, pressed: DropCorrection) -> Screen:
    """Throw the new texts away."""
    await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    await correcting.discard(request.session, pressed.alert_id)
    return await alert_reporting.page(request, pressed.alert_id, request.say("The correction was thrown away."))


async def propose(request: Request, pressed: ProposeCorrection) -> Screen:
    """Ask every other operator."""
    author = await require(request.session, request.person, Action.PROPOSE_ALERT, now=request.now)
    found = await correcting.proposable(request.session, pressed.alert_id)
    note = f"languages={len(found.new)} messages={found.people}"
    about = correcting.name_of(pressed.alert_id)
    asked = await ask_others(request, author, Kind.CORRECTION_ASKED, pressed.alert_id, about, found.content_hash, note)
    return screens.proposed(request.say, pressed.alert_id, asked)


async def take_back(request: Request, pressed: TakeBackCorrection) -> Screen:
    """The author's second thoughts. No PIN, because it can only hold something back."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    about = correcting.name_of(pressed.alert_id)
    await approvals.withdraw(request.session, author, Action.APPROVE_ALERT, about, request.now)
    return await _draft(request, await correcting.read(request.session, pressed.alert_id))


async def approve(request: Request, pressed: ApproveCorrection) -> Screen:
    """The second person's word: delivered messages are changed from now on."""
    approver = await require(request.session, request.person, Action.APPROVE_ALERT, now=request.now)
    found = await correcting.read(request.session, pressed.alert_id)
    about = correcting.name_of(pressed.alert_id)

    async def put_in_place() -> str:
        return await correcting.put_in_place(request.session, pressed.alert_id, now=request.now)

    try:
        await agree(request, approver, about, pressed.approval_id, found.content_hash, put_in_place)
    except ChangedSince as changed:  # not raised on: that the proposal is void must stay
        return await explain(request, changed)
    return await alert_reporting.approved(request, pressed.alert_id)


async def _draft(request: Request, found: Correction) -> Screen:
    """The correction with its previews; while it waits for approval, with the way back."""
    about = correcting.name_of(found.alert.id)
    waits = await approvals.waits(request.session, Action.APPROVE_ALERT, about, request.now)
    mine = waits is not None and waits.proposer_id == request.known.id
    return screens.draft(request.say, request.house.catalogues.say, found, mine=mine)


async def question(session: AsyncSession, house: House, person: Person, row: Owed, now: datetime) -> Screen | None:
    """What another operator reads before agreeing; None when there is nothing to agree to any more."""
    about = correcting.name_of(row.subject_id)
    waits = await approvals.waits(session, Action.APPROVE_ALERT, about, now)
    if waits is None or f":{waits.id}:" not in row.key:
        return None
    try:
        found = await correcting.read(session, row.subject_id)
    except AlertGone:
        return None
    return screens.approval(house.catalogues.say(person.language), house.catalogues.say, found, waits.id)
