"""Waiting for a place: joining a list, leaving it, one's place in line.

Whoever holds an offer can take it within its time, whatever happens: so no other visit may come in its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import rules, store
from scheduling.clinics import Clinics
from scheduling.refusals import OfferStands, TooManyLists
from scheduling.rules import Whom, Why
from scheduling.store import waiting as rows
from scheduling.waiting_rules import MOST_LISTS, ListState, OfferState, Part, after_quiet
from storage.tables import Booking, Offer, Person, Slot, Waiting

EASTERNMOST = timedelta(hours=14)
"""No place on earth begins its day earlier than so long before Greenwich."""


@dataclass(frozen=True)
class Wanted:
    """What somebody waits for: at a clinic a service, from day to day (both included), at a part of the day."""

    clinic_id: str
    service: str
    days: tuple[date, date]
    part: Part = Part.ANY
    whom: Whom = Whom.SELF
    interpreter: str = ""
    booking_id: int | None = None
    """The visit for which an earlier time is wanted."""


@dataclass(frozen=True)
class Standing:
    """A list somebody is on, their place in line, and what is offered to them."""

    wish: Waiting
    position: int
    offer: tuple[Offer, Slot] | None


async def join(session: AsyncSession, person: Person, wanted: Wanted, *, now: datetime) -> Waiting:
    """Put `person` on the list; who is on it already keeps wish and place.

    Raises:
        TooManyLists: the person is on as many lists as one person may be.
    """
    await store.hold_person(session, person.id)
    same = await rows.same_list(session, person.id, wanted.clinic_id, wanted.service, wanted.whom)
    if same:
        return same
    if len(await rows.lists_of(session, person.id)) >= MOST_LISTS:
        raise TooManyLists(MOST_LISTS)
    wish = Waiting(
        person_id=person.id,
        clinic_id=wanted.clinic_id,
        service_key=store.service_key(wanted.service),
        service=wanted.service,
        from_day=wanted.days[0],
        until_day=wanted.days[1],
        part=wanted.part,
        whom=wanted.whom,
        interpreter=wanted.interpreter,
        booking_id=wanted.booking_id,
        state=ListState.WAITING,
        joined_at=now,
    )
    session.add(wish)
    await session.flush()
    return wish


async def leave(session: AsyncSession, person: Person, waiting_id: int) -> None:
    """Take `person` off a list; what is offered to them there goes on to the next. Leaving twice changes nothing."""
    await store.hold_person(session, person.id)
    wish = await rows.fresh(session, Waiting, waiting_id)
    if wish is None or wish.person_id != person.id:
        return
    for offer, about, slot in await rows.open_offers(session, person.id):
        if about.id == wish.id:
            await give_up(session, offer, person.id, slot.id, OfferState.DECLINED)
    await rows.end_list(session, wish.id, ListState.LEFT)


async def lists_of(session: AsyncSession, person: Person) -> list[Standing]:
    """Every list `person` is on, with what is offered to them."""
    offered = {wish.id: (offer, slot) for offer, wish, slot in await rows.open_offers(session, person.id)}
    return [
        Standing(wish, await rows.position(session, wish), offered.get(wish.id))
        for wish in await rows.lists_of(session, person.id)
    ]


async def give_up(session: AsyncSession, offer: Offer, person_id: int, slot_id: int, end: OfferState) -> bool:
    """End an open offer and give its place back; False if it has ended already."""
    hold = await rows.locked_hold(session, slot_id, person_id, Why.OFFER)
    if not await rows.end_offer(session, offer.id, end):
        return False
    await withdraw(session, offer.id, Kind.OFFER)
    if hold:
        await store.release(session, hold)
    return True


async def mind_offers(
    session: AsyncSession,
    person_id: int,
    slot: Slot,
    others: Sequence[Row[Booking, Slot]],
    visit: Booking | None = None,
    *,
    adds: bool,
) -> None:
    """Let no visit come to a slot that would be in the way of what is offered to its person.

    An offer of an earlier time moves its visit; where that visit does not stand any more, it makes a new one.

    Args:
        others: the person's other visits to come.
        visit: the visit that comes there, if it is not a new one.
        adds: whether it is one more that counts towards the limit.

    Raises:
        OfferStands: take what is offered, or give it back, first.
    """
    offers = await rows.open_offers(session, person_id)
    own = visit.id if visit else None
    kept = {other.id for other, _ in others} | {own}
    new = [each for each in offers if each[1].booking_id is None or each[1].booking_id not in kept]
    then = rules.how_many([*(other.series for other, _ in others), visit.series if visit else None])
    if adds and new and then + len(new) > rules.MOST_STANDING:
        raise OfferStands(new[0][0].id, new[0][2].clinic_id, new[0][2].starts_at)
    for offer, wish, at in offers:
        moves_it = own is not None and wish.booking_id == own
        late = at.starts_at >= slot.starts_at  # the visit would have an earlier time already
        if late if moves_it else rules.clash(slot.starts_at, slot.minutes, at.starts_at, at.minutes):
            raise OfferStands(offer.id, at.clinic_id, at.starts_at)


async def lists_over(session: AsyncSession, clinics: Clinics, now: datetime) -> list[Waiting]:
    """Lists whose last day is over at their clinic."""
    soon = await rows.lists_until(session, (now.astimezone(UTC) + EASTERNMOST).date())
    zones = {clinic_id: clinic.zone for clinic_id, clinic in clinics.clinics.items()}
    return [each for each in soon if each.until_day < now.astimezone(zones.get(each.clinic_id, UTC)).date()]


async def end_lists(session: AsyncSession, clinics: Clinics, now: datetime) -> int:
    """End lists whose last day is over, and owe their people one word about it; how many."""
    ended = 0
    for wish in await lists_over(session, clinics, now):
        if await rows.end_list(session, wish.id, ListState.OVER):
            ended += 1
            clinic = clinics.clinics.get(wish.clinic_id)
            due_at = after_quiet(now, clinic) if clinic else now
            await owe(session, Kind.LIST_OVER, str(wish.id), wish.person_id, wish.id, due_at=due_at)
    return ended
