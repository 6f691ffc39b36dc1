"""A clinic's calendar for other programs: a secret address, and how full each time is.

The rule: the address is a secret of 128 random bits of which only a keyed hash is kept. What it opens are sums over
all services of a time, because a time of one service alone would tell what somebody comes for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import rules
from scheduling.store import feeds as store
from storage import keys
from storage.audit import record
from storage.tables import Person

AHEAD = timedelta(days=60)
"""How far a calendar looks ahead."""
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Booked:
    """One time at which somebody comes: places taken and places in all."""

    starts_at: datetime
    taken: int
    capacity: int


@dataclass(frozen=True)
class Found:
    """What an address opens."""

    clinic_id: str
    made_at: datetime


async def make(
    session: AsyncSession, person: Person, clinic_id: str, *, now: datetime, new_secret: Callable[[], str]
) -> str:
    """A new secret for the clinic's address; the one before it opens nothing any more."""
    token = new_secret()
    await store.set_feed(session, clinic_id, _hash(token), now)
    await _record(session, "feed-made", clinic_id, now, person.id)
    return token


async def stop(session: AsyncSession, person: Person, clinic_id: str, *, now: datetime) -> bool:
    """Let no address open the clinic's calendar; False if none did. Asking twice changes nothing."""
    if not await store.drop_feed(session, clinic_id):
        return False
    await _record(session, "feed-stopped", clinic_id, now, person.id)
    return True


async def made_at(session: AsyncSession, clinic_id: str) -> datetime | None:
    """Since when the clinic has its address; None: it has none."""
    feed = await store.feed_of(session, clinic_id)
    return feed.made_at if feed else None


async def find(session: AsyncSession, token: str) -> Found | None:
    """What a secret opens; None for one that was never ours, or is no more."""
    if not TOKEN.fullmatch(token):
        return None
    feed = await store.feed_by_hash(session, _hash(token))
    return Found(feed.clinic_id, feed.made_at) if feed else None


async def booked(session: AsyncSession, clinic_id: str, zone: ZoneInfo, now: datetime) -> list[Booked]:
    """The clinic's times with somebody in them, from this morning on."""
    today: date = now.astimezone(zone).date()
    begin, _ = rules.day_bounds(today, zone)
    rows = await store.taken_by_time(session, clinic_id, begin, begin + AHEAD)
    return [Booked(starts_at, int(taken), int(capacity)) for starts_at, taken, capacity in rows]


async def note_read(session: AsyncSession, clinic_id: str, now: datetime) -> None:
    """Note that the calendar was read from outside."""
    await _record(session, "feed-read", clinic_id, now, None)


async def _record(session: AsyncSession, action: str, clinic_id: str, now: datetime, actor: int | None) -> None:
    subject = f"feed:{clinic_id}"
    await record(session, action, now=now, actor=actor, subject=subject, clinic_id=clinic_id, chain=clinic_id)


def _hash(token: str) -> bytes:
    return keys.in_use().blind(token, "feeds.token_hash")
