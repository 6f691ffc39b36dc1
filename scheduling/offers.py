"""Offering a free place to one person who waits for it, and what they answer.

The rule: while somebody suited waits, a place that goes back is theirs before anybody else can see it. Places noted
by `store.note_freed` are matched by `pass_on` in the same transaction, before its commit; what becomes free in other
ways (new times, someone who can be reached again) is found by the next beat, so at most about a second later.
No message goes out at night: the place is held then until the morning.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import booking, hindrances, rules, store, waiting
from scheduling.booking import Details, Visit
from scheduling.clinics import Clinic, Clinics
from scheduling.refusals import BookingGone, Clash, OfferGone, SlotFull, SlotGone, TooManyBookings
from scheduling.rules import Whom, Why
from scheduling.store import waiting as rows
from scheduling.waiting_rules import GRACE, ListState, OfferState, Times, offer_times, part_of, wanted
from storage.tables import Booking, Hold, Offer, Person, Slot, Waiting

PAGE = 50
"""People looked at in one go for one place."""


@dataclass(frozen=True)
class Matched:
    """What became of the free places of a slot."""

    made: int = 0
    """How many were offered."""
    is_busy: bool = False
    """Whether the slot, or somebody suited, was busy at this moment: then the next beat looks again."""


async def pass_on(session: AsyncSession, clinics: Clinics, now: datetime) -> int:
    """Offer the places that went back in this transaction; how many. Called before the commit."""
    return sum([(await match(session, clinics, slot_id, now)).made for slot_id in store.take_freed(session)])


async def match(session: AsyncSession, clinics: Clinics, slot_id: int, now: datetime) -> Matched:
    """Offer the free places of a slot to whoever has waited longest and is suited.

    The slot is taken in hand first, so that of several processes one offers its places, in order. Whoever is busy at
    this moment is not waited for: nobody waits for anybody here, so nothing can lock up.
    """
    slot = await rows.slot_in_hand(session, slot_id)
    if slot is None:
        return Matched(is_busy=True)
    clinic = clinics.clinics.get(slot.clinic_id)
    if clinic is None or slot.closed or not _room(slot):
        return Matched()
    times = offer_times(slot.starts_at, clinic, now)
    if times is None:
        return Matched()
    made = first = 0
    is_busy = False
    while (suited := await _suited(session, slot, clinic, first - made, now)) is not None:
        first += PAGE  # whoever is offered something is no candidate any more, and moves the others up
        for wish in suited:
            if not await rows.turn_to(session, wish.person_id):
                is_busy = True
                continue
            if not await _still_suited(session, wish, slot, now):
                continue
            if await store.is_closed(session, slot.clinic_id, slot.starts_at, slot.starts_at + timedelta(minutes=1)):
                return Matched(made)
            if not await _offer(session, wish, slot, times, now):
                return Matched(made)  # somebody else took the last place
            made += 1
    return Matched(made, is_busy)


async def look_for(session: AsyncSession, clinics: Clinics, wish: Waiting, now: datetime) -> int:
    """Offer the first free place that somebody who has just joined may have; how many (0 or 1 for them)."""
    clinic = clinics.clinics[wish.clinic_id]
    for slot_id, starts_at, languages in await _free(session, clinic, wish.clinic_id, wish.service_key, now):
        days = (wish.from_day, wish.until_day)
        fits = wanted(wish.part, wish.interpreter, days, starts_at, languages, clinic.zone)
        if fits and (made := (await match(session, clinics, slot_id, now)).made):
            return made
    return 0


async def wanted_slots(session: AsyncSession, clinics: Clinics, now: datetime) -> list[int]:
    """Free places that somebody waits for, the next first; cheap, and coarse: limits and clashes are not looked at."""
    found: dict[int, datetime] = {}
    needs: dict[tuple[str, bytes], list[tuple[str, str, tuple[date, date]]]] = {}
    for clinic_id, key, part, interpreter, from_day, until_day in await rows.demand(session):
        needs.setdefault((clinic_id, key), []).append((part, interpreter, (from_day, until_day)))
    for (clinic_id, key), wishes in needs.items():
        clinic = clinics.clinics.get(clinic_id)
        if clinic is None:
            continue
        for slot_id, starts_at, languages in await _free(session, clinic, clinic_id, key, now):
            if any(wanted(part, spoken, days, starts_at, languages, clinic.zone) for part, spoken, days in wishes):
                found[slot_id] = starts_at
    return sorted(found, key=lambda slot_id: (found[slot_id], slot_id))


async def accept(
    session: AsyncSession,
    person: Person,
    offer_id: int,
    *,
    clinics: Clinics,
    now: datetime,
    new_code: Callable[[], str],
) -> Visit:
    """Take the offered place: the held place becomes a visit, or the visit that wanted an earlier time moves to it.

    Within its time this is never refused; taking it twice shows the same visit.

    Raises:
        OfferGone: not this person's, too late, given back, or the clinic has closed the time.
        Clash, TooManyBookings: only if the desk has booked this person elsewhere meanwhile.
    """
    await store.hold_person(session, person.id)
    offer, wish, slot = await own_offer(session, person, offer_id)
    if offer.state == OfferState.TAKEN:
        return await _taken_already(session, wish, slot)
    hold = await rows.locked_hold(session, slot.id, person.id, Why.OFFER)
    if hold is None or slot.closed or not await rows.end_offer(session, offer.id, OfferState.TAKEN):
        raise OfferGone(slot.clinic_id, slot.service, slot.closed)
    await rows.end_list(session, wish.id, ListState.TAKEN)
    await withdraw(session, offer.id, Kind.OFFER)
    return await _keep(session, person, wish, slot, hold, clinics=clinics, now=now, new_code=new_code)


async def decline(session: AsyncSession, person: Person, offer_id: int) -> tuple[Waiting, bool]:
    """Give the offered place back, so that it goes on at once; the person stays on the list.

    Returns:
        The wish, and whether the offer stands as taken: then nothing was given back.

    Raises:
        OfferGone: not this person's.
    """
    await store.hold_person(session, person.id)
    offer, wish, slot = await own_offer(session, person, offer_id)
    await waiting.give_up(session, offer, person.id, slot.id, OfferState.DECLINED)
    return wish, offer.state == OfferState.TAKEN


async def own_offer(session: AsyncSession, person: Person, offer_id: int) -> tuple[Offer, Waiting, Slot]:
    """One offer to this person, whatever became of it.

    Raises:
        OfferGone: no such offer to this person.
    """
    found = await rows.offer(session, offer_id)
    if found is None or found[1].person_id != person.id:
        raise OfferGone("", "", False)
    return found[0], found[1], found[2]


async def void(session: AsyncSession, slot_ids: Iterable[int], now: datetime) -> int:
    """End what is offered at times that were closed, and owe its people one word; how many offers."""
    closed = set(slot_ids)
    return sum([await _bury(session, each, now) for each in await rows.dead_offers(session) if each[2].id in closed])


async def end_dead(session: AsyncSession, now: datetime, most: int) -> int:
    """End up to `most` open offers that nobody can take any more; how many."""
    return sum([await _bury(session, each, now) for each in await rows.dead_offers(session, most)])


async def _bury(session: AsyncSession, dead: Row[Offer, Waiting, Slot], now: datetime) -> bool:
    offer, wish, slot = dead
    if not await waiting.give_up(session, offer, wish.person_id, slot.id, OfferState.LAPSED):
        return False
    if slot.closed:
        await owe(session, Kind.OFFER_GONE, str(offer.id), wish.person_id, offer.id, due_at=now)
    return True


async def _keep(
    session: AsyncSession,
    person: Person,
    wish: Waiting,
    slot: Slot,
    hold: Hold,
    *,
    clinics: Clinics,
    now: datetime,
    new_code: Callable[[], str],
) -> Visit:
    """The held place becomes a visit, or the visit moves to it."""
    visits = (await rows.visits_of(session, [person.id], now)).get(person.id, [])
    moving = _moving(wish, visits)
    if moving is None and _is_full(visits):
        raise TooManyBookings(rules.MOST_STANDING)
    if not fits(wish, slot, visits):
        raise Clash(slot.starts_at)
    try:
        if moving is not None:
            return await booking.move_held(session, person, moving, slot, hold, clinics=clinics, now=now)
        details = Details(Whom(wish.whom), wish.interpreter)
        return await booking.book_held(
            session, person, slot, hold, details, clinics=clinics, now=now, new_code=new_code
        )
    except (SlotGone, SlotFull) as gone:
        raise OfferGone(slot.clinic_id, slot.service, isinstance(gone, SlotGone)) from gone


async def _taken_already(session: AsyncSession, wish: Waiting, slot: Slot) -> Visit:
    for made in await rows.visits_at(session, wish.person_id, slot.id):
        if made.whom == wish.whom or made.id == wish.booking_id:
            return Visit(made, slot)
    raise BookingGone


def fits(wish: Waiting, slot: Slot, visits: list[tuple[Booking, Slot]]) -> bool:
    """Whether a place would break no rule of its person: not too many visits, no clash, earlier if that was asked."""
    moving = _moving(wish, visits)
    if moving is None and _is_full(visits):
        return False
    there = hindrances.stay(slot, wish.whom)
    for kept, at in visits:
        if kept is moving and slot.starts_at >= at.starts_at:
            return False
        if kept is not moving and rules.in_two_places(there, hindrances.stay(at, kept.whom)):
            return False
    return True


def _is_full(visits: list[tuple[Booking, Slot]]) -> bool:
    return rules.how_many(kept.series for kept, _ in visits) >= rules.MOST_STANDING


def _moving(wish: Waiting, visits: list[tuple[Booking, Slot]]) -> Booking | None:
    return next((kept for kept, _ in visits if kept.id == wish.booking_id), None)


def _room(slot: Slot) -> bool:
    return slot.taken + slot.held < slot.capacity - slot.walkin


async def _suited(session: AsyncSession, slot: Slot, clinic: Clinic, first: int, now: datetime) -> list[Waiting] | None:
    """A page of those whose wish the place answers, less those whom a rule forbids it; None: there are no more."""
    day = slot.starts_at.astimezone(clinic.zone).date()
    page = await rows.candidates(session, slot, day, part_of(slot.starts_at, clinic.zone), first, PAGE)
    visits = await rows.visits_of(session, {wish.person_id for wish in page}, now) if page else {}
    return [wish for wish in page if fits(wish, slot, visits.get(wish.person_id, []))] if page else None


async def _free(
    session: AsyncSession, clinic: Clinic, clinic_id: str, key: bytes, now: datetime
) -> list[tuple[int, datetime, str]]:
    begin = now + timedelta(minutes=clinic.notice_minutes)
    found = await rows.places_for(session, clinic_id, key, begin, now + timedelta(days=clinic.horizon_days))
    return [(slot_id, starts_at, languages) for slot_id, starts_at, languages in found]


async def _still_suited(session: AsyncSession, wish: Waiting, slot: Slot, now: datetime) -> bool:
    """Whether it is still so, now that this person does nothing else until our commit."""
    still = await rows.fresh(session, Waiting, wish.id)
    if still is None or still.state != ListState.WAITING or await rows.open_offers(session, wish.person_id):
        return False
    return fits(still, slot, (await rows.visits_of(session, [wish.person_id], now)).get(wish.person_id, []))


async def _offer(session: AsyncSession, wish: Waiting, slot: Slot, times: Times, now: datetime) -> bool:
    hold = await store.hold_place(session, slot.id, wish.person_id, Why.OFFER, times.expires_at + GRACE)
    if hold is None:
        return False
    offer = Offer(waiting_id=wish.id, slot_id=slot.id, state=OfferState.OPEN, made_at=now, expires_at=times.expires_at)
    session.add(offer)
    await session.flush()
    hold.subject_id = offer.id
    await session.flush()
    told, until = times.told_at, times.expires_at
    await owe(session, Kind.OFFER, str(offer.id), wish.person_id, offer.id, due_at=told, expires_at=until)
    return True
