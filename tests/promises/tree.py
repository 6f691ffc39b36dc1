"""The tree as it stands: tracked files, packages, and what each module imports. Parsed, never imported."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "scheduling", "answers", "alerts", "people", "handoff", "delivery", "locales", "storage")
"""The house. `simulator`, `tests` and `benchmarks` stand beside it."""


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: str
    """Relative to the root, with slashes."""
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.path.split("/")[0]

    def imports(self) -> set[str]:
        """Every module it imports and every `module.name`, wherever in the file, also those for type checkers."""
        return set(_imported(self.tree))

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def mentions(self) -> set[str]:
        """Every dotted name that is read, such as `os.environ` or `datetime.now`."""
        return set(_mentioned(self.tree))


@cache
def _imported(tree: ast.Module) -> frozenset[str]:
    return frozenset(_imports(tree))


@cache
def _mentioned(tree: ast.Module) -> frozenset[str]:
    return frozenset(name for node in ast.walk(tree) if isinstance(node, ast.Attribute) if (name := dotted(node)))


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute, "" for what is no plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else ""
    return ""


def parsed(path: str, source: str) -> Module:
    """A module from its text: how a test plants a fault without touching the tree."""
    return Module(path, ast.parse(source))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module below the folders; fails when a folder has none, so that no promise is kept by emptiness."""
    found = []
    for folder in folders:
        own = [parsed(path, (ROOT / path).read_text("utf-8")) for path in files() if path.startswith(f"{folder}/")
               and path.endswith(".py")]  # fmt: skip
        assert own, f"{folder}/ has no modules"
        found += own
    return tuple(found)


@cache
def files() -> tuple[str, ...]:
    """Every file that is tracked, or would be with `git add .`; paths with slashes, relative to the root."""
    command = ["git", "-c", "core.quotepath=off", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    found = tuple(sorted({path for path in listed.split("\0") if path and (ROOT / path).is_file()}))
    assert len(found) > 100, "git lists no files here"
    return found


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written out in full"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
