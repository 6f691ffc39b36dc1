"""Checkers made of checkers: arrays, bounds, choices, and objects of a published type.

The rule: an object takes only the fields its published type has.
"""

from collections.abc import Mapping
from typing import Any

from simulator.entities import measure
from simulator.errors import Malformed
from simulator.parameters import Check, Parameter, integer, mapping, text


def list_of(check: Check, most: int | None = None, least: int = 0) -> Check:
    """A JSON array of between `least` and `most` values."""

    def read_list(value: Any, name: str) -> list[Any]:
        if not isinstance(value, list) or len(value) < least or (most is not None and len(value) > most):
            raise Malformed(f'field "{name}" must be an Array of {least} to {most or "many"} values')
        return [check(item, name) for item in value]

    return read_list


def words(least: int, most: int) -> Check:
    """A string of so many UTF-16 units."""

    def read_words(value: Any, name: str) -> str:
        read = text(value, name)
        if not least <= measure(read) <= most:
            raise Malformed(f'length of "{name}" must be {least} to {most}')
        return read

    return read_words


def between(least: float, most: float, check: Check = integer) -> Check:
    """A number within bounds, both included."""

    def read_between(value: Any, name: str) -> Any:
        read = check(value, name)
        if not least <= read <= most:
            raise Malformed(f'"{name}" must be between {least} and {most}')
        return read

    return read_between


def one_of(*choices: str) -> Check:
    """One of a few words."""

    def read_choice(value: Any, name: str) -> str:
        if text(value, name) not in choices:
            raise Malformed(f"wrong parameter {name} in request")
        return str(value)

    return read_choice


def shape(kind: str, **fields: Parameter) -> Check:
    """A JSON object of a published type: only its own fields, each of its own type."""

    def read_shape(value: Any, name: str) -> dict[str, Any]:
        return read_fields(fields, mapping(value, name), kind)

    return read_shape


def read_fields(accepted: Mapping[str, Parameter], given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Check what is given against what is accepted; a None counts as absent."""
    read: dict[str, Any] = {}
    for name, value in given.items():
        parameter = accepted.get(name)
        if parameter is None:
            raise Malformed(f'{kind} has no field "{name}"')
        if value is not None:
            read[name] = parameter.check(value, name)
    for name, parameter in accepted.items():
        if parameter.required and name not in read:
            raise Malformed(parameter.missing or f'{kind}: required field "{name}" is missing')
    return read
