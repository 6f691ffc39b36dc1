"""What makes the suite cheap and changes nothing that is tested.

Statements are compiled once, memory is looked through less often, files lie in memory, and a flow is not played again
on everything it could be played on.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.tables import Table

IN_CI = bool(os.environ.get("CI"))
"""There the long forms are played: a developer waits six minutes at most, `.ci/run` may take twenty."""
DATABASES = ("sqlite", "postgresql")
SHARED = Path("/dev/shm")
ENOUGH = 2 * 2**30
"""Bytes that must be free in memory before files are put there."""


def keep_files_in_memory() -> None:
    """A commit waits for the disk as ever; the disk of a test is memory, where there is such a place."""
    if SHARED.is_dir() and os.access(SHARED, os.W_OK) and shutil.disk_usage(SHARED).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(SHARED))


def settle_memory() -> None:
    """What has been imported and collected stays: looking through it again and again took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@cache
def _alike(dialect: type[Any]) -> type[Any]:
    """A dialect that equals others of its kind, as a key of compiled statements."""
    same = {"__eq__": lambda one, other: type(one) is type(other), "__hash__": lambda one: hash(type(one))}
    return type(dialect.__name__, (dialect,), {**same, "supports_statement_cache": True})


_compiled: dict[type[Any], Any] = {}


def forget_compiled() -> None:
    """Whoever patches a column type: compiled statements hold the old one."""
    for known in (*_compiled.values(), *(mapper._compiled_cache for mapper in Table.registry.mappers)):
        known.clear()


def create_thrifty_engine(url: str, **options: Any) -> AsyncEngine:
    """An engine that knows what others have compiled: each test opens its own, and a bot has one for its whole life."""
    engine = create_async_engine(url, **options)
    dialect: Any = engine.sync_engine.dialect
    dialect.__class__ = _alike(dialect.__class__)
    known = _compiled.setdefault(dialect.__class__, engine.sync_engine._compiled_cache)
    engine.sync_engine._compiled_cache = known
    return engine


def play_once(items: Iterable[pytest.Item]) -> None:
    """Leave repetitions to `.ci/run` and `-m soak`: whatever is played on both databases is played on one of them.

    What people read does not depend on the database: every fourth flow of a file is played on PostgreSQL, the others on
    SQLite. So are rules and what they store, one value after the other. Faults, where processes meet and races are
    lost, are played on PostgreSQL, and every fourth on SQLite too. Of a flow in several languages one is spoken,
    another one from flow to flow. What exists in one form is always played, and promises are kept on both.
    """
    files: dict[Path, dict[object, list[pytest.Item]]] = {}
    for item in () if IN_CI else items:
        if item.get_closest_marker("soak") is None:
            files.setdefault(item.path, {}).setdefault(_without_database(item), []).append(item)
    for path, forms in files.items():
        pairs = [each for each in forms.values() if len(each) == len(DATABASES)] if "promises" not in path.parts else []
        for number, pair in enumerate(pairs):
            postgresql, sqlite = sorted(pair, key=lambda item: str(_of(item, "database_url")))
            fourth = number % 4 == 0
            if "faults" not in path.parts:
                (sqlite if fourth else postgresql).add_marker(pytest.mark.soak)
            elif not fourth:
                sqlite.add_marker(pytest.mark.soak)
        if "flows" in path.parts:
            _speak_one(each for twins in forms.values() for each in twins)


def _speak_one(items: Iterable[pytest.Item]) -> None:
    flows: dict[str, list[pytest.Item]] = {}
    for item in items:
        if _of(item, "language"):
            flows.setdefault(getattr(item, "originalname", item.name), []).append(item)
    for number, forms in enumerate(flows.values()):
        languages = list(dict.fromkeys(_of(item, "language") for item in forms))
        for item in forms:
            if _of(item, "language") != languages[number % len(languages)]:
                item.add_marker(pytest.mark.soak)


def _without_database(item: pytest.Item) -> object:
    """What a test and its twin on the other database have in common."""
    database = _of(item, "database_url")
    values = str(item.callspec.id).split("-") if isinstance(item, pytest.Function) and database in DATABASES else []
    return (
        (getattr(item, "originalname", ""), *(each for each in values if each != database)) if values else item.nodeid
    )


def _of(item: pytest.Item, parameter: str) -> object:
    return getattr(getattr(item, "callspec", None), "params", {}).get(parameter)


def many(short: int, long: int) -> int:
    """How many of something: fewer where somebody waits for it."""
    return long if IN_CI else short


def in_turn(name: str, values: Sequence[object]) -> pytest.MarkDecorator:
    """Values of a costly test, each on one database in turn; under CI each on both."""
    pairs = product(DATABASES, values) if IN_CI else [(DATABASES[n % 2], each) for n, each in enumerate(values)]
    return pytest.mark.parametrize(("database_url", name), list(pairs), indirect=["database_url"])


def costly(test: Callable[..., Any]) -> Callable[..., Any]:
    """A test that is played under CI and with `-m soak` only."""
    return test if IN_CI else cast(Callable[..., Any], pytest.mark.soak(test))
