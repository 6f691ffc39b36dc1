"""One JSON line per event, from a closed set of fields with values of closed kinds.

The rule: no text of a person, no id, no token can get into a log, because nothing but these fields is ever written.
A message of a library is not written at all, only its logger and level; a traceback is reduced to places in code.
"""

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

FIELDS = frozenset(
    {"kind", "outcome", "lane", "count", "seconds", "method", "state", "port", "revision", "tries", "reason"}
)
"""What an event may say of itself: counts, classes and durations, never contents."""
NAME = re.compile(r"(?!.*\d{6})[a-z0-9_.-]{1,40}|[A-Z][A-Za-z]{1,39}")
"""What a value may be besides a number: a name of ours, or of a class. No digits that could be somebody's number."""
LOGGER = re.compile(r"(?!.*\d{6})[A-Za-z0-9_.-]{1,60}")
LARGEST = 10_000_000
"""No count of ours is larger; Telegram's ids are."""
HIDDEN = "?"
"""Stands for a value of no closed kind."""
OURS = "front_door"
strict = False
"""Whether a field or a value that is not for the log is an error, as in the tests, or is left out, as in the field."""
_logger = logging.getLogger(OURS)


class Lines(logging.Formatter):
    """Formats a record as one JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        """Only known fields, and values of closed kinds, leave this function."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == OURS:
            line["event"] = _closed(record.msg)
            given = getattr(record, "fields", {})
            line |= {name: _closed(value) for name, value in given.items() if name in FIELDS}
        else:
            line["logger"] = record.name if LOGGER.fullmatch(record.name) else HIDDEN
        if record.exc_info and record.exc_info[1]:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def event(name: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: object) -> None:
    """Log one event.

    Raises:
        ValueError: where `strict`: a field that is not in `FIELDS`, or a value that is no number and no name of ours.
    """
    if strict:
        unknown = fields.keys() - FIELDS
        if unknown:
            raise ValueError(f"not a log field: {sorted(unknown)}")
        open_ended = [key for key, value in {"event": name, **fields}.items() if _closed(value) != value]
        if open_ended:
            raise ValueError(f"not a value for the log: {open_ended}")
    _logger.log(level, name, extra={"fields": fields}, exc_info=error)


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every logger of the process through `Lines`."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    _logger.setLevel(level)


class _Plain(logging.Logger):
    """A logger of a library: whatever it says goes up to the root and out through `Lines`, nowhere else."""

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802
        """Ignored; lark, for one, would print past the log."""


def catch_the_rest() -> None:
    """Send through the log what Python and libraries would print: it may quote a person, a token, a password."""
    logging.setLoggerClass(_Plain)  # for libraries that are imported later
    for name in logging.root.manager.loggerDict:
        logging.getLogger(name).handlers.clear()
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda seen: _fatal("unraisable", seen.exc_value)
    threading.excepthook = lambda seen: _fatal("thread-failed", seen.exc_value)


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    _fatal("uncaught", error)


def _fatal(name: str, error: BaseException | None) -> None:
    event(name, level=logging.CRITICAL, error=error)


def _closed(value: object) -> object:
    """The value itself if it is of a closed kind, else `HIDDEN`."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) <= LARGEST else HIDDEN
    return str(value) if isinstance(value, str) and NAME.fullmatch(value) else HIDDEN


def _error(error: BaseException) -> dict[str, object]:
    """The class of an error and where it passed, never its words: they may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "error": type(error).__name__,
        "cause": type(error.__cause__).__name__ if error.__cause__ else "",
        "where": [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames],
    }
