"""The one-line commands of clinic staff, as a grammar.

Words come from the clinics file (ids, aliases and names in every language) and from CLDR (weekdays and months in every
language), so that a nurse may mix them as she speaks. Digits of all four scripts and both eras are understood.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from babel.dates import get_day_names, get_month_names
from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from locales.formats import BUDDHIST, day_name
from locales.languages import LANGUAGES
from locales.repair import for_matching
from scheduling.clinics import Clinics

GRAMMAR = r"""
open_line: clinic? service day span "every"? EVERY? CAPACITY?
close_line: clinic? day span REST?
today_line: clinic? day?
export_line: clinic? day? PERIOD? | clinic? PERIOD day
clinic: CLINIC
service: SERVICE
day: TODAY -> today | TOMORROW -> tomorrow | WEEKDAY -> weekday | _WEEKDAY? NUMBER MONTH YEAR? -> dated
    | YEAR? MONTH NUMBER _WEEKDAY? -> dated_month_first
span: TIME DASH TIME
DASH: /\s*(?:-|–|—|ถึง|မှ|ដល់|to)\s*/
TIME: /[0-2]?[0-9][:.][0-5][0-9]/
EVERY.3: /(?:every|ทุก|တိုင်း|រៀងរាល់)?\s*[0-9]{1,3}\s*(?:m|min|minutes|นาที|မိနစ်|នាទី)(?![a-z])/
CAPACITY.3: /[x×]\s*[0-9]{1,5}/
YEAR.2: /(?:19|20|25|26)[0-9]{2}/
NUMBER: /[0-3]?[0-9](?![0-9:.])/
REST: /\S.*/
%ignore /[\s,]+/
"""
TODAY_WORDS = ("today", "วันนี้", "ဒီနေ့", "ယနေ့", "ថ្ងៃនេះ")
WEEK_WORDS = ("week", "สัปดาห์", "หนึ่งสัปดาห์", "တစ်ပတ်", "သီတင်းတစ်ပတ်", "សប្ដាហ៍", "មួយសប្ដាហ៍", "សប្តាហ៍", "មួយសប្តាហ៍")
DAY_WORDS = ("day", "หนึ่งวัน", "တစ်ရက်", "មួយថ្ងៃ")
TOMORROW_WORDS = ("tomorrow", "พรุ่งนี้", "မနက်ဖြန်", "ថ្ងៃស្អែក", "ស្អែក")


@dataclass(frozen=True)
class Line:
    """What was understood. None: not said."""

    clinic: str | None = None
    service: str = ""
    day: date | None = None
    begins: time = time(0)
    ends: time = time(0)
    every: int = 30
    capacity: int = 1
    days: int = 1


@dataclass(eq=False)
class NotUnderstood(Exception):
    """The first part of a line that fits nowhere; empty when the line ends too early."""

    part: str


class DeskGrammar:
    """Reads /open, /close, /today and /export lines."""

    def __init__(self, clinics: Clinics) -> None:
        """Build the word lists of this deployment."""
        self._clinics = _names({key: [key, *one.aliases, *one.name.values()] for key, one in clinics.clinics.items()})
        self._services = _names({key: [key, *one.name.values()] for key, one in clinics.services.items()})
        self._months = _calendar_names(get_month_names, range(1, 13))
        self._weekdays = _calendar_names(get_day_names, range(7)) | _spoken_weekdays()
        terminals: dict[str, dict[str, Any]] = {
            "CLINIC.5": self._clinics,
            "SERVICE.5": self._services,
            "MONTH.5": self._months,
            "WEEKDAY.4": self._weekdays,
            "_WEEKDAY.4": self._weekdays,
            "PERIOD.6": dict.fromkeys(map(for_matching, (*WEEK_WORDS, *DAY_WORDS))),
            "TODAY.6": dict.fromkeys(map(for_matching, TODAY_WORDS)),
            "TOMORROW.6": dict.fromkeys(map(for_matching, TOMORROW_WORDS)),
        }
        lines = [f"{name}: /(?:{_alternatives(names)})/" for name, names in terminals.items()]
        self._parser = Lark(
            "\n".join((GRAMMAR, *lines, f"%ignore /(?:{_alternatives(_DATE_WORDS)})/")),
            start=["open_line", "close_line", "today_line", "export_line"],
            parser="earley",
            lexer="dynamic",
        )

    def read(self, start: str, text: str, today: date) -> Line:
        """Read one line; `start` is `open_line`, `close_line`, `today_line` or `export_line`.

        Raises:
            NotUnderstood: with the part that fits nowhere.
        """
        cleaned = for_matching(text)
        try:
            tree = self._parser.parse(cleaned, start=start)
            found: Line = _Meaning(self, today).transform(tree)
        except UnexpectedInput as error:
            raise NotUnderstood(_part_at(cleaned, getattr(error, "pos_in_stream", None))) from error
        except VisitError as error:
            raise NotUnderstood(str(error.orig_exc)) from error
        return found

    def meaning(self, kind: str, word: str) -> Any:
        """What a word of a list stands for."""
        lists: dict[str, dict[str, Any]] = {
            "clinic": self._clinics,
            "service": self._services,
            "month": self._months,
            "weekday": self._weekdays,
        }
        return lists[kind][word]


@v_args(inline=True)
class _Meaning(Transformer[Token, Any]):
    """Turns a parse tree into a `Line`. A `ValueError` carries the words that make no sense."""

    def __init__(self, grammar: DeskGrammar, today: date) -> None:
        super().__init__()
        self.grammar, self.current = grammar, today

    def clinic(self, word: Token) -> dict[str, Any]:
        return {"clinic": self.grammar.meaning("clinic", str(word))}

    def service(self, word: Token) -> dict[str, Any]:
        return {"service": self.grammar.meaning("service", str(word))}

    def today(self, _word: Token) -> dict[str, Any]:
        return {"day": self.current}

    def tomorrow(self, _word: Token) -> dict[str, Any]:
        return {"day": self.current + timedelta(days=1)}

    def weekday(self, word: Token) -> dict[str, Any]:
        ahead = (self.grammar.meaning("weekday", str(word)) - self.current.weekday()) % 7
        return {"day": self.current + timedelta(days=ahead)}

    def dated(self, number: Token, month: Token, year: Token | None = None) -> dict[str, Any]:
        said = f"{number} {month}" + (f" {year}" if year else "")
        try:
            day = date(_common_year(year, self.current.year), self.grammar.meaning("month", str(month)), int(number))
            if year is None and day < self.current:
                day = day.replace(year=day.year + 1)
        except ValueError as error:
            raise ValueError(said) from error
        return {"day": day}

    def dated_month_first(self, *words: Token) -> dict[str, Any]:
        *year, month, number = words
        return self.dated(number, month, *year)

    def span(self, begins: Token, _dash: Token, ends: Token) -> dict[str, Any]:
        return {"begins": _time(begins), "ends": _time(ends)}

    def open_line(self, *parts: Any) -> Line:
        return self._line(parts)

    def close_line(self, *parts: Any) -> Line:
        return self._line(parts)

    def today_line(self, *parts: Any) -> Line:
        return self._line(parts)

    def export_line(self, *parts: Any) -> Line:
        return self._line(parts)

    def _line(self, parts: tuple[Any, ...]) -> Line:
        said: dict[str, Any] = {}
        for part in parts:
            if isinstance(part, dict):
                said |= part
            elif isinstance(part, Token) and part.type in ("EVERY", "CAPACITY"):
                said[part.type.lower()] = int(re.sub(r"\D", "", part))
            elif isinstance(part, Token) and part.type == "PERIOD":
                said["days"] = 7 if str(part) in set(map(for_matching, WEEK_WORDS)) else 1
        return Line(**said)


def _common_year(year: Token | None, current: int) -> int:
    if year is None:
        return current
    return int(year) - BUDDHIST if int(year) > 2400 else int(year)


def _time(word: Token) -> time:
    hours, minutes = re.split("[:.]", word)
    if int(hours) > 23:
        raise ValueError(str(word))
    return time(int(hours), int(minutes))


def _names(lists: dict[str, list[str]]) -> dict[str, str]:
    spaced = {key: [*names, key.replace("-", " ")] for key, names in lists.items()}
    return {for_matching(name): key for key, names in spaced.items() for name in names}


def _calendar_names(names: Any, numbers: range) -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number in numbers:
                found.setdefault(for_matching(str(names(width, locale=language)[number])), number)
    return found


def _spoken_weekdays() -> dict[str, int]:
    """Weekdays as this bot writes them, and as people shorten them."""
    found: dict[str, int] = {}
    for number in range(7):
        names = [day_name(_A_MONDAY + timedelta(days=number), language) for language in LANGUAGES]
        found |= {for_matching(name): number for name in (*names, names[0].removeprefix("วัน"))}
    return found | {for_matching("พฤหัส"): 3}


_A_MONDAY = date(2024, 1, 1)
_DATE_WORDS = dict.fromkeys(
    map(for_matching, ("ที่", "พ.ศ.", "ค.ศ.", "พศ", "ទី", "ថ្ងៃទី", "ខែ", "ឆ្នាំ", "ခုနှစ်", "လ", "ရက်", "ရက်နေ့"))
)
"""Words inside a date that say nothing by themselves."""


def _alternatives(names: dict[str, Any]) -> str:
    return "|".join(re.escape(name).replace("/", r"\/") for name in sorted(names, key=len, reverse=True) if name)


def _part_at(text: str, position: int | None) -> str:
    if position is None or position < 0 or position >= len(text):
        return ""
    return text[position:][:30].split(" ")[0]
