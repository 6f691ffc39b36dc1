"""The one-line commands of clinic staff, as a grammar.

Words come from the clinics file (ids, aliases and names in every language), from CLDR (weekdays and months in every
language) and from `words.py`, so that a nurse may mix them as she speaks, in any order. Digits of all four scripts and
both eras are understood.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, VisitError
from lark.lexer import Lexer as LarkLexer

from handlers.grammar import days as said_days
from handlers.grammar.days import Day, Said, Weekdays
from handlers.grammar.lexing import Lexer, NotUnderstood, Word, part_at
from handlers.grammar.meaning import said_in
from handlers.grammar.words import all_words
from locales.repair import for_matching
from scheduling.clinics import Clinics

__all__ = ["DeskGrammar", "Line", "NotUnderstood"]

GRAMMAR = r"""
open_line: (clinic | service | _when | span | minutes | hours | capacity | walkin | interpreter)*
close_line: (clinic | _when | span)* rest?
today_line: (clinic | _when)*
export_line: (clinic | _when | week)*
slot_line: (clinic | service | _when | at | capacity)*
holidays_line: (clinic | _when | year)* rest?
template_line: (clinic | number | _when | capacity | ended | named)* rest?

queue_line: (clinic | service | spoken)*
late_line: (clinic | number | minutes | hours)*

_when: day | between | weekdays | mark
day: DAYNAME? NUMBER+ MONTH YEAR? -> dated
   | YEAR? MONTH NUMBER DAYNAME? -> month_first
   | (ISO | TODAY | TOMORROW) -> said_day
between: day DASH day | NUMBER DASH NUMBER MONTH YEAR? -> within_month
weekdays: WEEKDAY | WEEKDAY DASH WEEKDAY
mark: FROM | SINCE | UNTIL | TAIL | EXCEPT | EXCEPT_BEFORE | WEEKLY | EVERYDAY | ENDLESS
span: TIME (DASH | UNTIL) TIME TAIL?
at: TIME
minutes: MINUTES
hours: HOURS
capacity: CAPACITY
walkin: WALKIN (PERCENT | NUMBER) | PERCENT WALKIN
interpreter: INTERPRETER LANG+
clinic: CLINIC
service: SERVICE
spoken: LANG
week: WEEK
number: ID
year: YEAR
ended: ENDED
named: NAMED
rest: REST
"""
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


class _Handed(LarkLexer):
    """Gives the parser the words that were cut already."""

    def __init__(self, _conf: Any) -> None:
        pass

    def lex(self, words: Any) -> Iterator[Token]:  # type: ignore[override]
        return (Token(word.kind, word, start_pos=word.at) for word in words)


@cache
def _parser() -> Lark:
    """The grammar is the same in every deployment; only the words differ."""
    declared = f"%declare {' '.join(sorted(TERMINALS))}"
    return Lark(f"{GRAMMAR}\n{declared}", start=[*STARTS], parser="lalr", lexer=_Handed)


class DeskGrammar:
    """Reads the lines of staff commands."""

    def __init__(self, clinics: Clinics) -> None:
        """Build the word lists of this deployment."""
        self._lexer = Lexer(all_words(clinics))
        self._parser = _parser()

    def read(self, start: str, text: str, today: date) -> Line:
        """Read one line; `start` is one of `STARTS`.

        Raises:
            NotUnderstood: with the part that fits nowhere.
        """
        cleaned = for_matching(text)
        words = self._lexer.words(
            cleaned, STARTS[start], start in WITH_REST, start == "template_line", start == "late_line"
        )
        try:
            tree = self._parser.parse(words, start=start)
            said = said_in(tree)
        except UnexpectedInput as error:
            word = getattr(getattr(error, "token", None), "value", None)
            raise NotUnderstood(part_at(cleaned, word.at) if isinstance(word, Word) else "") from error
        except VisitError as error:
            if isinstance(error.orig_exc, NotUnderstood):
                raise error.orig_exc from error
            raise
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
