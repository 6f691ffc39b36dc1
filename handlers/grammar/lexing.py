"""A line cut into words: the longest known word at each place, whatever the spacing.

What a word is may depend on its neighbours, always in the same way: a weekday directly beside a date only names it, a
number without a month is not a day, "every" before a weekday makes it come back each week.
"""

import re
from dataclasses import dataclass
from typing import Any

from handlers.grammar.words import Words
from locales.graphemes import cut

BOTH = ("မှ",)
"""Between two times or days it means "to", after one "from"."""
LONGEST_PART = 30
"""Letters of a part that are shown back."""
_THAI = "[\u0e00-\u0e7f]"
_UNITS = "minutes|minute|mins|min|m|นาที|မိနစ်|នាទី"
_HOURS = r"hours|hour|hrs|h|ชั่วโมง|ชม\."
_PEOPLE = "people|places|persons|คน|ที่นั่ง|ယောက်|នាក់|កន្លែង"
_PER_CENT = "%|percent|per cent|เปอร์เซ็นต์|ရာခိုင်နှုန်း|ភាគរយ"
PATTERNS: dict[str, str] = {
    "ISO": r"(?P<ISO>\d{4}-\d{1,2}-\d{1,2})(?!\d)",
    "TIME": r"(?P<TIME>\d{1,2}[:.]\d{2})(?![\d.:])",
    "MINUTES": rf"(?P<MINUTES>\d{{1,3}}\s*(?:{_UNITS}))(?![a-z])",
    "HOURS": rf"(?P<HOURS>\d{{1,2}}\s*(?:{_HOURS}))(?![a-z])",
    "CAPACITY": rf"(?P<CAPACITY>[x×]\s*\d{{1,5}}|\d{{1,5}}\s*(?:{_PEOPLE}))(?![\da-z])",
    "PERCENT": rf"(?P<PERCENT>\d{{1,3}}\s*(?:{_PER_CENT}))",
    "YEAR": r"(?P<YEAR>(?:19|20|25|26)\d{2})(?!\d)",
    "NUMBER": r"#?(?P<NUMBER>\d{1,9})(?![\d:.])",
}
_DAYS = frozenset({"TODAY", "TOMORROW", "WEEKDAY", "MONTH", "ISO"})
_SKIP = re.compile(r"[\s,;()၊။]+")


@dataclass(frozen=True)
class Word:
    """A word of a line: its kind, what it stands for, how it was written and where."""

    kind: str
    meaning: Any
    text: str
    at: int


@dataclass(eq=False)
class NotUnderstood(Exception):
    """The first part of a line that fits nowhere; empty when the line ends too early."""

    part: str


class Lexer:
    """Cuts lines of one deployment into words."""

    def __init__(self, words: Words) -> None:
        """`words` of the deployment."""
        self._words = words
        listed = "|".join(_pattern(word) for word in sorted(words, key=len, reverse=True))
        self._pattern = re.compile("|".join((*PATTERNS.values(), f"(?:{listed})")))

    def words(
        self,
        text: str,
        kinds: frozenset[str],
        rest: bool = False,
        first_number: bool = False,
        bare_numbers: bool = False,
    ) -> list[Word]:
        """The words of a line that `for_matching` has seen.

        Args:
            kinds: what this line may hold; other words are unknown in it.
            rest: whether free text may follow; it becomes one word of the kind REST.
            first_number: whether the line may begin with a number by itself.
            bare_numbers: whether every number stands by itself.

        Raises:
            NotUnderstood: with the part that is no word.
        """
        found: list[Word] = []
        at = 0
        while at < len(text):
            if skipped := _SKIP.match(text, at):
                at = skipped.end()
                continue
            match = self._pattern.match(text, at)
            kind, meaning = self._meaning(match)
            if rest and (kind not in kinds or _is_over(found, kind)) and _may_rest(found, text[at:]):
                found.append(Word("REST", text[at:], text[at:], at))
                break
            if match is None or kind not in kinds:
                raise NotUnderstood(part_at(text, at))
            if kind != "FILLER":
                found.append(Word(kind, meaning, match[0], at))
            at = match.end()
        if bare_numbers:
            return [Word("ID", word.meaning, word.text, word.at) if word.kind == "NUMBER" else word for word in found]
        return _in_context(found, text, first_number)

    def _meaning(self, match: re.Match[str] | None) -> tuple[str, Any]:
        if match is None:
            return "", None
        return (match.lastgroup, True) if match.lastgroup else self._words[match[0]]


def part_at(text: str, at: int) -> str:
    """The part of a line around a place, as it is shown back: up to the next space."""
    if not 0 <= at < len(text):
        return ""
    begin = at - len(re.search(r"[^\s,]*$", text[:at])[0]) if re.match(r"[\x21-\x7e]", text[at]) else at  # type: ignore[index]
    return cut(text[begin:].split(" ")[0], LONGEST_PART)


def _pattern(word: str) -> str:
    """A word with its borders: Latin words end where letters end, one or two Thai letters stand alone."""
    before = r"(?<![a-z])" if re.match("[a-z]", word) else ""
    after = r"(?![a-z])" if re.search("[a-z]$", word) else ""
    if len(word) <= 2 and re.fullmatch(f"{_THAI}+", word):
        before, after = f"(?<!{_THAI})", f"(?!{_THAI})"
    return before + re.escape(word) + after


def _is_over(found: list[Word], kind: str) -> bool:
    """Whether a line with free text at its end has said its day and its time: what follows is a reason, not a day."""
    kinds = [word.kind for word in found]
    said = kinds.count("TIME") >= 2 and _DAYS & {*kinds}
    return bool(said) and kind not in ("CLINIC", "YEAR", "DASH", "UNTIL", "TAIL", "FILLER")


def _may_rest(found: list[Word], left: str) -> bool:
    """Free text comes after a day or a time, and holds no time of its own: that one was meant as a time."""
    kinds = {word.kind for word in found}
    if "TIME" in kinds:
        return True
    return bool(kinds & {*_DAYS, "NAMED"}) and not re.search(r"\d[:.]\d\d", left)


def _in_context(words: list[Word], text: str, first_number: bool) -> list[Word]:
    """Words whose kind depends on their neighbours, made unambiguous for the grammar."""
    kinds = ["", "", *(word.kind for word in words), "", "", ""]
    found: list[Word] = []
    for place, word in enumerate(words):
        before2, before, after, after2, after3 = (kinds[place + step] for step in (0, 1, 3, 4, 5))
        kind = word.kind
        if kind == "WEEKDAY":
            kind = _weekday(before2, before, after, after2, after3, found[-1].kind if found else "")
        elif kind == "NUMBER" and first_number and place == 0 and after != "MONTH":
            kind = "ID"
        elif kind == "NUMBER" and before != "WALKIN" and not _is_day(kinds, place + 2):
            raise NotUnderstood(part_at(text, word.at))
        elif kind in ("EACH", "EACH_BEFORE"):
            beside = after if kind == "EACH" else before
            if beside != "WEEKDAY":
                continue
            kind = "WEEKLY"
        elif kind == "EVERYDAY" and after == "WEEKDAY":
            kind = "WEEKLY"
        elif kind == "DASH" and word.text in BOTH and not _joins(before, after, after2):
            kind = "SINCE"
        found.append(Word(kind, word.meaning, word.text, word.at))
    return found


def _weekday(before2: str, before: str, after: str, after2: str, after3: str, last: str) -> str:
    """DAYNAME where it only names a date: `Tuesday 24 November`, or Burmese `November 24 Tuesday`."""
    of_a_list = before == "WEEKDAY" or (before == "DASH" and before2 == "WEEKDAY")
    dated = after == "NUMBER" and (after2 == "MONTH" or (after2, after3) == ("DASH", "NUMBER"))
    if dated and not of_a_list:
        return "DAYNAME"
    trailing = before == "NUMBER" and before2 == "MONTH" and last != "DAYNAME"
    return "DAYNAME" if trailing and after not in ("DASH", "WEEKDAY") else "WEEKDAY"


def _is_day(kinds: list[str], place: int) -> bool:
    """Whether a number has its month: after it, behind a further number (`25-27 nov`), or before it."""
    before2, before, after, after2, after3 = (
        kinds[place + step] if place + step < len(kinds) else "" for step in (-2, -1, 1, 2, 3)
    )
    if after == "MONTH" or (before == "MONTH" and before2 != "NUMBER"):
        return True
    if after == "DASH" and after2 == "NUMBER":
        return after3 == "MONTH"
    return after == "NUMBER" and _is_day(kinds, place + 1)


def _joins(before: str, after: str, after2: str) -> bool:
    """Whether the Burmese word for both "from" and "to" stands between two times, weekdays or days."""
    if before in ("TIME", "WEEKDAY"):
        return after == before
    return after in ("NUMBER", "MONTH", "YEAR", "ISO", "TODAY", "TOMORROW") or (after, after2) == ("WEEKDAY", "NUMBER")
