"""One JSON line per event, from a closed set of fields.

The rule: no text of a person, no id, no token can get into a log, because nothing but these fields is ever written.
A message of a library is not written at all, only its logger and level; a traceback is reduced to places in code.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

FIELDS = frozenset(
    {"kind", "outcome", "lane", "count", "seconds", "method", "state", "port", "revision", "tries", "reason"}
)
"""What an event may say of itself: counts, classes and durations, never contents."""
OURS = "front_door"
_logger = logging.getLogger(OURS)


class Lines(logging.Formatter):
    """Formats a record as one JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        """Only known fields leave this function."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == OURS:
            line["event"] = record.msg
            line |= getattr(record, "fields", {})
        else:
            line["logger"] = record.name
        if record.exc_info and record.exc_info[1]:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def event(name: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: object) -> None:
    """Log one event.

    Raises:
        ValueError: a field that is not in `FIELDS`; a test calls every event of the house.
    """
    unknown = fields.keys() - FIELDS
    if unknown:
        raise ValueError(f"not a log field: {sorted(unknown)}")
    _logger.log(level, name, extra={"fields": fields}, exc_info=error)


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every logger of the process through `Lines`."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    _logger.setLevel(level)


def _error(error: BaseException) -> dict[str, object]:
    """The class of an error and where it passed, never its words: they may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "error": type(error).__name__,
        "cause": type(error.__cause__).__name__ if error.__cause__ else "",
        "where": [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames],
    }
