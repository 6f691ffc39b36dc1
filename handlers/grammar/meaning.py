"""What a parsed line says, field by field.

The rule: days stay as they were said. They are resolved in `reading.py`, when all of the line is known.
"""

import re
from datetime import time
from typing import Any

from lark import Token, Transformer, Tree, v_args

from handlers.grammar.days import Day, Item, Mark, Range, Weekdays
from handlers.grammar.lexing import NotUnderstood
from locales.formats import BUDDHIST


def said_in(tree: Tree[Token]) -> dict[str, Any]:
    """What a line says: the fields of `Line`, and under `when` all that speaks of days, in its order.

    Raises:
        VisitError: around the NotUnderstood with the part that makes no sense.
    """
    return dict[str, Any](_Meaning().transform(tree))


@v_args(inline=True)
class _Meaning(Transformer[Token, Any]):
    """Turns a parse tree into what was said, by field; days stay as they were said, under `when`."""

    def clinic(self, word: Token) -> dict[str, Any]:
        return {"clinic": word.value.meaning}

    def service(self, word: Token) -> dict[str, Any]:
        return {"service": word.value.meaning}

    def dated(self, *words: Token) -> list[Item]:
        named, year = _meaning(words, "DAYNAME"), _number(words, "YEAR")
        month, text = _meaning(words, "MONTH"), _text(words)
        numbers = [int(_digits(word.value.text)) for word in words if word.type == "NUMBER"]
        if len(numbers) > 1:
            return [Day(f"{number} {_text(words[-1:])}", number, month, year) for number in numbers]
        return [Day(text, numbers[0], month, year, named=named)]

    def month_first(self, *words: Token) -> list[Item]:
        number, year = _number(words, "NUMBER"), _number(words, "YEAR")
        return [Day(_text(words), number or 0, _meaning(words, "MONTH"), year, named=_meaning(words, "DAYNAME"))]

    def said_day(self, word: Token) -> list[Item]:
        if word.type == "ISO":
            year, month, number = map(int, word.value.text.split("-"))
            return [Day(word.value.text, number, month, year)]
        return [Day(word.value.text, ahead=0 if word.type == "TODAY" else 1)]

    def between(self, first: list[Day], _dash: Token, last: list[Day]) -> list[Item]:
        return [*first[:-1], Range(first[-1], last[0]), *last[1:]]

    def within_month(self, *words: Token) -> list[Item]:
        first, last = (int(_digits(word.value.text)) for word in words if word.type == "NUMBER")
        month, year, text = _meaning(words, "MONTH"), _number(words, "YEAR"), _text(words)
        return [Range(Day(text, first, month, year), Day(text, last, month, year))]

    def weekdays(self, *words: Token) -> list[Item]:
        numbers = [word.value.meaning for word in words if word.type == "WEEKDAY"]
        if len(numbers) == 2:
            first, last = numbers
            numbers = [(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)]
        return [Weekdays(_text(words), tuple(numbers), together=len(words) > 1)]

    def mark(self, word: Token) -> list[Item]:
        return [Mark(word.type, word.value.text)]

    def span(self, begins: Token, _dash: Token, ends: Token, _tail: Token | None = None) -> dict[str, Any]:
        return {"begins": _time(begins), "ends": _time(ends)}

    def at(self, word: Token) -> dict[str, Any]:
        return {"at": _time(word)}

    def minutes(self, word: Token) -> dict[str, Any]:
        return {"every": int(_digits(word.value.text))}

    def hours(self, word: Token) -> dict[str, Any]:
        return {"every": 60 * int(_digits(word.value.text))}

    def capacity(self, word: Token) -> dict[str, Any]:
        return {"capacity": int(_digits(word.value.text))}

    def walkin(self, *words: Token) -> dict[str, Any]:
        [share] = [word.value.text for word in words if word.type != "WALKIN"]
        if int(_digits(share)) > 100:
            raise NotUnderstood(share)
        return {"walkin": int(_digits(share))}

    def interpreter(self, _word: Token, *languages: Token) -> dict[str, Any]:
        return {"languages": tuple(dict.fromkeys(word.value.meaning for word in languages))}

    def spoken(self, language: Token) -> dict[str, Any]:
        return {"languages": (language.value.meaning,)}

    def week(self, _word: Token) -> dict[str, Any]:
        return {"days": 7}

    def number(self, word: Token) -> dict[str, Any]:
        return {"number": int(_digits(word.value.text))}

    def year(self, word: Token) -> dict[str, Any]:
        said = int(word.value.text)
        return {"year": said - BUDDHIST if said > 2400 else said}

    def ended(self, _word: Token) -> dict[str, Any]:
        return {"ended": True}

    def named(self, _word: Token) -> dict[str, Any]:
        return {"named": True}

    def rest(self, word: Token) -> dict[str, Any]:
        return {"rest": word.value.text}

    def __default__(self, _data: Any, parts: list[Any], _meta: Any) -> dict[str, Any]:
        """A whole line: every field once, and all that speaks of days in its order."""
        said: dict[str, Any] = {}
        when: list[Item] = []
        for part in parts:
            if isinstance(part, list):
                when += part
                continue
            when.append(Mark("STOP"))
            for field, value in part.items():
                if said.setdefault(field, value) != value:
                    raise NotUnderstood(str(value))
        return said | {"when": when}


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _text(words: tuple[Token, ...]) -> str:
    return " ".join(word.value.text for word in words)


def _meaning(words: tuple[Token, ...], kind: str) -> Any:
    return next((word.value.meaning for word in words if word.type == kind), None)


def _number(words: tuple[Token, ...], kind: str) -> int | None:
    return next((int(_digits(word.value.text)) for word in words if word.type == kind), None)


def _time(word: Token) -> time:
    hours, minutes = (int(part) for part in re.split("[:.]", word.value.text))
    if hours > 23 or minutes > 59:
        raise NotUnderstood(word.value.text)
    return time(hours, minutes)
