"""The types of parameters, as the Bot API takes them from JSON, a form or multipart.

The rule: a checker takes the raw value and the parameter's name, and returns the value read or raises
`Malformed`. A form knows only strings, so numbers, booleans and JSON are read out of strings as well.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.errors import Malformed

Check = Callable[[Any, str], Any]
_DIGITS = re.compile(r"-?[0-9]+")
_TRUE = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One accepted parameter: how it is read, and whether a call without it is refused."""

    check: Check
    required: bool = False
    missing: str = ""
    """Telegram's words for its absence, where it has its own."""


def need(check: Check, missing: str = "") -> Parameter:
    """A parameter that must be there."""
    return Parameter(check, True, missing)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart call."""

    name: str
    mime_type: str
    content: bytes


def text(value: Any, name: str) -> str:
    """A string, already text."""
    if not isinstance(value, str):
        raise Malformed(f'field "{name}" must be of type String')
    if not value.isascii() and any("\ud800" <= unit <= "\udfff" for unit in value):
        raise Malformed("strings must be encoded in UTF-8")
    return value


def integer(value: Any, name: str) -> int:
    """An integer of 64 bits, or its digits in a string."""
    read = value
    if isinstance(value, str) and len(value) <= 20 and _DIGITS.fullmatch(value):
        read = int(value)
    if isinstance(read, int) and not isinstance(read, bool) and -(2**63) <= read < 2**63:
        return read
    raise Malformed(f'field "{name}" must be of type Integer')


def number(value: Any, name: str) -> float:
    """A finite number, or one written in a string."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            read = float(value)
        except (ValueError, OverflowError):
            read = float("nan")
        if abs(read) < float("inf"):
            return read
    raise Malformed(f'field "{name}" must be of type Float')


def boolean(value: Any, name: str) -> bool:
    """True or false, or the words a form has for them."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE:
        return _TRUE[value.lower()]
    raise Malformed(f'field "{name}" must be of type Boolean')


def chat_id(value: Any, name: str) -> int | str:
    """A chat's number, or @username."""
    if isinstance(value, str) and value.startswith("@") and len(value) > 1:
        return value
    if value == "":
        raise Malformed("chat_id is empty")
    return integer(value, name)


def decoded(value: Any, name: str) -> Any:
    """A value that a form carries as JSON in a string."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise Malformed(f"can't parse {name}: invalid JSON") from None


def encoded(check: Check) -> Check:
    """A value that a form may carry as JSON in a string; only whole parameters may, never what is inside."""
    return lambda value, name: check(decoded(value, name), name)


def mapping(value: Any, name: str) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise Malformed(f'field "{name}" must be a JSON object')
    return value


def file(value: Any, name: str) -> Upload | str:
    """A file: uploaded, or named by its id or a web address."""
    if isinstance(value, Upload):
        if not value.content:
            raise Malformed("file must be non-empty")
        return value
    if not text(value, name) or value.startswith("attach://"):
        raise Malformed(f"there is no {name} in the request")
    return str(value)


def not_simulated(value: Any, name: str) -> Any:
    """A published parameter whose effect this simulator does not have."""
    raise Malformed(f"{name} is not simulated")
