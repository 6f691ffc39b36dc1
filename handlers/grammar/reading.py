"""The one-line commands of clinic staff, as a grammar.

Words come from the clinics file (ids, aliases and names in every language), from CLDR (weekdays and months in every
language) and from `words.py`, so that a nurse may mix them as she speaks, in any order. Digits of all four scripts and
both eras are understood.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

from handlers.grammar import days as said_days
from handlers.grammar.days import Day, Said, Weekdays
from handlers.grammar.lexing import Lexer, NotUnderstood
from handlers.grammar.words import all_words
from locales.repair import for_matching
from scheduling.clinics import Clinics

__all__ = ["DeskGrammar", "Line", "NotUnderstood"]

_DAYS = frozenset(
    [
        "NUMBER",
        "MONTH",
        "YEAR",
        "ISO",
        "TODAY",
        "TOMORROW",
        "WEEKDAY",
        "DASH",
        "FROM",
        "SINCE",
        "UNTIL",
        "TAIL",
        "EXCEPT",
        "EXCEPT_BEFORE",
        "EVERYDAY",
        "EACH",
        "EACH_BEFORE",
        "ENDLESS",
        "FILLER",
        "CLINIC",
    ]
)
STARTS: dict[str, frozenset[str]] = {
    "open_line": _DAYS
    | {"SERVICE", "TIME", "MINUTES", "HOURS", "CAPACITY", "WALKIN", "PERCENT", "INTERPRETER", "LANG"},
    "close_line": _DAYS | {"TIME"},
    "today_line": _DAYS,
    "export_line": _DAYS | {"WEEK"},
    "slot_line": _DAYS | {"SERVICE", "TIME", "CAPACITY"},
    "holidays_line": _DAYS,
    "queue_line": frozenset({"CLINIC", "SERVICE", "LANG", "FILLER"}),
    "late_line": frozenset({"CLINIC", "NUMBER", "MINUTES", "HOURS", "FILLER"}),
    "template_line": _DAYS | {"CAPACITY", "ENDED", "NAMED"},
}
"""Each kind of line, and the words it may hold."""
WITH_REST = {"close_line", "holidays_line", "template_line"}
TERMINALS = frozenset().union(*STARTS.values(), {"DAYNAME", "ID", "WEEKLY", "REST"}) - {"FILLER", "EACH", "EACH_BEFORE"}


@dataclass(frozen=True)
class Line:
    """What was understood. None, or empty: not said."""

    clinic: str | None = None
    service: str = ""
    day: date | None = None
    """The one day meant, or the first of several."""
    last_day: date | None = None
    """The last of several days in a row: `25-27 nov`, `from .. to ..`."""
    weekdays: frozenset[int] = frozenset()
    """The weekdays that come back, Monday 0; empty: the line means `day` alone."""
    except_days: tuple[date, ...] = ()
    endless: bool = False
    begins: time | None = None
    ends: time | None = None
    at: time | None = None
    """A single time."""
    every: int | None = None
    """Minutes."""
    capacity: int | None = None
    walkin: int = 0
    """Per cent."""
    languages: tuple[str, ...] = ()
    days: int = 1
    """Seven after "week"."""
    number: int | None = None
    year: int | None = None
    ended: bool = False
    named: bool = False
    rest: str = ""
    """Free words at the end, as they were typed."""


class DeskGrammar:
    """Reads the lines of staff commands.

    Words and grammar are made for the first line: most processes and most days have none, and both take 8 MB.
    """

    def __init__(self, clinics: Clinics) -> None:
        """The clinics whose names are words here."""
        self._clinics = clinics

    @cached_property
    def _lexer(self) -> Lexer:
        return Lexer(all_words(self._clinics))

    def read(self, start: str, text: str, today: date) -> Line:
        """Read one line; `start` is one of `STARTS`.

        Raises:
            NotUnderstood: with the part that fits nowhere.
        """
        from handlers.grammar.parsing import parsed

        cleaned = for_matching(text)
        words = self._lexer.words(
            cleaned, STARTS[start], start in WITH_REST, start == "template_line", start == "late_line"
        )
        said = parsed(start, words, cleaned)
        if rest := said.get("rest"):
            said["rest"] = " ".join(text.split()[-len(rest.split()) :])  # as it was typed, capitals and all
        return Line(**_resolved(start, said_days.sort_out(said.pop("when")), today), **said)


def _resolved(start: str, said: Said, today: date) -> dict[str, Any]:
    """The days of a line, as they are meant at `today`."""
    if not said.comes_back:
        day = said_days.single_day(said, today)
        return {"day": day}
    if start in ("open_line", "template_line"):
        first = said.since.on(today, today) if said.since else None
        last = said.until.on(first or today, today) if said.until else None
        excepted = said.excepted_days(first or today, today)
        meant = said.all_weekdays() if start == "open_line" or said.weekdays else frozenset()
        return {"day": first, "last_day": last, "weekdays": meant, "except_days": excepted, "endless": said.endless}
    return _days_in_a_row(said, today)


def _days_in_a_row(said: Said, today: date) -> dict[str, Any]:
    """Several days of a line that means no recurring ones."""
    if said.since and said.until and not (said.weekdays or said.exceptions or said.weekly or said.everyday):
        first, last = said_days.bounds(said.since, said.until, today, today)
        return {"day": first, "last_day": last}
    if len(said.weekdays) == 1 and said.weekdays[0].together and not (said.since or said.until or said.exceptions):
        first_number, *_, last_number = said.weekdays[0].numbers
        first = today + timedelta(days=(first_number - today.weekday()) % 7)
        return {"day": first, "last_day": first + timedelta(days=(last_number - first_number) % 7)}
    too_much: list[Weekdays | Day] = [*said.weekdays, *(day for day in (said.since, said.until) if day)]
    raise NotUnderstood(too_much[-1].text if too_much else "")
