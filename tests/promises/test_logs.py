"""A log line says what happened from a closed set of fields, and never to whom or in which words."""

import ast
import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot import log
from tests.promises.tree import PACKAGES, Module, dotted, modules

ALWAYS = {"at", "level", "event", "logger", "error", "cause", "where"}
TELLING = {
    "text",
    "id",
    "token",
    "chat",
    "person",
    "name",
    "phone",
    "code",
    "language",
    "update",
    "message",
    "url",
    "key",
}
"""What would say who it was about or what they wrote."""


def events() -> list[tuple[Module, ast.Call]]:
    found = [
        (m, call) for m in modules(*PACKAGES) for call in m.calls() if dotted(call.func) in ("log.event", "event.log")
    ]
    assert len(found) >= 10, "the house logs nothing?"
    return found


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the process writes to its log; the logging of the test process is put back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger(log.OURS)
    before = (root.handlers[:], root.level, ours.level)
    stream = io.StringIO()
    log.set_up(stream, logging.DEBUG)
    yield stream
    root.handlers[:], root.level, ours.level = before


def test_no_field_can_name_a_person_or_their_words() -> None:
    parts = {part for field in log.FIELDS for part in field.split("_")}
    assert parts
    assert parts & TELLING == set()


def test_every_event_is_named_in_the_code_and_uses_known_fields_only() -> None:
    faults = []
    for module, call in events():
        named = call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
        unknown = {each.arg for each in call.keywords} - log.FIELDS - {"level", "error"}
        if not named or unknown or len(call.args) != 1:
            faults.append(f"{module.path}:{call.lineno} {unknown or ''}")
    assert faults == []


def test_nothing_in_the_house_logs_past_the_one_door() -> None:
    assert {module.path for module in modules(*PACKAGES) if "logging" in module.imports()} == {"bot/log.py"}


def test_an_unknown_field_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="not a log field"):
        log.event("x", telegram_id=7)


def test_neither_the_words_of_an_error_nor_of_a_library_reach_the_log(lines: io.StringIO) -> None:
    try:
        raise RuntimeError("Aye wrote: chest pain, token 123456:ABC")
    except RuntimeError as error:
        log.event("update-failed", level=40, error=error, kind="text")
    logging.getLogger("aiohttp.access").error("GET /bot123456:ABC/getMe for %s", "Aye")
    written = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert len(written) == 2
    assert (written[0]["event"], written[0]["error"], written[1]["logger"]) == (
        "update-failed",
        "RuntimeError",
        "aiohttp.access",
    )
    assert {key for line in written for key in line} <= ALWAYS | log.FIELDS
    assert not any(word in lines.getvalue() for word in ("Aye", "chest", "123456"))
