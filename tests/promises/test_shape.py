"""Files stay small and are named after what they hold."""

from pathlib import PurePosixPath

from tests.promises.tree import ROOT, files

LONGEST = 300
"""Lines of a file that are not blank."""
SAYS_NOTHING = {"utils", "util", "common", "helpers", "helper", "base", "misc"}
CODE = {".py", ".js", ".css"}


def code() -> list[PurePosixPath]:
    found = [PurePosixPath(path) for path in files() if PurePosixPath(path).suffix in CODE]
    assert {path.suffix for path in found} == CODE
    return found


def test_no_file_of_code_is_longer_than_three_hundred_lines() -> None:
    lengths = {
        str(path): sum(1 for line in (ROOT / path).read_text("utf-8").splitlines() if line.strip()) for path in code()
    }
    assert max(lengths.values()) > 100
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_no_module_or_folder_is_named_after_nothing() -> None:
    assert [str(path) for path in code() if SAYS_NOTHING & {*path.parts[:-1], path.stem}] == []
