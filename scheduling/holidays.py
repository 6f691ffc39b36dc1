"""Holidays: Thailand's public ones, as each clinic edits them. Openings make no times on a closed holiday.

Names come in Thai and English; people who read Burmese or Khmer see the English one, which the package has.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import making, rules, store, undoing
from scheduling.plans import Site
from storage.audit import record
from storage.tables import Booking, Slot

COUNTRY = "TH"
_NAMED_IN = {"th": "th"}
"""Languages in which the package has names; all others read English."""


@dataclass(frozen=True)
class Holiday:
    """One day of a clinic's list."""

    day: date
    name: str
    """Empty: a day of the clinic's own that nobody named."""
    closed: bool
    public: bool
    """Whether it stands in the public list."""


@lru_cache(maxsize=64)
def public(year: int, language: str = "en") -> dict[date, str]:
    """Thailand's public holidays of a year, by day."""
    from holidays import country_holidays  # when it is first asked: it takes 4 MB

    return dict(country_holidays(COUNTRY, years=year, language=_NAMED_IN.get(language, "en_US")))


async def of_years(
    session: AsyncSession, clinic_id: str, first: date, last: date, language: str = "en"
) -> dict[date, Holiday]:
    """A clinic's holidays between two days, both included, in order; also those on which it works."""
    found = {
        day: Holiday(day, name, closed=True, public=True)
        for year in range(first.year, last.year + 1)
        for day, name in public(year, language).items()
    }
    for day, edit in (await store.holiday_edits(session, clinic_id, first, last)).items():
        listed = found.get(day)
        found[day] = Holiday(day, edit.name or (listed.name if listed else ""), edit.closed, listed is not None)
    return {day: found[day] for day in sorted(found) if first <= day <= last}


async def closed_days(
    session: AsyncSession, clinic_id: str, first: date, last: date, language: str = "en"
) -> dict[date, str]:
    """Days on which a clinic is closed for a holiday, with their names."""
    listed = await of_years(session, clinic_id, first, last, language)
    return {day: each.name for day, each in listed.items() if each.closed}


async def visits_on(session: AsyncSession, site: Site, day: date) -> list[tuple[Booking, Slot]]:
    """Visits that stand on a day: closing it for a holiday moves and cancels none of them."""
    begin, end = rules.day_bounds(day, site.zone)
    rows = await store.visits_between(session, site.clinic_id, begin, end, rules.Status.STANDING)
    return [(booking, slot) for booking, slot, _ in rows]


async def edit(
    session: AsyncSession, nurse_id: int | None, site: Site, day: date, closed: bool, name: str = "", *, now: datetime
) -> int:
    """Close a clinic for a holiday, or let it work on one. Doing it twice does it once.

    Closing takes away the day's times that nobody has; visits stay, and are ended by `/close` alone. Working makes the
    times of the openings.

    Returns:
        How many times were taken away or made.
    """
    await store.hold_clinic(session, site.clinic_id)
    before = (await of_years(session, site.clinic_id, day, day)).get(day)
    same_name = not name or (before is not None and before.name == name)
    if (before is not None and before.closed) == closed and same_name:
        return 0
    edits = await store.holiday_edits(session, site.clinic_id, day, day)
    old = [edits[day].closed, edits[day].name] if day in edits else None
    await store.edit_holiday(session, site.clinic_id, day, closed, name or (edits[day].name if day in edits else ""))
    count = await _make_true(session, site, day, closed, now)
    data = {"site": asdict(site), "day": day.isoformat(), "before": old}
    await undoing.note(session, nurse_id, site.clinic_id, "holiday", data, now)
    detail = f"{day.isoformat()} {'closed' if closed else 'working'}"
    await record(
        session,
        "holiday-edited",
        now=now,
        actor=nurse_id,
        clinic_id=site.clinic_id,
        detail=detail,
        chain=site.clinic_id,
    )
    return count


async def _make_true(session: AsyncSession, site: Site, day: date, closed: bool, now: datetime) -> int:
    if closed:
        return await making.take_day(session, site, day, now)
    openings = await store.openings_of(session, site.clinic_id, day)
    return sum([await making.fill(session, opening, site, {}, now, day) for opening in openings])


@undoing.undoes("holiday")
async def _undo(session: AsyncSession, data: dict[str, Any], now: datetime) -> None:
    site, day = Site(**data["site"]), date.fromisoformat(data["day"])
    await store.hold_clinic(session, site.clinic_id)
    if data["before"]:
        await store.edit_holiday(session, site.clinic_id, day, *data["before"])
    else:
        await store.drop_holiday_edit(session, site.clinic_id, day)
    closed = day in await closed_days(session, site.clinic_id, day, day)
    await _make_true(session, site, day, closed, now)
