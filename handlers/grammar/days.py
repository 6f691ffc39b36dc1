"""Which days a line means: single ones, weekdays that come back, from when, until when, except which.

What is left out is filled in always in the same way. A day without a year is the next such day (an end: after the
beginning). One weekday alone is the next one; several, or one with "every", "from" or "until", come back each week.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from handlers.grammar.lexing import NotUnderstood
from locales.formats import BUDDHIST

ALL_WEEK = frozenset(range(7))


@dataclass(frozen=True)
class Day:
    """A day as it was said; `ahead` for today and tomorrow."""

    text: str
    number: int = 0
    month: int = 0
    year: int | None = None
    ahead: int | None = None
    named: int | None = None
    """The weekday that was said with it, Monday 0."""

    def on(self, after: date, today: date) -> date:
        """The day meant, `after` being the first it can be.

        Raises:
            NotUnderstood: there is no such day, or it is another weekday.
        """
        if self.ahead is not None:
            return today + timedelta(days=self.ahead)
        try:
            found = date(self._common_year(after.year), self.month, self.number)
            if self.year is None and found < after:
                found = found.replace(year=found.year + 1)
        except ValueError as error:
            raise NotUnderstood(self.text) from error
        if self.named is not None and found.weekday() != self.named:
            raise NotUnderstood(self.text)
        return found

    def _common_year(self, current: int) -> int:
        if self.year is None:
            return current
        return self.year - BUDDHIST if self.year > 2400 else self.year


@dataclass(frozen=True)
class Range:
    """From a day to a day, both included."""

    first: Day
    last: Day


@dataclass(frozen=True)
class Weekdays:
    """Weekdays as they were said; `together` when from one to another."""

    text: str
    numbers: tuple[int, ...]
    together: bool = False


@dataclass(frozen=True)
class Mark:
    """A word between days: FROM, SINCE, UNTIL, TAIL, EXCEPT, EXCEPT_BEFORE, WEEKLY, EVERYDAY, ENDLESS, or a STOP."""

    kind: str
    text: str = ""


Item = Day | Range | Weekdays | Mark


@dataclass
class Said:
    """What was said about days, sorted; nothing is resolved yet."""

    days: list[Day] = field(default_factory=list)
    since: Day | None = None
    until: Day | None = None
    weekdays: list[Weekdays] = field(default_factory=list)
    exceptions: list[Day | Range | Weekdays] = field(default_factory=list)
    weekly: bool = False
    everyday: bool = False
    endless: bool = False

    @property
    def comes_back(self) -> bool:
        """Whether it is meant for more than one day."""
        numbers = [number for each in self.weekdays for number in each.numbers]
        several = self.weekly or self.everyday or self.endless or len(numbers) > 1
        return several or self.since is not None or self.until is not None or bool(self.exceptions)

    def all_weekdays(self) -> frozenset[int]:
        """The weekdays that come back; without any, all seven, or the one that names the first day alone."""
        said = frozenset(number for each in self.weekdays for number in each.numbers)
        if not said and self.since and self.since.named is not None and not self.everyday:
            ends_unnamed = self.until is None or self.until.named is None
            said = frozenset({self.since.named}) if ends_unnamed else said
        excepted = {n for each in self.exceptions if isinstance(each, Weekdays) for n in each.numbers}
        return (said or ALL_WEEK) - excepted

    def excepted_days(self, after: date, today: date) -> tuple[date, ...]:
        """Single days without it."""
        found: set[date] = set()
        for each in self.exceptions:
            if isinstance(each, Day):
                found.add(each.on(after, today))
            elif isinstance(each, Range):
                first, last = bounds(each.first, each.last, after, today)
                found |= {first + timedelta(days=ahead) for ahead in range(min((last - first).days, 366) + 1)}
        return tuple(sorted(found))


def bounds(first: Day, last: Day, after: date, today: date) -> tuple[date, date]:
    """The days of a range; its end is the first such day after its beginning."""
    begin = first.on(after, today)
    return begin, last.on(begin, today)


def sort_out(items: Iterable[Item]) -> Said:
    """Give every day its part in the line, by the words around it.

    Raises:
        NotUnderstood: a day too many.
    """
    said, mode = Said(), ""
    for item in items:
        match item:
            case Mark("FROM" | "UNTIL" | "EXCEPT" as kind, _):
                mode = kind
            case Mark("SINCE" | "TAIL" | "EXCEPT_BEFORE" as kind, text):
                _before(said, kind, text)
                mode = ""
            case Mark(kind, _):
                said.weekly |= kind == "WEEKLY"
                said.everyday |= kind == "EVERYDAY"
                said.endless |= kind == "ENDLESS"
                mode = "" if kind == "STOP" else mode
            case Weekdays():
                (said.exceptions if mode == "EXCEPT" else said.weekdays).append(item)
            case _ if mode == "EXCEPT":
                said.exceptions.append(item)
            case Range(first, last):
                said.since, said.until = _only(said.since, first), _only(said.until, last)
                mode = ""
            case Day():
                _one_day(said, mode, item)
                mode = ""
    if said.comes_back and said.days and not said.since:
        said.since = said.days.pop(0)
    if len(said.days) > 1 or (said.comes_back and said.days):
        raise NotUnderstood(said.days[-1].text)
    return said


def single_day(said: Said, today: date) -> date | None:
    """The one day meant; None when none was said.

    Raises:
        NotUnderstood: no such day, or the weekday does not fit it.
    """
    names = [number for each in said.weekdays for number in each.numbers]
    if said.days:
        day = said.days[0].on(today, today)
        if names and names != [day.weekday()]:
            raise NotUnderstood(said.weekdays[0].text)
        return day
    return today + timedelta(days=(names[0] - today.weekday()) % 7) if names else None


def _one_day(said: Said, mode: str, day: Day) -> None:
    if mode == "FROM":
        said.since = _only(said.since, day)
    elif mode == "UNTIL":
        said.until = _only(said.until, day)
    else:
        said.days.append(day)


def _before(said: Said, kind: str, text: str) -> None:
    """A word that speaks of what stands before it, as Burmese does."""
    if kind == "TAIL" and said.until:
        return  # "from ... to ... until": the range has said it
    if not said.days:
        if kind != "TAIL":
            raise NotUnderstood(text)
        return
    if kind == "SINCE":
        said.since = _only(said.since, said.days.pop())
    elif kind == "TAIL":
        said.until = _only(said.until, said.days.pop())
    else:
        said.exceptions += said.days
        said.days.clear()


def _only(before: Day | None, day: Day) -> Day:
    if before is not None:
        raise NotUnderstood(day.text)
    return day
