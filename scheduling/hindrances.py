"""What hinders a visit: its time, the limit of one person, another place they would have to be in, an offer.

The rule: nothing is written here. The caller holds the person, so that what was looked at still holds when it writes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import finding, rules, store
from scheduling.clinics import Clinics
from scheduling.refusals import Clash, SlotGone, TooManyBookings
from scheduling.rules import Stay
from scheduling.waiting import mind_offers
from storage.tables import Booking, Person, Slot

Standing = Sequence[Row[Booking, Slot]]
"""Visits of one person."""


async def open_slot(
    session: AsyncSession, slot_id: int, clinics: Clinics, now: datetime, *, held: bool = False
) -> Slot:
    """A slot that people may book now; with a place held in time, the clinic's notice may have begun.

    Raises:
        SlotGone: unknown, closed, beyond the horizon, or of a clinic or service that is not offered any more.
        TooLate: too near.
    """
    slot = await store.slot_by_id(session, slot_id)
    if slot is None:
        raise SlotGone
    finding.mind_time(slot, clinics, now, held=held)
    return slot


async def refuse(
    session: AsyncSession,
    person: Person,
    slot: Slot,
    whom: str,
    held: Standing,
    *,
    moving: Booking | None = None,
    has_offers: bool = True,
) -> None:
    """Refuse what would break a limit or put somebody in two places; `moving` is the visit that would be moved.

    Args:
        has_offers: False if nothing is offered to the person, which spares a look.

    Raises:
        TooManyBookings, Clash, OfferStands: as for `booking.book`.
    """
    others = [each for each in held if moving is None or each[0].id != moving.id]
    count = rules.how_many(booking.series for booking, _ in others)
    if moving is None and count >= rules.MOST_STANDING:
        raise TooManyBookings(rules.MOST_STANDING)
    mind_clashes(slot, whom, others)
    if has_offers:
        await mind_offers(session, person.id, slot, others, moving, adds=moving is None)


def mind_clashes(slot: Slot, whom: str, others: Standing) -> None:
    """Let nobody be in two places at once.

    Raises:
        Clash: they would be.
    """
    for booking, other in others:
        if rules.in_two_places(stay(slot, whom), stay(other, booking.whom)):
            raise Clash(other.starts_at)


def stay(slot: Slot, whom: str) -> Stay:
    """Where somebody would be."""
    return Stay(slot.clinic_id, slot.starts_at, slot.minutes, whom)
