"""A visit that the clinic had ended stands again: for its person, or because a change was taken back."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import booking, store
from scheduling.clinics import Clinics
from scheduling.refusals import Clash
from scheduling.rules import Why
from scheduling.store import closures as rows
from storage.tables import Booking, Person, Slot


async def refuse(session: AsyncSession, visit: Booking, slot: Slot, now: datetime) -> None:
    """Whether the person of a closed visit can have it at this slot, beside what they have.

    Raises:
        TooManyBookings, Clash, OfferStands: as for `booking.book`.
    """
    person = await session.get(Person, visit.person_id) if visit.person_id is not None else None
    if person:
        standing = await store.standing_visits(session, person.id, now)
        if booking.standing_at(standing, slot.id, visit.whom):
            raise Clash(slot.starts_at)
        await booking.refuse(session, person, slot, visit.whom, standing)


async def release_kept(session: AsyncSession, booking_id: int) -> None:
    """Give back the place that was kept for a closed visit."""
    hold = await rows.hold_for(session, booking_id, Why.CLOSURE)
    if hold:
        await store.release(session, hold)


async def owe_reminders(session: AsyncSession, visit: Booking, slot: Slot, clinics: Clinics, now: datetime) -> None:
    """Owe the reminders of a visit at the time it has now, without a ticket: another message brings the news."""
    await withdraw(session, visit.id, Kind.REMINDER)
    await booking.owe_messages(session, visit, slot, clinics, now)
    await withdraw(session, visit.id, Kind.RECEIPT)


async def tell(session: AsyncSession, kind: Kind, visit: Booking, now: datetime, said: str = "") -> None:
    """Owe the person one message about what the clinic did to their visit; what it did before is withdrawn.

    Args:
        said: a word the wording needs, such as the reason; it stands in the message's name.
    """
    await withdraw(session, visit.id, Kind.MOVED, Kind.REOPENED, Kind.CALLED_OFF, Kind.CLOSED)
    if visit.person_id is not None:
        key = f"{visit.id}.{visit.moves}" + (f":{said}" if said else "")
        await owe(session, kind, key, visit.person_id, visit.id, due_at=now)
