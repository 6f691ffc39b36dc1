"""`/audit`: the owner reads what was done with roles, alerts, lists and people, and whether the log is whole."""

from handlers.presses.trust import ShowLog
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import auditing as screens
from people.authority import Action
from people.recognise import require
from people.store.forgetting import erased_among
from storage import audit

SIZE = 10
"""Entries on one screen, unless another number is asked for ..."""
LARGEST = 20
"""... up to this, which still fits into one message."""


async def audit_log(request: Request) -> Screen:
    """`/audit [n]`: the newest entries."""
    asked = request.text.strip()
    size = int(asked) if asked.isdecimal() and len(asked) <= 3 else SIZE
    return await show_log(request, ShowLog(size, 0))


async def show_log(request: Request, pressed: ShowLog) -> Screen:
    """One page of it. Whoever was erased stays in the log as a number without a person."""
    await require(request.session, request.person, Action.SEE_AUDIT, now=request.now)
    size = max(1, min(pressed.size, LARGEST))
    page = min(pressed.page, LARGEST * LARGEST)
    entries = await audit.newest(request.session, size + 1, skip=page * size, without=screens.OWN_VISITS)
    people = {entry.actor for entry in entries} | {entry.subject for entry in entries}
    erased = await erased_among(request.session, people)
    verdict = await request.house.check_log() if request.house.check_log else None
    shown = screens.Page(entries[:size], erased, size, page, len(entries) > size)
    return screens.log(request.say, request.house.clinics, shown, verdict)
