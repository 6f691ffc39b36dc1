"""Keeping a chosen time for ten minutes, until its person says for whom it is and confirms.

The rule: one held time for each person. Choosing another one gives the first back, in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import booking, hindrances, rules, store
from scheduling.booking import Visit
from scheduling.clinics import Clinics
from scheduling.refusals import Clash, SlotFull
from scheduling.rules import Whom, Why
from storage.tables import Hold, Person, Slot


@dataclass(frozen=True)
class Held:
    """A time that is kept, and until when.

    `for_self` is false where the person is in another place then and only somebody of the family can be seen;
    `visit` is what the person has at this very time already.
    """

    slot: Slot
    until: datetime
    for_self: bool
    visit: Visit | None = None


async def hold(
    session: AsyncSession, person: Person, slot_id: int, *, clinics: Clinics, now: datetime, family: bool = False
) -> Held:
    """Keep a place of a slot for `person`; what else they were choosing goes back.

    Asked again while it is kept, nothing changes: not even the end. Nothing is kept where the person has a visit of
    their own at this very time, unless it is for the `family`.

    Args:
        slot_id: from a button, so possibly old or forged; never trusted.

    Raises:
        SlotGone, TooLate, TooManyBookings, Clash, OfferStands: as for `booking.book`, for whomever it may be.
        SlotFull: nothing is left.
    """
    await store.hold_person(session, person.id)
    before = await store.holds_of(session, person.id, Why.CONFIRM)
    kept = next((each for each in before if each.slot_id == slot_id and each.expires_at > now), None)
    standing = await store.standing_visits(session, person.id, now)
    own = booking.standing_at(standing, slot_id, Whom.SELF)
    if own and not family:
        return Held(own.slot, now, False, own)
    slot = await hindrances.open_slot(session, slot_id, clinics, now, held=kept is not None)
    await hindrances.refuse(session, person, slot, Whom.FAMILY, standing)
    for_self = not any(
        rules.in_two_places(hindrances.stay(slot, Whom.SELF), hindrances.stay(at, other.whom)) for other, at in standing
    )
    if not for_self and booking.standing_at(standing, slot_id, Whom.FAMILY):
        raise Clash(slot.starts_at)  # both have this time already
    until = kept.expires_at if kept else now + rules.HOLD_LIFE
    if kept is None:
        await _change_over(session, person, slot, before, until)
    return Held(slot, until, for_self)


async def _change_over(session: AsyncSession, person: Person, slot: Slot, before: list[Hold], until: datetime) -> None:
    """Give the old places back and hold the new one, in the order of the slots' numbers."""
    others = sorted((each for each in before if each.slot_id != slot.id), key=lambda each: each.slot_id)
    for each in [each for each in others if each.slot_id < slot.id]:
        await store.release(session, each)
    if not await store.hold_place(session, slot.id, person.id, Why.CONFIRM, until):
        raise SlotFull(slot.clinic_id, slot.service, slot.starts_at)
    for each in [each for each in others if each.slot_id > slot.id]:
        await store.release(session, each)
