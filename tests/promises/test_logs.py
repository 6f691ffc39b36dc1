"""A log line says what happened from a closed set of fields, and never to whom or in which words."""

import ast
import asyncio
import gc
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from answers.ask import Finder
from bot import log
from bot.app import App
from tests.conftest import RING, TOKEN, settings_for
from tests.loglines import ALWAYS, Watch, written
from tests.promises.tree import PACKAGES, ROOT, Module, dotted, modules

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
    """What the process writes to its log."""
    with written() as stream:
        yield stream


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


OPEN_ENDED = ["Aye Aye", "my chest hurts", "7123456789", 7_123_456_789, "0812345678", "ဟယ်လို", ["x"], b"x", "a\nb"]


@pytest.mark.parametrize("value", OPEN_ENDED)
def test_an_open_ended_value_is_refused_in_a_test_and_hidden_in_the_field(
    value: object, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="not a value for the log"):
        log.event("x", kind=value)
    monkeypatch.setattr(log, "strict", False)
    log.event("x", kind=value, telegram_id=7)
    written = json.loads(lines.getvalue())
    assert (written["kind"], "telegram_id" in written) == ("?", False)


@pytest.mark.parametrize("value", ["polling", "TimedOut", "day-before", "0003", 0, 100_000, 0.25, True, None])
def test_counts_names_and_classes_are_written_as_they_are(value: object, lines: io.StringIO) -> None:
    log.event("x", kind=value)
    assert json.loads(lines.getvalue())["kind"] == value


SAID = "Aye 7123456789 chest pain"


def _warn() -> None:
    warnings.warn(SAID, UserWarning, stacklevel=2)


def _forget_a_task() -> None:
    async def fail() -> None:
        raise RuntimeError(SAID)

    async def leave() -> None:
        task = asyncio.ensure_future(fail())
        await asyncio.sleep(0)
        del task

    asyncio.run(leave())
    gc.collect()


def _die_in_silence() -> None:
    class Fragile:
        def __del__(self) -> None:
            raise RuntimeError(SAID)

    Fragile()
    gc.collect()


def _raise_at_the_top() -> None:
    sys.excepthook(RuntimeError, RuntimeError(SAID), None)


@pytest.mark.parametrize(
    ("mishap", "named"),
    [
        (_warn, {"logger": "py.warnings"}),
        (_forget_a_task, {"logger": "asyncio", "error": "RuntimeError"}),
        (_die_in_silence, {"event": "unraisable", "error": "RuntimeError"}),
        (_raise_at_the_top, {"event": "uncaught", "error": "RuntimeError"}),
    ],
)
def test_what_python_prints_by_itself_goes_through_the_log_too(
    mishap: Callable[[], None], named: dict[str, str], lines: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    hooks, way = (sys.excepthook, sys.unraisablehook, threading.excepthook), logging.getLoggerClass()
    log.catch_the_rest()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            logging.captureWarnings(False)
            logging.captureWarnings(True)  # `catch_warnings` has put the old way of showing them back
            mishap()
    finally:
        logging.captureWarnings(False)
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        logging.setLoggerClass(way)
    [written] = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert named.items() <= written.items()
    assert "Aye" not in lines.getvalue() + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "record",
    [
        {"name": "httpx", "msg": f"POST https://api.telegram.org/bot{TOKEN}/getMe"},
        {"name": log.OURS, "msg": TOKEN},
        {"name": log.OURS, "msg": "started", "fields": {"kind": TOKEN}},
        {"name": log.OURS, "msg": "started", "fields": {"text": "chest pain"}},
        {"name": TOKEN, "msg": "x"},
    ],
)
def test_a_record_made_past_the_door_is_closed_by_the_formatter(record: dict[str, Any]) -> None:
    line = log.Lines().format(logging.makeLogRecord({"levelname": "INFO"} | record))
    assert TOKEN not in line
    assert "chest" not in line


@pytest.mark.parametrize(
    "line",
    [
        {"at": "x", "level": "info", "event": "started", "kind": f"bot{TOKEN}"},
        {"at": "x", "level": "info", "event": "started", "text": "hello"},
        {"at": "x", "level": "info", "event": "x", "error": "Failed for Aye"},
        {"at": "x", "level": "info", "event": "x", "where": ["Aye said: no"]},
        {"at": "x", "level": "info", "event": "?"},
        {"at": "x", "level": "info", "event": "x", "kind": RING.written()[3:47]},
    ],
)
def test_the_watch_over_the_suite_sees_what_it_looks_for(line: dict[str, Any]) -> None:
    watch = Watch([RING.written()[3:47]])
    watch.take(json.dumps({"at": "2026", "level": "info", "event": "started", "kind": "polling"}))
    assert watch.faults == []
    watch.take(json.dumps(line))
    assert len(watch.faults) == 1


@pytest.mark.parametrize("order", ["import bot.app; cli._close_up()", "cli._close_up(); import bot.app"])
def test_a_running_process_has_no_way_out_of_the_log_but_ours(order: str) -> None:
    program = (
        f"import logging, sys; from bot import cli; {order};"
        "named = [logging.getLogger(name) for name in logging.root.manager.loggerDict];"
        "ways = [way for logger in (logging.root, *named) for way in logger.handlers];"
        "print([type(way.formatter).__name__ for way in ways if not isinstance(way, logging.NullHandler)])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['Lines']"


def test_settings_and_the_app_show_no_secret(finder: Finder) -> None:
    password = "hunter2-and-more"
    settings = settings_for(
        "http://127.0.0.1:1", f"postgresql://bot:{password}@127.0.0.1:1/x", webhook_url="", webhook_secret="w" * 40
    )
    app = App(settings, finder=finder)
    shown = "".join(map(repr, (settings, app, app.database, app.database.writer, app.bot.request, settings.ring())))
    shown += str(settings) + str(app.database.writer.url) + repr(settings.token) + repr(settings.keys)
    for secret in (password, TOKEN, "w" * 40, RING.written()[3:47]):
        assert secret not in shown


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
