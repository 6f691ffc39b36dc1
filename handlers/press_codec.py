"""Buttons as typed values: what a press carries, in at most 64 bytes, and back.

Decoding is strict: whatever does not encode to exactly the same bytes again was not made by us, or not by this version.
A press carries identifiers only, never rights: everything in it is checked again where it is used.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, TypeVar, dataclass_transform

LONGEST = 64
"""Bytes that Telegram takes as callback data."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORD = frozenset(_DIGITS + "-")
_LARGEST = 2**63 - 1
"""The largest number that a column of the database holds."""
_YEARS = range(2000, 2200)
"""Days of other years are nobody's: at the ends of the calendar the day before or after does not exist."""


class Press:
    """The root of all presses."""

    __slots__ = ()
    code: ClassVar[str]
    types: ClassVar[dict[str, Any]]
    """What it carries, in order: `fields` is slow, and a screen has many buttons."""


P = TypeVar("P", bound=Press)
PRESSES: dict[str, type[Press]] = {}


@dataclass_transform(frozen_default=True)
def press(code: str) -> Callable[[type[P]], type[P]]:
    """Register a press under a short code that ends in its version, such as `bk1`."""

    def register(kind: type[P]) -> type[P]:
        if code in PRESSES:
            raise ValueError(f"two presses are called {code}")
        made = dataclass(frozen=True)(kind)
        PRESSES[code] = made
        made.code = code
        made.types = {each.name: each.type for each in fields(made)}  # type: ignore[arg-type]
        return made

    return register


def encode(value: Press) -> str:
    """The callback data of a press."""
    parts = [value.code]
    parts += [_written(getattr(value, name)) for name in value.types]
    data = ".".join(parts)
    if len(data.encode()) > LONGEST:
        raise ValueError(f"a press of {len(data)} bytes: {parts[0]}")
    return data


def decode(data: str) -> Press | None:
    """The press that was encoded, or None for anything else: old, foreign, mutated."""
    if len(data) > LONGEST or not data.isascii():
        return None
    code, *parts = data.split(".")
    kind = PRESSES.get(code)
    if kind is None or len(kind.types) != len(parts):
        return None
    try:
        values = [_read(wanted, part) for wanted, part in zip(kind.types.values(), parts, strict=True)]
        found = kind(*values)
        return found if encode(found) == data else None
    except (ValueError, OverflowError):
        return None


def _written(value: Any) -> str:
    match value:
        case bool():
            return "1" if value else "0"
        case int():
            return _base36(value)
        case date():
            return _base36(value.toordinal())
        case str() if set(value) <= _WORD:
            return value
    raise ValueError("a press carries numbers, days, yes or no, and plain words")


def _read(kind: Any, part: str) -> Any:
    if kind is bool:
        return {"0": False, "1": True}[part] if part in ("0", "1") else _refuse()
    if kind is int:
        number = int(part, 36)  # lenient about signs and spaces; encoding again is what refuses those
        return number if number <= _LARGEST else _refuse()
    if kind is date:
        day = date.fromordinal(int(part, 36))
        return day if day.year in _YEARS else _refuse()
    return part


def _refuse() -> None:
    raise ValueError


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError("numbers in presses are not negative")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
