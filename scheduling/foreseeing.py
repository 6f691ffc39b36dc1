"""What making, changing or ending an opening would do to the calendar, in numbers.

The rule: nothing is changed here; `scheduling.openings` does what was shown.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import holidays, making, plans, rules, store
from scheduling.plans import Site, Template
from scheduling.refusals import PlanPast
from storage.tables import Opening, Slot


@dataclass(frozen=True)
class Forecast:
    """What a template would bring about now. Days beyond the horizon are made as they come nearer."""

    times: int
    places: int
    walkins: int
    first: date | None
    last: date | None
    later: bool
    """Whether more days follow behind the horizon."""
    there: int
    """Times that exist already and stay as they are."""
    in_closures: int
    holidays: dict[date, str]
    """Days left out because they are holidays, with their names."""
    beside: tuple[tuple[int, Template], ...]
    """Openings of the same service at the same hours: numbers and templates."""


@dataclass(frozen=True)
class Effect:
    """What changing or ending an opening does to its times to come."""

    new: int
    gone: int
    changed: int
    kept_times: int
    """Times that stay as they are because somebody has them."""
    kept_visits: int
    """Places that people have or hold at those times."""


async def forecast(session: AsyncSession, template: Template, site: Site, language: str, *, now: datetime) -> Forecast:
    """What making this opening would do.

    Raises:
        NoPlaces, PlanTooLarge, PlanEmpty, PlanPast, PlanWithoutDays: as for `plans.check`.
    """
    plans.check(template, site.today(now))
    closed = await holidays.closed_days(session, site.clinic_id, site.today(now), site.horizon(now), language)
    found = await making.wanted(session, template, site, closed, now)
    there = await _there(session, template, [start.at for start in found.free])
    new = [start for start in found.free if start.at not in there]
    nothing = not (found.free or found.in_closures or found.skipped)
    if nothing and template.is_single and template.valid_from <= site.horizon(now):
        raise PlanPast
    days = [start.at.astimezone(site.zone).date() for start in new]
    return Forecast(
        len(new),
        len(new) * template.capacity,
        sum(start.walkin for start in new),
        min(days, default=None),
        max(days, default=None),
        template.valid_until is None or template.valid_until > site.horizon(now),
        len(there),
        found.in_closures,
        {day: closed[day] for day in found.skipped},
        tuple(await _beside(session, template, site, now)),
    )


async def effect(session: AsyncSession, opening: Opening, template: Template, site: Site, *, now: datetime) -> Effect:
    """What giving an opening this template would do.

    Raises:
        NoPlaces, PlanTooLarge, PlanEmpty: as for `plans.check`.
    """
    sorted_out = await sort_times(session, opening, template, site, now)
    closed = await holidays.closed_days(session, site.clinic_id, site.today(now), site.horizon(now))
    free = [start.at for start in (await making.wanted(session, template, site, closed, now)).free]
    there = await _there(session, template, free)
    gone, changed, kept = sorted_out
    return Effect(
        len([at for at in free if at not in there]),
        len(gone),
        len(changed),
        len(kept),
        sum(slot.taken + slot.held for slot in kept),
    )


async def sort_times(
    session: AsyncSession, opening: Opening, template: Template, site: Site, now: datetime
) -> tuple[list[Slot], list[tuple[Slot, int]], list[Slot]]:
    """An opening's times to come under another template: which go, which change (and their walk-in places), which stay
    only because somebody has them."""  # fmt: skip
    old = making.template_of(opening)
    meant = {
        start.at: start.walkin
        for day in plans.days(template, site.today(now), site.horizon(now))
        for start in plans.starts(template, day, site.zone)
    }
    gone: list[Slot] = []
    changed: list[tuple[Slot, int]] = []
    kept: list[Slot] = []
    look_alike = (old.capacity, old.walkin_share, old.languages) == (
        template.capacity, template.walkin_share, template.languages)  # fmt: skip
    for slot in await store.slots_of(session, opening.id, site.soonest(now)):
        given = slot.taken + slot.held
        if slot.starts_at not in meant:
            (kept if given else gone).append(slot)
        elif not look_alike and slot.capacity == old.capacity and not slot.closed:
            walkin = meant[slot.starts_at]
            if rules.overbooked(template.capacity, walkin, given):
                kept.append(slot)
            else:
                changed.append((slot, walkin))
    return [slot for slot in gone if not slot.closed], changed, kept


async def _there(session: AsyncSession, template: Template, starts: list[datetime]) -> set[datetime]:
    """Which of these times exist and are nobody's to make: a closed one that nobody has can come back."""
    if not starts:
        return set()
    span = (min(starts), max(starts) + timedelta(seconds=1))
    found = await store.slots_of_service(session, template.clinic_id, template.service, *span)
    return {at for at in starts if (slot := found.get(at)) and not (slot.closed and not slot.taken + slot.held)}


async def _beside(session: AsyncSession, template: Template, site: Site, now: datetime) -> list[tuple[int, Template]]:
    known = await store.openings_of(session, site.clinic_id, site.today(now))
    each = [(opening.id, making.template_of(opening)) for opening in known]
    return [(number, other) for number, other in each if other != template and plans.overlap(template, other)]
