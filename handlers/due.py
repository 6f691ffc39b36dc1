"""A claimed row and what its wording can ask: whom it goes to, the visit it is about, what the batch knows already.

The rule: a wording reads and never writes; it says what would be shown NOW, or why nothing is.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Outcome
from handlers.request import House
from handlers.screen import Screen
from locales.catalogue import Translator
from scheduling import store
from scheduling.booking import Visit
from scheduling.clinics import Clinic
from storage.keys import Unsealable
from storage.tables import Owed, Person, StaffGroup

T = TypeVar("T")


@dataclass(frozen=True)
class Memory:
    """What rows that were claimed together share."""

    rows: Sequence[Owed] = ()
    made: dict[Hashable, Any] = field(default_factory=dict)
    """By a name of the wording's choice."""


@dataclass(frozen=True)
class Receiver:
    """Where a row goes."""

    chat_id: int
    script: str = ""
    """The reader's writing of Burmese; groups have none of their own."""


@dataclass(frozen=True)
class Due:
    """One claimed row and what is needed to word it."""

    session: AsyncSession
    house: House
    row: Owed
    receiver: Person | StaffGroup
    now: datetime
    memory: Memory = field(default_factory=Memory)

    @property
    def person(self) -> Person:
        """The person it goes to; a TypeError when it goes to a staff group."""
        if isinstance(self.receiver, Person):
            return self.receiver
        raise TypeError(f"{self.row.kind} is for a person")

    @property
    def group(self) -> StaffGroup:
        """The staff group it goes to; a TypeError when it goes to a person."""
        if isinstance(self.receiver, StaffGroup):
            return self.receiver
        raise TypeError(f"{self.row.kind} is for a staff group")

    @property
    def say(self) -> Translator:
        """Speaks the receiver's language; to groups, that of the lead who linked them."""
        return self.house.catalogues.say(self.receiver.language)

    async def visit(self) -> tuple[Visit, Clinic] | None:
        """The booking the row is about."""
        read = await self.once(("visits", self.row.kind), self._visits_of_kind)
        found = read.get(self.row.subject_id) or (await self._visits({self.row.subject_id})).get(self.row.subject_id)
        return (found, self.house.clinics.clinics[found.slot.clinic_id]) if found else None

    async def _visits_of_kind(self) -> dict[int, Visit]:
        """The bookings of all rows of this kind; none if one cannot be opened: it spoils its own row."""
        try:
            return await self._visits({row.subject_id for row in self.memory.rows if row.kind == self.row.kind})
        except Unsealable:
            return {}

    async def _visits(self, booking_ids: set[int]) -> dict[int, Visit]:
        found = await store.visits_by_id(self.session, booking_ids)
        return {booking.id: Visit(booking, slot) for booking, slot in found}

    async def once(self, name: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What is the same for many rows of a batch, made by the first of them: an alert and its texts, say."""
        if name not in self.memory.made:
            self.memory.made[name] = await make()
        made: T = self.memory.made[name]
        return made


@dataclass(frozen=True)
class Later:
    """Not yet: it is worded again after a while; the row keeps the reason."""

    wait: timedelta
    reason: str


Worded = Screen | Outcome | Later
