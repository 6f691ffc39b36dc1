"""An alert on its way: stop, pause, resume; and its rows, which follow what the alert says of itself.

The rule: a press changes one row, the alert. From then on wording sends nothing of it; the rows are moved after it, a
chunk at a time, by whoever looks next, as often as it takes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import audience, canary, expiring, store
from alerts.refusals import AlertGone
from alerts.rules import LIVE, Quiet, State, name_of
from alerts.store import going
from delivery.rules import Kind, Outcome
from storage import audit
from storage.tables import Alert, Owed, Person


async def stop(session: AsyncSession, person: Person | None, alert_id: int, *, now: datetime) -> int | None:
    """Nothing more of it goes out, and no more delivered messages are corrected; how many messages that spared.

    Stopping twice changes nothing: None.

    Raises:
        AlertGone: never approved, or no longer valid anyway.
    """
    spared = await _left(session, alert_id)
    stopped = await going.change(session, alert_id, LIVE, state=State.STOPPED, done_at=None)
    halted = await going.halt_changes(session, alert_id)
    if not stopped and not halted:
        alert = await store.alert_by_id(session, alert_id)
        if alert is None or alert.state not in (State.STOPPED, *LIVE):
            raise AlertGone
        return None
    await step_rows(session, await _fresh(session, alert_id), now)
    about = name_of(alert_id)
    await audit.record(
        session, "stop-alert", now=now, actor=person.id if person else None, subject=about, detail=f"spared={spared}"
    )
    return spared


async def stop_all(session: AsyncSession, person: Person, *, now: datetime) -> list[int]:
    """Stop everything that goes out, or will, and every correction; the alerts that this changed."""
    found = sorted({*await going.running(session), *await going.changing(session)})
    return [alert_id for alert_id in found if await stop(session, person, alert_id, now=now) is not None]


async def pause(session: AsyncSession, person: Person, alert_id: int, *, now: datetime) -> bool:
    """Nothing of it goes out until it is resumed. False: it is paused already.

    Raises:
        AlertGone: it does not go out.
    """
    if not await going.change(session, alert_id, (State.APPROVED,), state=State.PAUSED, paused_at=now):
        alert = await store.alert_by_id(session, alert_id)
        if alert is None or alert.state != State.PAUSED:
            raise AlertGone
        return False
    await step_rows(session, await _fresh(session, alert_id), now)
    await audit.record(session, "pause-alert", now=now, actor=person.id, subject=name_of(alert_id))
    return True


async def resume(session: AsyncSession, person: Person, alert_id: int, *, now: datetime) -> bool:
    """It goes on; one that stopped by itself goes to everybody. False: it goes on already.

    Raises:
        AlertGone: it is over.
    """
    paused = await going.change(session, alert_id, (State.PAUSED,), state=State.APPROVED, paused_at=None)
    let = not paused and await going.change(session, alert_id, (State.HELD,), state=State.APPROVED, canary="passed")
    if not paused and not let:
        alert = await store.alert_by_id(session, alert_id)
        if alert is None or alert.state != State.APPROVED:
            raise AlertGone
        return False
    await _fresh(session, alert_id)
    act = "release-alert" if let else "resume-alert"
    await audit.record(session, act, now=now, actor=person.id, subject=name_of(alert_id))
    return True


@dataclass(frozen=True)
class Step:
    """What one look at an alert came to."""

    moved: int
    """Rows; when it is 0, there is nothing more to move now."""
    held: Alert | None = None
    """The alert, if it has just stopped by itself."""


async def step(session: AsyncSession, alert_id: int, quiet: Quiet, now: datetime) -> Step | None:
    """Do what is next for an alert: end it, decide about the first few, move rows. None: another process does."""
    alert = await going.take(session, alert_id)
    if alert is None:
        return None
    if alert.valid_until and now >= alert.valid_until and await expiring.expire(session, alert, alert.valid_until):
        alert = await _fresh(session, alert_id)
    tried = alert.state == State.APPROVED and alert.canary == "out"
    if tried:
        await canary.decide(session, alert, now)
        alert = await _fresh(session, alert_id)
    if alert.state == State.APPROVED and quiet.is_quiet(now) and await going.seems_due(session, alert_id, now):
        await audience.rest_at_night(session, alert, now, quiet)
    return Step(await step_rows(session, alert, now), alert if tried and alert.canary == "held" else None)


async def step_rows(session: AsyncSession, alert: Alert, now: datetime) -> int:
    """Move up to a chunk of an alert's rows to where its state wants them; how many."""
    own, again = alert.id, going.SENT_AGAIN
    if alert.edits == "stopped":
        halted = await going.end_rows(session, own, (Kind.CORRECTION,), Outcome.DROPPED, now, "stopped")
        if halted:
            return halted
    match State(alert.state):
        case State.STOPPED:
            return await going.end_rows(session, own, again, Outcome.DROPPED, now, "stopped")
        case State.EXPIRED:
            return await going.end_rows(session, own, again, Outcome.EXPIRED, now, "ended")
    for kind in again:
        if await going.seem_over(session, own, kind, now):
            return await going.end_rows(session, own, (kind,), Outcome.EXPIRED, now, "window", Owed.expires_at < now)
    match State(alert.state):
        case State.PAUSED | State.HELD:
            return await going.hold_rows(session, own, now)
        case State.APPROVED if alert.canary == "out":
            return await canary.fill(session, alert)
        case State.APPROVED:
            return await going.let_go(session, own)
    return 0


async def finish(session: AsyncSession, alert_id: int, now: datetime) -> bool:
    """Note that nothing is left to do, if so."""
    alert = await going.take(session, alert_id)
    if alert is None or alert.done_at or alert.edits == "out" or await going.anything_left(session, alert_id):
        return False
    return await going.change(session, alert_id, (alert.state,), done_at=now)


async def _left(session: AsyncSession, alert_id: int) -> int:
    counts = await going.tally(session, alert_id, *going.SENT_AGAIN)
    return sum(count for (_, state), count in counts.items() if state in going.UNSENT)


async def _fresh(session: AsyncSession, alert_id: int) -> Alert:
    """The alert as it stands after this transaction's own changes."""
    alert = await session.get(Alert, alert_id, populate_existing=True)
    if alert is None:
        raise AlertGone
    return alert
