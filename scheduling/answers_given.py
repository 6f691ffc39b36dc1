"""Who has answered a closure, and whom the desk has to call. Read anew each time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Outcome
from scheduling.booking import Visit
from scheduling.rules import Status
from scheduling.store import closures as rows
from storage.tables import Booking, Closure, Person

SHOWN_FOR = timedelta(days=3)
"""A closure is listed so long after its end."""
LOST = frozenset({Outcome.UNREACHABLE, Outcome.FAILED, Outcome.UNKNOWN, Outcome.EXPIRED})


class Answer(StrEnum):
    """What came of one closed visit."""

    TAKEN = "taken"
    OTHER = "other"
    NONE = "none"
    SILENT = "silent"
    UNREACHED = "unreached"
    NO_TELEGRAM = "no-telegram"


TO_CALL = frozenset({Answer.SILENT, Answer.UNREACHED, Answer.NO_TELEGRAM})


@dataclass(frozen=True)
class Answered:
    """The answers to one closure."""

    answers: tuple[tuple[Visit, Answer], ...]

    @property
    def total(self) -> int:
        """Visits it ended."""
        return len(self.answers)

    def count(self, answer: Answer) -> int:
        """How many answered so."""
        return Counter(given for _, given in self.answers)[answer]

    @property
    def to_call(self) -> list[tuple[Visit, Answer]]:
        """Whoever has not answered, in order of time."""
        return [each for each in self.answers if each[1] in TO_CALL]


async def answered(session: AsyncSession, closure_id: int) -> Answered:
    """What came of every visit that a closure ended."""
    found = await rows.ended_by(session, [closure_id])
    return Answered(
        tuple((Visit(booking, slot), _answer(booking, person, told)) for booking, slot, person, told in found)
    )


async def closures(session: AsyncSession, clinic_id: str, *, now: datetime) -> list[tuple[Closure, Answered]]:
    """A clinic's closures to come and of the last days, each with its answers."""
    known = await rows.closures_of(session, clinic_id, now - SHOWN_FOR)
    return [(one, await answered(session, one.id)) for one in known]


async def closure_by_id(session: AsyncSession, closure_id: int) -> Closure | None:
    """One closure."""
    return await rows.closure_by_id(session, closure_id)


def _answer(booking: Booking, person: Person | None, told: str | None) -> Answer:
    if booking.answer == "taken":
        return Answer.TAKEN
    if booking.answer == "other" or booking.status != Status.CLOSED:
        return Answer.OTHER
    if booking.answer == "no":
        return Answer.NONE
    if person is None:
        return Answer.NO_TELEGRAM
    return Answer.UNREACHED if told in LOST or not person.reachable else Answer.SILENT
