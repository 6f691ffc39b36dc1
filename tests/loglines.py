"""What the house would write into its log during the whole suite, with every logger of every library at DEBUG.

Nothing is kept but faults: a line that is not of closed fields and kinds, or that holds a secret of the tests.
Of a library's chatter one line of each level is looked at, because no more than its logger and level is ever written;
after that its logger is hushed up to that level, which saves time in every test.
"""

import io
import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot import log

ALWAYS = {"at", "level", "event", "logger", "error", "cause", "where"}
"""What a line may hold besides `log.FIELDS`."""
TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
PLACE = re.compile(r"[\w<>.-]+:\d+ [\w<>.]+")
CLASS = re.compile(r"\w{0,80}")
MOST = 20
"""Faults that are shown."""
_hushed: dict[str, int] = {}
"""Loggers of libraries, and the level they had."""
_aloud = False


class Watch(logging.Handler):
    """Formats every record as the running bot would, and looks at the line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(logging.DEBUG)
        self.faults: list[str] = []
        self.lines = 0
        self._lines = log.Lines()
        self._secrets = tuple(filter(None, secrets))
        self._seen: set[tuple[str, int]] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != log.OURS and not record.exc_info:
            _hush(record)
            if (record.name, record.levelno) in self._seen:
                return  # of a library's message nothing but these two is written
            self._seen.add((record.name, record.levelno))
        self.lines += 1
        self.take(self._lines.format(record))

    def take(self, line: str) -> None:
        if why := self.fault(line):
            self.faults = [*self.faults, f"{why}: {line[:200]}"][:MOST]

    def fault(self, line: str) -> str:
        """What is wrong with a line; empty when nothing is."""
        if TOKEN.search(line) or any(secret in line for secret in self._secrets):
            return "a secret"
        fields = json.loads(line)
        if unknown := fields.keys() - ALWAYS - log.FIELDS:
            return f"fields {sorted(unknown)}"
        if not all(PLACE.fullmatch(place) for place in fields.get("where", [])):
            return "a place that is none"
        if not all(CLASS.fullmatch(fields.get(name, "")) for name in ("error", "cause")):
            return "a class that is none"
        values = {name: value for name, value in fields.items() if name in log.FIELDS | {"event"}}
        if log.HIDDEN in values.values():
            return "a value of no closed kind"
        return ""


@contextmanager
def watching(secrets: Iterable[str]) -> Iterator[Watch]:
    """Watch every logger of this process."""
    watch, root, strict = Watch(secrets), logging.getLogger(), log.strict
    level = root.level
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    log.strict = True
    try:
        yield watch
    finally:
        root.removeHandler(watch)
        root.setLevel(level)
        log.strict = strict
        _unhush()


@contextmanager
def aloud() -> Iterator[None]:
    """While this lasts libraries chatter as much as they like."""
    global _aloud
    _unhush()
    _aloud = True
    try:
        yield
    finally:
        _aloud = False


def _hush(record: logging.LogRecord) -> None:
    if record.levelno < logging.WARNING and not _aloud:
        logger = logging.getLogger(record.name)
        _hushed.setdefault(record.name, logger.level)
        logger.setLevel(max(logger.level, record.levelno + 1))


def _unhush() -> None:
    for name, level in _hushed.items():
        logging.getLogger(name).setLevel(level)
    _hushed.clear()


@contextmanager
def written() -> Iterator[io.StringIO]:
    """What the process writes to its log, at DEBUG; the logging of the test process is put back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger(log.OURS)
    before = (root.handlers[:], root.level, ours.level)
    stream = io.StringIO()
    log.set_up(stream, logging.DEBUG)
    yield stream
    root.handlers[:], root.level, ours.level = before
