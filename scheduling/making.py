"""Slots from openings: which times there should be, made up to the horizon, taken away where nobody has them.

The rule: making again changes nothing. Nothing is made in the past, inside the clinic's notice, on a holiday it keeps
or in a closure; and nothing that anybody has or holds is ever taken away.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import plans, rules, store
from scheduling.plans import Site, Start, Template
from storage.tables import Opening, Slot

CHUNK = 500
"""Slots in one statement."""


@dataclass(frozen=True)
class Wanted:
    """What a template means at this moment, up to the horizon."""

    free: tuple[Start, ...]
    """Times that should be there."""
    in_closures: int
    """Times that are left out because the clinic is closed then."""
    skipped: tuple[date, ...]
    """Days that are left out because they are holidays."""


def template_of(opening: Opening) -> Template:
    """The opening as a value; the day it was ended on is its end."""
    template = Template(
        opening.clinic_id,
        opening.service,
        frozenset(number for number in range(7) if opening.weekdays >> number & 1),
        _time(opening.opens),
        _time(opening.closes),
        opening.every,
        opening.capacity,
        opening.valid_from,
        opening.valid_until,
        tuple(date.fromisoformat(day) for day in opening.except_days.split(",") if day),
        opening.walkin_share,
        tuple(opening.languages.split(",")) if opening.languages else (),
    )
    return plans.ending(template, opening.ended_on) if opening.ended_on else template


def write_into(opening: Opening, template: Template) -> None:
    """Give an opening the values of a template."""
    opening.clinic_id, opening.service = template.clinic_id, template.service
    opening.service_key = store.service_key(template.service)
    opening.weekdays = sum(1 << number for number in template.weekdays)
    opening.opens, opening.closes = (at.hour * 60 + at.minute for at in (template.opens, template.closes))
    opening.every, opening.capacity = template.every, template.capacity
    opening.walkin_share, opening.languages = template.walkin_share, ",".join(template.languages)
    opening.valid_from, opening.valid_until = template.valid_from, template.valid_until
    opening.except_days = ",".join(day.isoformat() for day in template.except_days)


async def wanted(
    session: AsyncSession, template: Template, site: Site, holidays: Collection[date], now: datetime
) -> Wanted:
    """The times that a template means from now to the horizon."""
    first, last = site.today(now), site.horizon(now)
    begin, _ = rules.day_bounds(first, site.zone)
    _, end = rules.day_bounds(last, site.zone)
    closures = await store.closures_between(session, template.clinic_id, begin, end)
    free, in_closures, skipped = [], 0, []
    for day in plans.days(template, first, last):
        if day in holidays:
            skipped.append(day)
            continue
        for start in plans.starts(template, day, site.zone):
            if start.at < site.soonest(now):
                continue
            if any(begins <= start.at < ends for begins, ends in closures):
                in_closures += 1
            else:
                free.append(start)
    return Wanted(tuple(free), in_closures, tuple(skipped))


async def fill(
    session: AsyncSession,
    opening: Opening,
    site: Site,
    holidays: Collection[date],
    now: datetime,
    only: date | None = None,
) -> int:
    """Make the times of an opening that are not there; how many. Times of other openings are left as they are.

    `only` restricts it to one day. The caller holds the clinic (`store.hold_clinic`).
    """
    template = template_of(opening)
    found = (await wanted(session, template, site, holidays, now)).free
    free = [start for start in found if only is None or start.at.astimezone(site.zone).date() == only]
    if only is None:
        opening.made_until = site.horizon(now)
    if not free:
        await session.flush()
        return 0
    there = await store.slots_of_service(
        session, template.clinic_id, template.service, free[0].at, free[-1].at + timedelta(seconds=1)
    )
    made = await _add(session, opening, template, [start for start in free if start.at not in there])
    return made + await _bring_back(session, opening, template, free, there)


async def _add(session: AsyncSession, opening: Opening, template: Template, starts: list[Start]) -> int:
    made = 0
    for first in range(0, len(starts), CHUNK):
        made += await store.add_slots(
            session,
            [
                {
                    "clinic_id": template.clinic_id,
                    "service_key": opening.service_key,
                    "service": template.service,
                    "starts_at": start.at,
                    "minutes": opening.minutes,
                    "capacity": template.capacity,
                    "walkin": start.walkin,
                    "languages": opening.languages,
                    "taken": 0,
                    "held": 0,
                    "closed": False,
                    "opening_id": opening.id,
                }
                for start in starts[first : first + CHUNK]
            ],
        )
    return made


async def _bring_back(
    session: AsyncSession, opening: Opening, template: Template, starts: Iterable[Start], there: dict[datetime, Slot]
) -> int:
    """Times that were taken away before: closed, outside of every closure, and nobody's."""
    by_share: dict[int, list[int]] = {}
    for start in starts:
        slot = there.get(start.at)
        if slot and slot.closed and not slot.taken + slot.held:
            by_share.setdefault(start.walkin, []).append(slot.id)
    back = 0
    for walkin, ids in by_share.items():
        values = {"capacity": template.capacity, "walkin": walkin, "languages": opening.languages}
        back += await store.reopen(session, ids, opening.id, **values)
    return back


async def take_day(session: AsyncSession, site: Site, day: date, now: datetime) -> int:
    """Take away the times of a day that openings made and nobody has; how many."""
    begin, end = rules.day_bounds(day, site.zone)
    slots = await store.slots_between(session, site.clinic_id, max(begin, now), end)
    return await store.take_away(session, [slot.id for slot in slots if slot.opening_id and not slot.closed])


def _time(minutes: int) -> time:
    return time(*divmod(minutes, 60))
