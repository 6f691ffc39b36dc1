"""Which operators follow an alert, what they saw last, and the message that shows it.

The rule: one owed row for each operator and alert, made due again for every change; while it is on its way it is left
alone, so that a message is never sent twice.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import POLICIES, Kind
from storage.database import changed
from storage.tables import AlertProgress, Owed


async def follow(session: AsyncSession, alert_id: int, person_id: int) -> None:
    """Let an operator follow an alert; once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(AlertProgress).values(alert_id=alert_id, person_id=person_id, shown="", settled=0, rate=0)
    await session.execute(row.on_conflict_do_nothing(index_elements=["alert_id", "person_id"]))


async def followers(session: AsyncSession, alert_id: int) -> list[AlertProgress]:
    """Everybody who follows an alert, as it stands now."""
    rows = select(AlertProgress).where(AlertProgress.alert_id == alert_id).order_by(AlertProgress.person_id)
    return list(await session.scalars(rows, execution_options={"populate_existing": True}))


async def note(session: AsyncSession, one: AlertProgress, **values: object) -> bool:
    """Note what an operator is shown, unless another process has just done so."""
    same = one.edited_at
    seen = AlertProgress.edited_at.is_(None) if same is None else AlertProgress.edited_at == same
    mine = (AlertProgress.alert_id == one.alert_id, AlertProgress.person_id == one.person_id, seen)
    return await changed(session, update(AlertProgress).where(*mine).values(**values)) == 1


async def owe_progress(session: AsyncSession, alert_id: int, person_id: int, now: datetime) -> bool:
    """Owe the message, or its next change; False while the last one is still on its way."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    policy = POLICIES[Kind.PROGRESS]
    fresh = {
        "due_at": now,
        "expires_at": now + policy.life,
        "state": "pending",
        "tries": 0,
        "lease_until": None,
        "settled_at": None,
        "late_since": None,
    }
    row = insert(Owed).values(
        key=f"{Kind.PROGRESS}:{alert_id}:{person_id}",
        kind=Kind.PROGRESS,
        lane=policy.lane,
        person_id=person_id,
        subject_id=alert_id,
        **fresh,
    )
    idle = Owed.state.not_in(("pending", "claimed"))
    return await changed(session, row.on_conflict_do_update(index_elements=["key"], set_=fresh, where=idle)) == 1
