"""Every way to a clinic's rows asks which clinics are the asker's own. Parsed, never run."""

import ast

from handlers.routes import BUTTONS, COMMANDS, STEPS
from people.authority import RULES
from tests.promises.tree import dotted, modules

SCOPED = {"clinic", "clinics"}
"""The two of `people/scope.py`."""
LINES = {"my_clinics", "at_clinic", "read_change"}
"""Those of `handlers/lines.py`, which ask it for all staff commands."""


def _reaches_scope(module: ast.Module, name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function, or one of its own module that it calls, asks `people/scope.py` (or `require` at a clinic)."""
    body = {node.name: node for node in module.body if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)}
    if name not in body or name in seen:
        return False
    for call in (node for node in ast.walk(body[name]) if isinstance(node, ast.Call)):
        called = dotted(call.func)
        if called in {f"scope.{one}" for one in SCOPED} or (called == "require" and len(call.args) == 4):
            return True
        if called in LINES:
            return True
        if _reaches_scope(module, called, seen | {name}):
            return True
    return False


def test_every_way_to_a_clinics_rows_asks_which_clinics_are_ones_own() -> None:
    """One way: `people/scope.py`, or `require` with a clinic, which it calls itself."""
    trees = {module.path: module.tree for module in modules("handlers")}
    for name in ("my_clinics", "at_clinic"):
        assert _reaches_scope(trees["handlers/lines.py"], name), name
    tried = 0
    for route in (*COMMANDS.values(), *BUTTONS.values(), *STEPS.values()):
        if RULES[route.action].scope != "clinic":
            continue
        path = route.handler.__module__.replace(".", "/") + ".py"
        assert _reaches_scope(trees[path], route.handler.__name__), f"{path}: {route.handler.__name__}"
        tried += 1
    assert tried >= 6


def test_a_handler_that_asks_nobody_is_seen() -> None:
    lazy = ast.parse(
        "async def today(request):\n    return await _day(request)\nasync def _day(request):\n    return 1"
    )
    careful = ast.parse("async def today(request):\n    return await _day(request)\n"
                        "async def _day(request):\n    return await scope.clinic(request)")  # fmt: skip
    assert not _reaches_scope(lazy, "today")
    assert _reaches_scope(careful, "today")


def test_only_the_two_ways_read_which_clinics_somebody_has() -> None:
    """Nothing but `people/` may go through grants by itself to find a clinic."""
    found = {
        module.path
        for module in modules("handlers", "scheduling", "alerts", "bot")
        for name in module.imports()
        if name == "people.authority.clinics_of"
    }
    assert found == set()
