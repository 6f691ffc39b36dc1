"""The rows of alerts that go out: what is left of them, and moving many of them at once.

The rule: a row that is claimed belongs to its sender. Only `pending` and `waiting` ones are moved, a chunk at a time,
so that nobody who wants to stop an alert waits for a long statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alerts.rules import LIVE, State
from alerts.store.drafts import FRESH
from alerts.store.owed import CHUNK, KINDS, PENDING, WAITING
from delivery.rules import Kind, Outcome
from storage.database import changed
from storage.tables import Alert, AlertProgress, Mute, Owed

SENT_AGAIN = (*KINDS, Kind.ALERT_AGAIN)
"""Everything that brings an alert's text to somebody who may not have it."""
CHANGES = (Kind.CORRECTION, Kind.EXPIRED_MARK)
"""Changes of messages that were delivered."""
UNSENT = (PENDING, WAITING)
LEFT = (PENDING, WAITING, "claimed")
FINAL = "end:"
"""What `AlertProgress.shown` begins with when nothing will change any more."""


@dataclass(frozen=True)
class Tried:
    """How the first few got on."""

    size: int
    """How many there are so far."""
    settled: int
    bad: int
    """Failed, or nobody knows."""
    lost: int
    """Found unreachable just now."""
    begun: datetime | None
    """When the first of them was due."""


async def open_alerts(session: AsyncSession, now: datetime) -> list[int]:
    """Alerts with something left to do, or whose end has come, or whose operators have not seen the last of it."""
    ends = and_(Alert.state.in_((*LIVE, State.STOPPED)), Alert.ended_at.is_(None), Alert.valid_until <= now)
    unseen = exists().where(AlertProgress.alert_id == Alert.id, AlertProgress.shown.not_like(f"{FINAL}%"))
    approved = Alert.state.not_in((State.DRAFT, State.PROPOSED))
    rows = select(Alert.id).where(approved, or_(Alert.done_at.is_(None), ends, unseen)).order_by(Alert.id)
    return list(await session.scalars(rows))


async def take(session: AsyncSession, alert_id: int) -> Alert | None:
    """Hold an alert for this transaction; None when another process has it in hand."""
    held = select(Alert).where(Alert.id == alert_id).with_for_update(skip_locked=True)
    return await session.scalar(held, execution_options=FRESH)


async def change(session: AsyncSession, alert_id: int, before: Iterable[str], **values: object) -> bool:
    """Change an alert that stands in one of these states, unless somebody else was faster."""
    standing = (Alert.id == alert_id, Alert.state.in_(list(before)))
    return await changed(session, update(Alert).where(*standing).values(**values)) == 1


async def set_canary(session: AsyncSession, alert_id: int, after: str, state: State) -> bool:
    """Decide about the first few, once, and only while the alert goes out."""
    standing = (Alert.id == alert_id, Alert.state == State.APPROVED, Alert.canary.in_(("", "out")))
    return await changed(session, update(Alert).where(*standing).values(canary=after, state=state)) == 1


async def halt_changes(session: AsyncSession, alert_id: int) -> bool:
    """No more delivered messages of an alert are corrected, if they were; marks of its end go on."""
    standing = (Alert.id == alert_id, Alert.edits == "out", Alert.ended_at.is_(None))
    return await changed(session, update(Alert).where(*standing).values(edits="stopped", done_at=None)) == 1


async def running(session: AsyncSession) -> list[int]:
    """Alerts that go out, or will."""
    return list(await session.scalars(select(Alert.id).where(Alert.state.in_(LIVE)).order_by(Alert.id)))


async def count_live(session: AsyncSession) -> dict[str, int]:
    """Alerts with something left to do, by state."""
    live = (Alert.state.in_(LIVE), Alert.done_at.is_(None))
    rows = await session.execute(select(Alert.state, func.count()).where(*live).group_by(Alert.state))
    return {str(state): int(count) for state, count in rows}


async def changing(session: AsyncSession) -> list[int]:
    """Alerts whose delivered messages are being corrected."""
    wanted = (Alert.edits == "out", Alert.ended_at.is_(None))
    return list(await session.scalars(select(Alert.id).where(*wanted).order_by(Alert.id)))


async def tally(session: AsyncSession, alert_id: int, *kinds: Kind) -> dict[tuple[str, str], int]:
    """How many rows of these kinds stand where, by language and state."""
    counted = select(Owed.language, Owed.state, func.count()).where(*_of(alert_id, kinds))
    rows = await session.execute(counted.group_by(Owed.language, Owed.state))
    return {(language, state): count for language, state, count in rows}


async def anything_left(session: AsyncSession, alert_id: int) -> bool:
    """Whether a row of an alert, or a change of a message of it, has not ended."""
    left = exists().where(*_of(alert_id, (*SENT_AGAIN, *CHANGES)), Owed.state.in_(LEFT))
    return bool(await session.scalar(select(left)))


async def anything_claimed(session: AsyncSession, alert_id: int) -> bool:
    """Whether a message of an alert is on its way."""
    claimed = exists().where(*_of(alert_id, SENT_AGAIN), Owed.state == "claimed")
    return bool(await session.scalar(select(claimed)))


async def tried(session: AsyncSession, alert_id: int) -> Tried:
    """How those got on who were told first. Whoever was known to be out of reach was never tried."""
    own = (*_of(alert_id, KINDS), Owed.state != WAITING, or_(Owed.claim > 0, Owed.state.in_(LEFT)))
    bad = Owed.state.in_((Outcome.FAILED, Outcome.UNKNOWN))
    found = select(
        func.count(),
        func.count(case((Owed.state.not_in(LEFT), 1))),
        func.count(case((bad, 1))),
        func.count(case((Owed.state == Outcome.UNREACHABLE, 1))),
        func.min(func.coalesce(Owed.late_since, Owed.due_at)),
    )
    size, settled, failed, lost, begun = (await session.execute(found.where(*own))).one()
    return Tried(size, settled, failed, lost, begun)


async def muted_since(session: AsyncSession, alert: Alert) -> set[int]:
    """Who of those it is being sent to has turned its topic off; lives go before that."""
    if alert.life_safety:
        return set()
    claimed = (*_of(alert.id, SENT_AGAIN), Owed.state == "claimed")
    muted = exists().where(Mute.person_id == Owed.person_id, Mute.topic == alert.topic)
    return {each for each in await session.scalars(select(Owed.person_id).where(*claimed, muted)) if each}


async def end_rows(
    session: AsyncSession,
    alert_id: int,
    kinds: Iterable[Kind],
    outcome: Outcome,
    now: datetime,
    reason: str,
    *which: ColumnElement[bool],
) -> int:
    """End up to a chunk of rows that have not been claimed; how many."""
    values = {"state": outcome, "settled_at": now, "reason": reason}
    return await _move(session, [*_of(alert_id, kinds), Owed.state.in_(UNSENT), *which], values)


async def hold_rows(session: AsyncSession, alert_id: int, now: datetime) -> int:
    """Up to a chunk of rows that are due are not claimed until they are let go; how many."""
    due = [*_of(alert_id, SENT_AGAIN), Owed.state == PENDING, Owed.due_at <= now]
    return await _move(session, due, {"state": WAITING})


async def let_go(session: AsyncSession, alert_id: int, most: int = CHUNK) -> int:
    """Up to `most` rows may be claimed again, those first that had their turn before; how many."""
    held = [*_of(alert_id, SENT_AGAIN), Owed.state == WAITING]
    order = (Owed.claim.desc(), Owed.id.asc()) if most < CHUNK else ()
    return await _move(session, held, {"state": PENDING}, min(most, CHUNK), order)


async def seems_due(session: AsyncSession, alert_id: int, now: datetime) -> bool:
    """Whether rows of the audience can be claimed now, going by any one of them: looking at all takes too long."""
    due_at = await session.scalar(select(Owed.due_at).where(*_of(alert_id, KINDS), Owed.state == PENDING).limit(1))
    return due_at is not None and due_at <= now


async def seem_over(session: AsyncSession, alert_id: int, kind: Kind, now: datetime) -> bool:
    """Whether the time of what has not gone out is over, going by any one row: all of a kind end together."""
    left = select(Owed.expires_at).where(*_of(alert_id, (kind,)), Owed.state.in_(UNSENT)).limit(1)
    ends = await session.scalar(left)
    return ends is not None and ends < now


def _of(alert_id: int, kinds: Iterable[Kind]) -> tuple[ColumnElement[bool], ...]:
    return (Owed.kind.in_(list(kinds)), Owed.subject_id == alert_id)


async def _move(
    session: AsyncSession,
    which: list[ColumnElement[bool]],
    values: dict[str, object],
    most: int = CHUNK,
    order: tuple[ColumnElement[Any], ...] = (),
) -> int:
    # no WITH in front: after one, SQLite's driver counts no rows
    some = select(Owed.id).where(*which).order_by(*order).limit(most).with_for_update(skip_locked=True)
    return await changed(session, update(Owed).where(Owed.id.in_(some.scalar_subquery())).values(**values))
