"""Reading the content files of this package, with errors a content editor can act on.

Rule of the place: every error is one line that names the file and the field.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from locales.languages import LANGUAGES

LANGS = LANGUAGES
"""Languages with phrasings, in the order in which ties are settled."""

HERE = Path(__file__).parent


class ContentError(ValueError):
    """A content file that cannot be used; the text is one line with file and field."""


class Record:
    """One TOML table whose fields are asked for by name and kind; what nobody asked for is an error."""

    def __init__(self, path: Path, fields: dict[str, Any], where: str = "") -> None:
        self.path = path
        self.where = where
        self._fields = dict(fields)

    def error(self, field: str, problem: str) -> ContentError:
        """A `ContentError` about one field of this record."""
        name = f"{self.where}.{field}" if self.where else field
        return ContentError(f"{_short(self.path)}: field '{name}': {problem}")

    def text(self, field: str, *, empty: bool = True) -> str:
        """A string; `empty=False` refuses a blank one."""
        value = str(self._take(field, str))
        if not empty and not value.strip():
            raise self.error(field, "is empty")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of strings; missing is an empty list."""
        value = self._fields.pop(field, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(field, "must be a list of texts")
        return tuple(value)

    def number(self, field: str) -> int:
        """A whole number."""
        value = self._take(field, int)
        assert isinstance(value, int)
        return value

    def flag(self, field: str) -> bool:
        """True or false."""
        return bool(self._take(field, bool))

    def day(self, field: str) -> date:
        """A date written without quotes, as 2026-11-22."""
        value = self._take(field, date)
        assert isinstance(value, date)
        return value

    def day_if_any(self, field: str) -> date | None:
        """A date, or None when the field is not there."""
        return self.day(field) if field in self._fields else None

    def one_of(self, field: str, allowed: Iterable[str]) -> str:
        """A string from a closed set."""
        value = self.text(field)
        choices = list(allowed)
        if value not in choices:
            raise self.error(field, f"'{value}' is not one of {', '.join(choices)}")
        return value

    def tables(self, field: str) -> "list[Record]":
        """The records of a list of tables ([[field]]); missing is an empty list."""
        value = self._fields.pop(field, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(field, f"must be a list of tables ([[{field}]])")
        return [Record(self.path, item, f"{field}[{place}]") for place, item in enumerate(value)]

    def close(self) -> None:
        """Refuse fields that nobody asked for: most are misspelled."""
        for field in self._fields:
            raise self.error(field, "is not known here")

    def _take(self, field: str, kind: type) -> object:
        if field not in self._fields:
            raise self.error(field, "is missing")
        value = self._fields.pop(field)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(field, f"must be of kind {kind.__name__}, not {type(value).__name__}")
        return value


def read_toml(path: Path) -> Record:
    """The file as a record. Raises `ContentError` when it is not UTF-8 or not TOML."""
    return Record(path, _parsed(path))


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ContentError(f"{_short(path)}: cannot be read: {problem}") from None


def read_lines(path: Path) -> list[str]:
    """The lines of a text file without comments (#) and blank lines; an absent file has none."""
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as problem:
        raise ContentError(f"{_short(path)}: cannot be read: {problem}") from None
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _short(path: Path) -> str:
    return "/".join(path.parts[-3:])
