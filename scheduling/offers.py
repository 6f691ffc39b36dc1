"""Offering a free place to one person who waits for it, and what they answer.

The rule: while somebody suited waits, a place that goes back is theirs before anybody else can see it. Places noted
by `store.note_freed` are matched by `pass_on` in the same transaction, before its commit; what becomes free in other
ways (new times, someone who can be reached again) is found by the next beat, so at most about a second later.
No message goes out at night: the place is held then until the morning.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import withdraw
from delivery.rules import Kind
from scheduling import booking, store, waiting
from scheduling.booking import Visit
from scheduling.clinics import Clinics
from scheduling.refusals import OfferGone
from scheduling.rules import Why
from scheduling.store import waiting as rows
from scheduling.waiting_rules import ListState, OfferState, offer_times, wanted
from storage.tables import Offer, Person, Slot, Waiting

PAGE = 50
"""People looked at in one go for one place."""


async def pass_on(session: AsyncSession, clinics: Clinics, now: datetime) -> int:
    """Offer the places that went back in this transaction; how many. Called before the commit."""
    return sum([await match(session, clinics, slot_id, now) for slot_id in store.take_freed(session)])


async def match(session: AsyncSession, clinics: Clinics, slot_id: int, now: datetime) -> int:
    """Offer the free places of a slot to whoever has waited longest and is suited; how many were offered."""
    slot = await rows.fresh(session, Slot, slot_id)
    clinic = clinics.clinics.get(slot.clinic_id) if slot else None
    if slot is None or clinic is None or slot.closed or not _room(slot):
        return 0
    times = offer_times(slot.starts_at, clinic, now)
    if times is None:
        return 0
    made = first = 0
    while page := await _suited(session, slot, clinic, first, now):
        first += PAGE
        for wish in page:
            if not await _turn(session, wish, slot, now):
                continue
            if await store.is_closed(session, slot.clinic_id, slot.starts_at, slot.starts_at + timedelta(minutes=1)):
                return made
            if not await _offer(session, wish, slot, times, now):
                return made  # somebody else took the last place
            made += 1
        if len(page) < PAGE:
            break
    return made


async def look_for(session: AsyncSession, clinics: Clinics, wish: Waiting, now: datetime) -> int:
    """Offer the first free place that somebody who has just joined may have; how many (0 or 1 for them)."""
    clinic = clinics.clinics[wish.clinic_id]
    for slot_id, starts_at, languages in await _free(session, clinic, wish.clinic_id, wish.service_key, now):
        days = (wish.from_day, wish.until_day)
        fits = wanted(wish.part, wish.interpreter, days, starts_at, languages, clinic.zone)
        if fits and (made := await match(session, clinics, slot_id, now)):
            return made
    return 0


async def wanted_slots(session: AsyncSession, clinics: Clinics, now: datetime) -> list[int]:
    """Free places that somebody waits for, the next first; cheap, and coarse: limits and clashes are not looked at."""
    found: dict[int, datetime] = {}
    needs: dict[tuple[str, bytes], list[tuple[str, str, tuple[object, object]]]] = {}
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
    visits = (await rows.visits_of(session, [person.id], now)).get(person.id, [])
    moving = _moving(wish, visits)
    if moving:
        others = [at for kept, at in visits if kept.id != moving.id]
        return await booking.move_held(session, moving, slot, hold, others, clinics=clinics, now=now)
    return await booking.book_held(session, person, slot, hold, wish, visits, clinics=clinics, now=now, new_code=new_code)


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


async def void(session: AsyncSession, slot_ids: Iterable[int], clinics: Clinics, now: datetime) -> int:
    """End what is offered at times that were closed, and owe its people one word; how many offers."""
    closed = set(slot_ids)
    return sum(
        [await _bury(session, each, clinics, now) for each in await rows.dead_offers(session) if each[2].id in closed]
    )


async def end_dead(session: AsyncSession, clinics: Clinics | None, now: datetime) -> int:
    """End every open offer that nobody can take any more; how many."""
    return sum([await _bury(session, each, clinics, now) for each in await rows.dead_offers(session)])
