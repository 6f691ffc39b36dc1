"""The grammar of staff's lines.

The rule: lark is known here and in `meaning.py` alone, and loaded with the first line that somebody types.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, VisitError
from lark.lexer import Lexer as LarkLexer

from handlers.grammar.lexing import NotUnderstood, Word, part_at
from handlers.grammar.meaning import said_in
from handlers.grammar.reading import STARTS, TERMINALS

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


def parsed(start: str, words: Iterable[Word], cleaned: str) -> dict[str, Any]:
    """What a line says, by field; days stay as they were said, under `when`. `cleaned` is the line the words are from.

    Raises:
        NotUnderstood: with the part that fits nowhere.
    """
    try:
        tree = _parser().parse(words, start=start)
        return said_in(tree)
    except UnexpectedInput as error:
        word = getattr(getattr(error, "token", None), "value", None)
        raise NotUnderstood(part_at(cleaned, word.at) if isinstance(word, Word) else "") from error
    except VisitError as error:
        if isinstance(error.orig_exc, NotUnderstood):
            raise error.orig_exc from error
        raise
