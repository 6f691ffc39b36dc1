"""Messages about visits that could not be delivered to somebody, told in one line when they are back.

The rule: what is told is marked in the same statement that finds it, so that it is told once.
"""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Kind, Outcome
from storage.tables import Owed

TOLD = "told later"
"""The reason of an undelivered row that its person has heard of since."""
CHANGES = (Kind.CLOSED, Kind.REOPENED, Kind.MOVED, Kind.CALLED_OFF, Kind.LATE)
OTHERS = (Kind.RECEIPT, Kind.OFFER, Kind.OFFER_GONE, Kind.LIST_OVER)


@dataclass(frozen=True)
class Missed:
    """How many messages of which kind did not arrive."""

    reminders: int
    changes: int
    """The clinic closed, moved, cancelled or delayed a visit, or opened again."""
    others: int

    def __bool__(self) -> bool:
        """Whether anything was missed at all."""
        return self.reminders + self.changes + self.others > 0


async def take_missed(session: AsyncSession, person_id: int) -> Missed:
    """What a person missed and has not been told of; from now on it counts as told."""
    undelivered = (
        Owed.person_id == person_id,
        Owed.state == Outcome.UNREACHABLE,
        Owed.kind.in_((Kind.REMINDER, *CHANGES, *OTHERS)),
        Owed.reason != TOLD,
    )
    rows = await session.scalars(
        update(Owed).where(*undelivered).values(reason=TOLD).returning(Owed.kind),
        execution_options={"synchronize_session": False},
    )
    kinds = Counter(rows)
    return Missed(kinds[Kind.REMINDER], sum(kinds[kind] for kind in CHANGES), sum(kinds[kind] for kind in OTHERS))
