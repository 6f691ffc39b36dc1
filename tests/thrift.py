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
    """Leave repetitions of flows to `.ci/run` and `-m soak`; each flow is played at least once.

    What people read does not depend on the database: PostgreSQL plays every third flow of a file, and each that is for
    PostgreSQL alone. Of a flow in several languages two are spoken, other ones from flow to flow.
    """
    flows: dict[object, dict[object, list[pytest.Item]]] = {}
    for item in () if IN_CI else items:
        if "flows" in item.path.parts:
            name = getattr(item, "originalname", item.name)
            flows.setdefault(item.path, {}).setdefault(name, []).append(item)
    for file in flows.values():
        for number, forms in enumerate(file.values()):
            both = {_of(each, "database_url") for each in forms} >= set(DATABASES)
            languages = list(dict.fromkeys(each for item in forms if (each := _of(item, "language"))))
            spoken = {languages[(number + each) % len(languages)] for each in range(2)} if languages else {None}
            for item in forms:
                again = both and _of(item, "database_url") == "postgresql"
                if (again and number % 3) or _of(item, "language") not in spoken:
                    item.add_marker(pytest.mark.soak)
                if again and languages and _of(item, "language") != languages[number % len(languages)]:
                    item.add_marker(pytest.mark.soak)


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
