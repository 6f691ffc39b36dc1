"""Imports only point down, in the order that docs/architecture.md draws."""

import re

import pytest

from tests.promises.tree import PACKAGES, ROOT, Module, modules, parsed


def drawn() -> list[set[str]]:
    """The layers from the picture in the docs, the highest first."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    picture = re.search(r"^## Layers\n.*?```text\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert picture, "docs/architecture.md draws no layers"
    return [set(re.findall(r"\w+", line)) for line in picture[1].splitlines()]


def upward(module: Module, layers: list[set[str]]) -> list[str]:
    """Imports of a module that do not point down to a lower layer or stay in its own package."""
    height = {package: place for place, layer in enumerate(layers) for package in layer}
    targets = {name.split(".")[0] for name in module.imports()} & {*height, "simulator", "tests", "benchmarks"}
    own = height[module.package]
    return [
        f"{module.path} imports {target}"
        for target in sorted(targets - {module.package})
        if height.get(target, -1) <= own and not (module.path == "bot/demo.py" and target == "simulator")
    ]


def test_the_picture_names_every_package_once() -> None:
    named = [package for layer in drawn() for package in sorted(layer)]
    assert sorted(named) == sorted(PACKAGES)
    on_disk = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"simulator", "tests", "benchmarks"}
    assert set(named) == on_disk


def test_imports_only_point_down_and_siblings_never_import_each_other() -> None:
    layers = drawn()
    assert [fault for module in modules(*PACKAGES) for fault in upward(module, layers)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("scheduling/x.py", "from people.store import holders"),
        ("delivery/x.py", "import handlers.screen"),
        ("storage/x.py", "from bot import clock"),
        ("locales/x.py", "import storage"),
        ("bot/x.py", "from simulator.world import World"),
        ("handlers/x.py", "def f():\n    from tests import house"),
    ],
)
def test_an_import_that_points_up_or_sideways_is_seen(path: str, line: str) -> None:
    assert upward(parsed(path, line), drawn())


def test_every_layer_but_the_lowest_rests_on_another() -> None:
    *upper, lowest = drawn()
    for package in (name for layer in upper for name in layer):
        targets = {name.split(".")[0] for module in modules(package) for name in module.imports()} & set(PACKAGES)
        assert targets - {package}, f"{package} imports nothing: is the picture still true?"
    for package in lowest:
        targets = {name.split(".")[0] for module in modules(package) for name in module.imports()} & set(PACKAGES)
        assert targets == {package}


def test_the_simulator_knows_nothing_of_the_house_and_only_the_demo_knows_it() -> None:
    house = set(PACKAGES)
    inward = {name.split(".")[0] for module in modules("simulator") for name in module.imports()}
    assert inward & (house | {"tests", "benchmarks"}) == set()
    knowing = {module.path for module in modules(*PACKAGES) if any(n.startswith("simulator") for n in module.imports())}
    assert knowing == {"bot/demo.py"}
