"""Each kind of knowledge lives in one place: Telegram, SQL, the environment, the clock, chance."""

import ast

import pytest

from tests.promises.tree import PACKAGES, Module, dotted, modules, parsed

STATEMENTS = {
    "select", "insert", "update", "delete", "text", "exists", "func", "case", "cast", "literal", "null", "union",
    "and_", "or_", "join", "column", "table", "desc", "asc",
}  # fmt: skip
"""What SQLAlchemy builds statements with."""
RUNS = {"execute", "scalar", "scalars", "stream", "exec_driver_sql"}
"""Methods of a session that run a statement."""
WRITES = {"add", "add_all", "delete", "merge", "flush", "refresh", "commit", "rollback", "begin"}
"""Methods of a session that change what is stored."""
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
          "time.localtime", "time.gmtime", "datetime.datetime.now", "datetime.date.today"}  # fmt: skip
CHANCE = {"random", "secrets", "uuid", "numpy.random"}
WITH_CHANCE = {
    "storage/keys.py",  # nonces and keys: nobody may choose or foresee them
    "storage/types.py",  # row numbers that tell nothing
    "bot/clock.py",  # codes and invites
}


def _may_hold_sql(path: str) -> bool:
    return path.startswith(("storage/", "delivery/")) or path.endswith("/store.py") or "/store/" in path


def sql(module: Module) -> list[str]:
    """Where a module builds or runs a statement."""
    built = [name for name in module.imports() if name.startswith("sqlalchemy") and name.split(".")[-1] in STATEMENTS]
    run = [call for call in module.calls() if _method(call) in RUNS and "session" in dotted(call.func).lower()]
    return built + [f"line {call.lineno}: {dotted(call.func)}" for call in run]


def clock_reads(module: Module) -> set[str]:
    return (module.mentions() | module.imports()) & CLOCKS


def chance(module: Module) -> set[str]:
    drawn = {name for name in module.imports() if name in CHANCE or name.split(".")[0] in CHANCE}
    return drawn | {name for name in module.mentions() if name in ("os.urandom", "np.random.default_rng")}


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def test_only_bot_knows_telegram() -> None:
    knowing = {
        module.package
        for module in modules(*PACKAGES, "simulator")
        if any(name.split(".")[0] == "telegram" for name in module.imports())
    }
    assert knowing == {"bot"}


def test_sql_is_written_in_stores_delivery_and_storage_alone() -> None:
    with_sql = {module.path for module in modules(*PACKAGES) if sql(module)}
    assert {path for path in with_sql if not _may_hold_sql(path)} == set()
    assert {
        "scheduling/store/places.py",
        "people/store/persons.py",
        "alerts/store/drafts.py",
        "delivery/claiming.py",
    } <= with_sql


@pytest.mark.parametrize(
    "source",
    ["from sqlalchemy import select", "from sqlalchemy.dialects.postgresql import insert", "request.session.scalar(x)"],
)
def test_a_statement_in_the_wrong_place_is_seen(source: str) -> None:
    assert sql(parsed("handlers/x.py", source))


def test_handlers_neither_write_nor_name_more_of_sqlalchemy_than_the_session_they_pass_on() -> None:
    named, written = set(), []
    for module in modules("handlers"):
        named |= {name for name in module.imports() if name.split(".")[0] == "sqlalchemy"}
        written += [
            f"{module.path}:{call.lineno}"
            for call in module.calls()
            if _method(call) in RUNS | WRITES and dotted(call.func).split(".")[-2:-1] == ["session"]
        ]
    assert named == {"sqlalchemy.ext.asyncio", "sqlalchemy.ext.asyncio.AsyncSession"}
    assert written == []


def test_transactions_are_opened_by_bot_and_ended_by_storage() -> None:
    opened, ended = set(), set()
    for module in modules(*PACKAGES):
        methods = {_method(call) for call in module.calls()}
        opened |= {module.path} if methods & {"writing", "reading", "looking", "counting"} else set()
        ended |= {module.package} if methods & {"commit", "rollback"} else set()
    assert {path for path in opened if not path.startswith("bot/")} <= {"storage/database.py", "storage/rotation.py"}
    assert {"bot/unit.py", "bot/sender.py"} <= opened
    assert ended <= {"storage"}


def test_only_settings_and_the_crash_points_read_the_environment() -> None:
    reading = set()
    for module in modules(*PACKAGES, "simulator"):
        if {"os.environ", "os.getenv", "os.environb"} & module.mentions() or {
            "os.environ",
            "os.getenv",
        } & module.imports():
            reading.add(module.path)
    # these two set one switch of a library that knows no other way: python-telegram-bot, and the algebra under numpy
    switches = {"bot/__init__.py", "answers/__init__.py"}
    assert reading == {"bot/settings.py", "bot/crashpoint.py", *switches}


def test_the_time_of_day_is_read_by_two_clocks_alone() -> None:
    assert {module.path for module in modules(*PACKAGES, "simulator") if clock_reads(module)} == {
        "bot/clock.py",
        "simulator/clock.py",
    }


@pytest.mark.parametrize(
    "source", ["datetime.now(UTC)", "x = date.today", "time.time()", "datetime.datetime.now()", "from time import time"]
)
def test_a_hidden_clock_is_seen(source: str) -> None:
    assert clock_reads(parsed("scheduling/x.py", source))


def test_chance_enters_in_three_places_alone() -> None:
    assert {module.path for module in modules(*PACKAGES) if chance(module)} == WITH_CHANCE


@pytest.mark.parametrize("source", ["import random", "from secrets import choice", "from numpy import random"])
def test_hidden_chance_is_seen(source: str) -> None:
    assert chance(parsed("scheduling/x.py", source))
