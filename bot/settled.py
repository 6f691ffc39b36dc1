"""What else happens when a row has ended: hooks by kind, called in the transaction that settles the row.

The rule: a hook writes what belongs to that end and nothing else, and may run again when its transaction lost a race.
It is not called for rows that are put back, nor for a sender that lost its lease.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Kind, Outcome
from handoff import settling
from storage.tables import Owed

Hook = Callable[[AsyncSession, Owed, Outcome, Sequence[int], datetime], Awaitable[None]]
"""Session, row as it was claimed, its end, the ids of the messages it became, people's time."""

SETTLED: dict[Kind, Hook] = {Kind.HANDOFF: settling.person_settled, Kind.GROUP: settling.group_settled}
"""By kind; most kinds need none."""


async def settled(
    session: AsyncSession, row: Owed, outcome: Outcome, message_ids: Sequence[int], now: datetime
) -> None:
    """Call the hook of a row that has just ended."""
    hook = SETTLED.get(Kind(row.kind))
    if hook:
        await hook(session, row, outcome, message_ids, now)
