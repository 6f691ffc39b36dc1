"""The page of controls: each guard has a test that relies on it and a control without it. Parsed, never run."""

import ast
import re
from collections.abc import Iterable
from functools import cache

import pytest

from tests.promises.tree import ROOT, modules

PAGE = (ROOT / "docs/controls.md").read_text("utf-8")
NAMED = re.compile(r"`([\w/]+\.py::test_\w+)`( \(soak\))?")
Test = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def every_test() -> dict[str, Test]:
    """Every test there is, by its path below `tests/` and its name."""
    found = {}
    for module in modules("tests"):
        for node in ast.walk(module.tree):
            if isinstance(node, Test) and node.name.startswith("test_"):
                found[f"{module.path.removeprefix('tests/')}::{node.name}"] = node
    return found


def guards(page: str) -> list[tuple[str, str, str]]:
    """What each row says: the guard, what relies on it, its controls."""
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith(("| Guard", "| ---"))]
    return [(guard, test, controls) for guard, test, controls in (line.strip("| ").split(" | ") for line in lines)]


def is_control(name: str, test: Test) -> bool:
    """Whether it stands among controls and tells what comes of it, or its first line says that it is one."""
    file, _, does = name.partition("::")
    return ("/test_controls_" in file and "_without_" in does) or _says_so(test)


def is_soak(test: Test) -> bool:
    """Whether it is left out of an ordinary run."""
    return any(getattr(each, "attr", getattr(each, "id", "")) == "soak" for each in test.decorator_list)


def _says_so(test: Test) -> bool:
    lines = (ast.get_docstring(test) or "").splitlines()
    return bool(lines) and lines[0].lower().startswith(("the control", "a control"))


def faults(page: str, known: dict[str, Test]) -> Iterable[str]:
    """What is wrong with a page of controls."""
    for guard, relied, controls in guards(page):
        for what, cell in (("relied on by", relied), ("control", controls)):
            named = NAMED.findall(cell)
            if not named:
                yield f"{guard}: nothing stands below '{what}'"
            for name, soak in named:
                if name not in known:
                    yield f"{guard}: there is no {name}"
                elif bool(soak) != is_soak(known[name]):
                    yield f"{guard}: {name} is marked soak here or there, not in both"
                elif what == "control" and not (is_control(name, known[name]) or "_controls.py" in name):
                    yield f"{guard}: {name} does not say that it is a control"
                elif what == "relied on by" and is_control(name, known[name]):
                    yield f"{guard}: {name} is a control, nothing relies on it"
    listed = {name for _, _, controls in guards(page) for name, _ in NAMED.findall(controls)}
    for name, test in known.items():
        if is_control(name, test) and name not in listed:
            yield f"{name} stands on no line"


def test_every_guard_has_a_test_that_relies_on_it_and_a_control() -> None:
    assert list(faults(PAGE, every_test())) == []
    assert len(guards(PAGE)) >= 45


SOUND = "| a guard | `a/test_x.py::test_it` | `a/test_controls_x.py::test_without_it` |"
KNOWN = {
    "a/test_x.py::test_it": "def test_it(): ...",
    "a/test_controls_x.py::test_without_it": "def test_without_it(): ...",
}


@pytest.mark.parametrize(
    ("page", "more", "fault"),
    [
        ("", "", "stands on no line"),
        (SOUND.replace("test_it`", "test_that`"), "", "there is no"),
        (SOUND.replace(" `a/test_x.py::test_it`", " soon"), "", "nothing stands below 'relied on by'"),
        (SOUND.replace("`a/test_x.py::test_it`", "`a/test_x.py::test_it` (soak)"), "", "is marked soak"),
        (SOUND + "\n" + SOUND.replace("test_controls_x.py::test_without_it", "test_x.py::test_it"), "", "does not say"),
        (SOUND, "def test_more(): 'The control.'", "stands on no line"),
    ],
)
def test_what_is_missing_on_the_page_is_seen(page: str, more: str, fault: str) -> None:
    sources = KNOWN | ({"a/test_y.py::test_more": more} if more else {})
    known = {name: node for name, source in sources.items() if isinstance(node := ast.parse(source).body[0], Test)}
    assert list(faults(SOUND, {name: known[name] for name in KNOWN})) == []
    assert any(fault in each for each in faults(page, known))
