"""What people ask about, week by week: what may be shown of it, and what is above the usual.

The rule: nothing is shown exactly. Every figure is rounded down to fives (below five: `<5`), and figures are rounded so
that even somebody who has all of them, sums and parts, finds all five numbers of its block possible for each. Language
and province are looked at apart and never crossed: such cells would nearly all be below five, and are not even counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from answers import aberration, store
from locales.languages import LANGUAGES
from locales.provinces import PROVINCES

ZONE = ZoneInfo("Asia/Bangkok")
"""Days and weeks are those of Thailand."""
NO_ANSWER = "none"
"""The subject of a question that nothing answered."""
SIGN = "sign:"
"""In front of a danger sign's id."""
NO_PROVINCE = "-"
"""Of whoever chose no province for alerts."""
BLOCK = 5
"""Figures are multiples of this; smaller ones are hidden."""
WEEKS = 9
"""Weeks that are shown: this one and eight before it."""
RECENT = timedelta(days=7)
"""For so long a day above the usual is news."""
KEEP_DAYS, KEEP_WEEKS = timedelta(days=60), timedelta(days=2 * 365)

Counts = dict[str, int]


@dataclass(frozen=True)
class View:
    """Everybody, or one language, or one province."""

    language: str = ""
    province: str = ""

    @property
    def is_known(self) -> bool:
        """Whether such a view exists; one with both does not."""
        if self.language and self.province:
            return False
        provinces = ("", NO_PROVINCE, *PROVINCES)
        return self.language in ("", *LANGUAGES) and self.province in provinces


@dataclass(frozen=True)
class Line:
    """One subject. `weeks`: the least it can be in each week, oldest first; 0 is below five."""

    subject: str
    weeks: tuple[int, ...]
    above: tuple[date, ...]
    """Days on which it was asked about more than usual, oldest first."""

    def news(self, today: date) -> tuple[date, ...]:
        """Those of the last seven days."""
        return tuple(day for day in self.above if day > today - RECENT)


@dataclass(frozen=True)
class Table:
    """What one view shows."""

    view: View
    today: date
    mondays: tuple[date, ...]
    lines: tuple[Line, ...]
    """Whatever is above the usual first, then what was asked about most."""
    provinces: tuple[str, ...]
    """Those of which there is anything to show."""
    counted_since: date | None


@dataclass(frozen=True)
class Shown:
    """What may be known of one subject in one week: everything a multiple of `BLOCK`."""

    all: int
    languages: Counts
    provinces: Counts

    def of(self, view: View) -> int:
        """The figure of a view."""
        if view.language:
            return self.languages.get(view.language, 0)
        return self.provinces.get(view.province, 0) if view.province else self.all


def day_of(now: datetime) -> date:
    """The day it is in Thailand."""
    return now.astimezone(ZONE).date()


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())


def most_left(parts: int) -> int:
    """How much so many parts may have above their blocks in all, for every one of them to stay unknown.

    A sum shows in which block of five the rest above the parts' blocks lies. One of `parts` is free to be anything in
    its own block as long as that block of rests does not reach beyond four for each part.
    """
    return BLOCK * (((BLOCK - 1) * (parts - 1)) // BLOCK) + BLOCK - 1


def soften(facets: Sequence[Counts], sizes: Sequence[int]) -> list[Counts]:
    """The same counts with as little left out as keeps every part unknown; the facets have one sum, before and after.

    Args:
        facets: one set of people cut in several ways: by language, by province.
        sizes: how many parts each can have, those without anybody too.
    """
    made = [dict(facet) for facet in facets]
    while any(_left(facet) > most_left(size) for facet, size in zip(made, sizes, strict=True)):
        for facet in made:
            fullest = max(sorted(facet), key=lambda part: (facet[part] % BLOCK, facet[part]))
            facet[fullest] -= 1
    return made


def shown(languages: Counts, provinces: Counts) -> Shown:
    """What may be shown of one subject in one week, from what was counted."""
    by_language, by_province = soften((languages, provinces), (len(LANGUAGES), len(PROVINCES) + 1))
    return Shown(_block(sum(by_language.values())), _blocks(by_language), _blocks(by_province))


def _left(facet: Counts) -> int:
    return sum(count % BLOCK for count in facet.values())


def _block(count: int) -> int:
    return count - count % BLOCK


def _blocks(facet: Counts) -> Counts:
    return {part: _block(count) for part, count in facet.items() if count >= BLOCK}


async def look(session: AsyncSession, view: View, now: datetime) -> Table:
    """What one view shows now."""
    today = day_of(now)
    mondays = tuple(week_of(today) - timedelta(weeks=ago) for ago in range(WEEKS - 1, -1, -1))
    found = await shown_since(session, mondays[0])
    figures: dict[str, dict[date, int]] = defaultdict(dict)
    for (week, subject), one in found.items():
        if count := one.of(view):
            figures[subject][week] = count
    since = await store.first_counted_day(session)
    above = await _above(session, view, today, since) if since else {}
    lines = [
        Line(subject, tuple(weeks.get(monday, 0) for monday in mondays), above.get(subject, ()))
        for subject, weeks in figures.items()
    ]
    lines.sort(key=lambda line: (-len(line.news(today)), [-count for count in reversed(line.weeks)], line.subject))
    provinces = {part for one in found.values() for part in one.provinces}
    return Table(view, today, mondays, tuple(lines), tuple(sorted(provinces)), since)


async def shown_since(session: AsyncSession, monday: date) -> dict[tuple[date, str], Shown]:
    """Every week and subject from a Monday on, with what may be shown of it."""
    rows = await store.asked_weeks(session, monday)
    found = {}
    for (week, subject), parts in groupby(rows, key=lambda row: (row[0], row[1])):
        languages: Counts = {}
        provinces: Counts = {}
        for _, _, language, province, times in parts:
            if language:
                languages[language] = times
            else:
                provinces[province] = times
        found[week, subject] = shown(languages, provinces)
    return found


async def _above(session: AsyncSession, view: View, today: date, since: date) -> Mapping[str, tuple[date, ...]]:
    """The days above the usual by subject."""
    first = max(since, today - KEEP_DAYS + timedelta(days=1))
    days = [first + timedelta(days=ahead) for ahead in range((today - first).days + 1)]
    found = {}
    for subject, counts in _series(await store.asked_days(session, first, view.language, view.province)):
        flags = aberration.above([counts.get(day, 0) for day in days])
        if any(flags):
            found[subject] = tuple(day for day, flag in zip(days, flags, strict=True) if flag)
    return found


def _series(rows: Iterable[tuple[str, date, int]]) -> Iterable[tuple[str, dict[date, int]]]:
    for subject, group in groupby(rows, key=lambda row: row[0]):
        yield subject, {day: times for _, day, times in group}


async def forget_counts(session: AsyncSession, now: datetime) -> int:
    """Drop counts of days after 60 days and of weeks after two years; how many."""
    today = day_of(now)
    return await store.drop_asked(session, today - KEEP_DAYS, today - KEEP_WEEKS)
