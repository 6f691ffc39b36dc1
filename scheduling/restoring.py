"""A visit that the clinic had ended stands again: for its person, or because a change was taken back."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import booking, hindrances, reminders, rules, store
from scheduling.clinics import Clinics
from scheduling.refusals import Clash, OfferStands, TooManyBookings
from scheduling.rules import Status, Why
from scheduling.store import closures as rows
from scheduling.waiting import mind_offers
from storage.tables import Booking, Slot

IN_THE_WAY = (Clash, OfferStands, TooManyBookings)
"""What `refuse` raises: the person has made other plans meanwhile."""


async def refuse(session: AsyncSession, visit: Booking, slot: Slot, now: datetime, *, offers: bool = True) -> None:
    """Whether the person of a visit that stands, or is to stand again, can have it at this slot beside what they have.

    Until the commit that person does nothing else.

    Args:
        offers: whether what is offered to the person counts too.

    Raises:
        TooManyBookings, Clash, OfferStands: as for `booking.book`.
    """
    if visit.person_id is None:
        return
    await store.hold_person(session, visit.person_id)
    known = await store.standing_visits(session, visit.person_id, now - rules.LONGEST_VISIT)
    others = [each for each in known if each[0].id != visit.id]
    if booking.standing_at(others, slot.id, visit.whom):
        raise Clash(slot.starts_at)
    hindrances.mind_clashes(slot, visit.whom, others)
    ahead = [each for each in others if each[1].starts_at > now]
    adds = visit.status != Status.STANDING and slot.starts_at > now
    if adds and rules.how_many([*(other.series for other, _ in ahead), visit.series]) > rules.MOST_STANDING:
        raise TooManyBookings(rules.MOST_STANDING)
    if offers:
        await mind_offers(session, visit.person_id, slot, ahead, visit, adds=adds)


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


async def remind_again(session: AsyncSession, visit: Booking, slot: Slot, clinics: Clinics, now: datetime) -> None:
    """Owe what was withdrawn when a visit seemed to be over, and it still stands at the time it had."""
    clinic, service = clinics.clinics[slot.clinic_id], clinics.services[slot.service]
    await reminders.owe_for(session, visit, slot, clinic, service, now)


async def tell(session: AsyncSession, kind: Kind, visit: Booking, now: datetime, said: str = "") -> None:
    """Owe the person one message about what the clinic did to their visit; what it did before is withdrawn.

    Args:
        said: a word the wording needs, such as the reason; it stands in the message's name.
    """
    await withdraw(session, visit.id, Kind.MOVED, Kind.REOPENED, Kind.CALLED_OFF, Kind.CLOSED)
    if visit.person_id is not None:
        key = f"{visit.id}.{visit.moves}" + (f":{said}" if said else "")
        await owe(session, kind, key, visit.person_id, visit.id, due_at=now)
