"""The waiting list and its offers.

The rule: an offer ends by one conditional UPDATE, and whoever ends it has locked its hold first.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Row, Select, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.rules import Status, Why
from scheduling.store.places import ROOM, service_key
from scheduling.waiting_rules import ListState, OfferState, Part
from storage.database import changed
from storage.tables import Booking, Hold, Offer, Person, Slot, Waiting
from storage.types import fixed

WAITS = Waiting.state == fixed(ListState.WAITING)
OPEN = Offer.state == fixed(OfferState.OPEN)
_PULSE = select(exists().where(Hold.expires_at <= bindparam("now")), exists().where(OPEN), exists().where(WAITS))
FRESH = {"populate_existing": True}
"""Read as the database has it now: places change by UPDATE, behind the session's back."""
Known = TypeVar("Known", Slot, Waiting, Offer, Booking)


async def fresh(session: AsyncSession, kind: type[Known], row_id: int) -> Known | None:
    """One row as the database has it now."""
    return await session.get(kind, row_id, populate_existing=True)


async def lists_of(session: AsyncSession, person_id: int) -> list[Waiting]:
    """The lists a person is on, the oldest first."""
    mine = select(Waiting).where(Waiting.person_id == person_id, WAITS).order_by(Waiting.id)
    return list(await session.scalars(mine, execution_options=FRESH))


async def position(session: AsyncSession, wish: Waiting) -> int:
    """Somebody's place in line: 1 is the next."""
    before = or_(Waiting.joined_at < wish.joined_at, and_(Waiting.joined_at == wish.joined_at, Waiting.id < wish.id))
    same = (Waiting.clinic_id == wish.clinic_id, Waiting.service_key == wish.service_key, WAITS)
    return 1 + int(await session.scalar(select(func.count()).select_from(Waiting).where(*same, before)) or 0)


async def end_list(session: AsyncSession, waiting_id: int, state: ListState) -> bool:
    """Take somebody off a list; False if they are off it already."""
    still = (Waiting.id == waiting_id, WAITS)
    return await changed(session, update(Waiting).where(*still).values(state=state)) == 1


async def end_offer(session: AsyncSession, offer_id: int, state: OfferState) -> bool:
    """End an open offer; False if it has ended already."""
    still = (Offer.id == offer_id, OPEN)
    return await changed(session, update(Offer).where(*still).values(state=state)) == 1


async def offer(session: AsyncSession, offer_id: int) -> Row[Offer, Waiting, Slot] | None:
    """One offer with the wish it answers and the place it is about."""
    return (await session.execute(_offers().where(Offer.id == offer_id), execution_options=FRESH)).first()


async def open_offers(session: AsyncSession, person_id: int) -> Sequence[Row[Offer, Waiting, Slot]]:
    """What is offered to a person now."""
    mine = _offers().where(Waiting.person_id == person_id, OPEN).order_by(Offer.id)
    return (await session.execute(mine, execution_options=FRESH)).all()


async def dead_offers(session: AsyncSession, most: int = 200) -> Sequence[Row[Offer, Waiting, Slot]]:
    """Open offers that nobody can take: the hold has gone, the time is closed, or the person cannot be reached."""
    held = exists().where(Hold.slot_id == Offer.slot_id, Hold.person_id == Waiting.person_id, Hold.why == Why.OFFER)
    dead = or_(~held, Slot.closed.is_(True), Person.reachable.is_(False))
    found = _offers().join(Person, Person.id == Waiting.person_id).where(OPEN, dead).order_by(Offer.id).limit(most)
    return (await session.execute(found, execution_options=FRESH)).all()


async def locked_hold(session: AsyncSession, slot_id: int, person_id: int, why: Why) -> Hold | None:
    """What one person holds of a slot, so that nobody else can end it before this transaction does."""
    mine = select(Hold).where(Hold.slot_id == slot_id, Hold.person_id == person_id, Hold.why == why)
    return await session.scalar(mine.with_for_update(), execution_options=FRESH)


async def candidates(session: AsyncSession, slot: Slot, day: date, part: Part, first: int, most: int) -> list[Waiting]:
    """Reachable people whose wish a place answers, in order of joining; not those it was offered to already.

    Nor those who hold another offer, who have a visit at it, or who gave that up.
    """
    offered = _offers().with_only_columns(Waiting.person_id).where(OPEN)
    before = Waiting.__table__.alias("before")
    refused = (
        select(Offer.id)
        .join(before, before.c.id == Offer.waiting_id)
        .where(Offer.slot_id == slot.id, before.c.person_id == Waiting.person_id, before.c.whom == Waiting.whom)
    )
    been = select(Booking.id).where(
        Booking.slot_id == slot.id, Booking.person_id == Waiting.person_id, Booking.whom == Waiting.whom
    )
    choosing = select(Hold.id).where(Hold.slot_id == slot.id, Hold.person_id == Waiting.person_id)
    spoken = [Waiting.interpreter.in_(["", *slot.languages.split(",")])] if slot.languages else []
    found = (
        select(Waiting)
        .join(Person, Person.id == Waiting.person_id)
        .where(
            WAITS,
            Waiting.clinic_id == slot.clinic_id,
            Waiting.service_key == slot.service_key,
            Waiting.from_day <= day,
            Waiting.until_day >= day,
            Waiting.part.in_((Part.ANY, part)),
            Person.reachable.is_(True),
            Waiting.person_id.not_in(offered.scalar_subquery()),
            ~refused.exists(),
            ~been.exists(),
            ~choosing.exists(),
            *spoken,
        )
    )
    page = found.order_by(Waiting.joined_at, Waiting.id).offset(first).limit(most)
    return list(await session.scalars(page, execution_options=FRESH))


async def visits_of(
    session: AsyncSession, people: Iterable[int], now: datetime
) -> dict[int, list[tuple[Booking, Slot]]]:
    """The visits to come of several people."""
    wanted = select(Booking, Slot).join(Slot, Slot.id == Booking.slot_id)
    standing = (Booking.person_id.in_(list(people)), Booking.status == Status.STANDING, Slot.starts_at > now)
    visits: dict[int, list[tuple[Booking, Slot]]] = {}
    for booking, slot in await session.execute(wanted.where(*standing), execution_options=FRESH):
        if booking.person_id is not None:
            visits.setdefault(booking.person_id, []).append((booking, slot))
    return visits


async def visits_at(session: AsyncSession, person_id: int, slot_id: int) -> list[Booking]:
    """A person's standing visits at one time."""
    mine = (Booking.person_id == person_id, Booking.slot_id == slot_id, Booking.status == Status.STANDING)
    return list(await session.scalars(select(Booking).where(*mine)))


async def slot_in_hand(session: AsyncSession, slot_id: int) -> Slot | None:
    """A slot that nobody else changes until our commit; None, without waiting, if somebody does at this moment."""
    free = select(Slot).where(Slot.id == slot_id).with_for_update(key_share=True, skip_locked=True)
    return await session.scalar(free, execution_options=FRESH)


async def turn_to(session: AsyncSession, person_id: int) -> bool:
    """Make sure that a person does nothing else at this moment; False, without waiting, if they do."""
    free = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True, skip_locked=True)
    return await session.scalar(free) is not None


async def demand(session: AsyncSession) -> Sequence[Row[str, bytes, str, str, date, date]]:
    """What is waited for: clinic, service's key, part, interpreter, first and last day; each combination once."""
    what = (Waiting.clinic_id, Waiting.service_key, Waiting.part, Waiting.interpreter)
    days = (Waiting.from_day, Waiting.until_day)
    return (await session.execute(select(*what, *days).where(WAITS).distinct())).all()


async def places_for(
    session: AsyncSession, clinic_id: str, key: bytes, begin: datetime, end: datetime
) -> Sequence[Row[int, datetime, str]]:
    """Open times with room of a service in a span: number, start, languages."""
    here = (Slot.clinic_id == clinic_id, Slot.service_key == key, Slot.starts_at >= begin, Slot.starts_at < end)
    found = select(Slot.id, Slot.starts_at, Slot.languages).where(*here, Slot.closed.is_(False), ROOM)
    return (await session.execute(found.order_by(Slot.starts_at))).all()


async def lists_until(session: AsyncSession, before: date) -> list[Waiting]:
    """Lists whose last day lies before a day, and on which nothing is offered."""
    offered = _offers().with_only_columns(Offer.waiting_id).where(OPEN)
    over = (WAITS, Waiting.until_day < before, Waiting.id.not_in(offered.scalar_subquery()))
    return list(await session.scalars(select(Waiting).where(*over).order_by(Waiting.id)))


async def pulse(session: AsyncSession, now: datetime) -> tuple[bool, bool, bool]:
    """Whether a hold is over, an offer stands, somebody waits: asked every second, answered from indexes."""
    found = (await session.execute(_PULSE, {"now": now})).one()
    return bool(found[0]), bool(found[1]), bool(found[2])


async def tallies(session: AsyncSession) -> tuple[int, dict[str, int]]:
    """How many people wait, and offers by what became of them (of the last month)."""
    waiting = int(await session.scalar(select(func.count()).select_from(Waiting).where(WAITS)) or 0)
    ends = await session.execute(select(Offer.state, func.count()).group_by(Offer.state))
    return waiting, {str(row[0]): int(row[1]) for row in ends}


async def same_list(session: AsyncSession, person_id: int, clinic_id: str, service: str, whom: str) -> Waiting | None:
    """The list of a service that a person is on already."""
    where = (Waiting.clinic_id == clinic_id, Waiting.service_key == service_key(service), Waiting.whom == whom)
    return await session.scalar(select(Waiting).where(Waiting.person_id == person_id, WAITS, *where))


async def forget_lists(session: AsyncSession, before: date) -> int:
    """Erase lists that ended, with their offers, once their last day lies before a day."""
    over = (Waiting.state != ListState.WAITING, Waiting.until_day < before)
    return await changed(session, delete(Waiting).where(*over))


def _offers() -> Select[Offer, Waiting, Slot]:
    return (
        select(Offer, Waiting, Slot).join(Waiting, Waiting.id == Offer.waiting_id).join(Slot, Slot.id == Offer.slot_id)
    )
