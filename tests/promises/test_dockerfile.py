"""The Dockerfile, read as `deploy/clean_root.sh` reads it: what gets in, what stays out, what is run."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli import _parser
from deploy.clean_root import Chroot, take_in
from deploy.dockerfile_steps import CannotRead, context, copies, environment, is_ignored, read
from tests.promises.tree import PACKAGES, ROOT, files

TEXT = (ROOT / "Dockerfile").read_text("utf-8")
RULES = (ROOT / ".dockerignore").read_text("utf-8")
BUILD, FINAL = read(TEXT)


def inside() -> set[str]:
    """Every file of ours that a COPY of the first stage takes in."""
    found: set[str] = set()
    for word, rest in BUILD.steps:
        if word == "COPY":
            _, sources, _ = copies(rest)
            for source in sources:
                taken = context(ROOT, source, RULES)
                assert taken, f"COPY {rest} takes nothing in"
                found |= {path.as_posix() for path in taken}
    return found


def test_two_stages_from_the_same_image_and_what_builds_stays_behind() -> None:
    assert (BUILD.name, BUILD.image) == ("build", FINAL.image)
    taken = [copies(rest) for word, rest in FINAL.steps if word == "COPY"]
    assert {stage for stage, _, _ in taken} == {"build"}
    assert [source for _, sources, _ in taken for source in sources] == [
        "/venv",
        "/app",
        "/usr/lib/*-linux-gnu/libfribidi.so.0*",
    ]


def test_every_tracked_file_of_the_house_gets_in_and_nothing_else() -> None:
    house = (*PACKAGES, "simulator")
    wanted = {path for path in files() if path.split("/")[0] in house}
    found = inside()
    assert wanted <= found
    others = {path for path in found if path.split("/")[0] not in house}
    assert others == {"requirements/run.txt", "LICENSE", "docs/licences.md"}
    assert not [path for path in found if path.startswith(("deploy/", "tests/", "benchmarks/", ".git", ".env"))]


def test_it_serves_as_nobody_on_a_root_it_cannot_write_to() -> None:
    assert FINAL.last("USER") == "10001:10001"
    assert FINAL.command() == ["python", "-m", "bot", "run"]
    assert _parser().parse_args(FINAL.command()[3:]).run
    assert FINAL.health_command()[:2] == ["python", "-c"]
    assert "/healthz" in FINAL.health_command()[2]
    compile(FINAL.health_command()[2], "healthcheck", "exec")
    given = environment(FINAL.last("ENV"), {"PATH": "/usr/bin"})
    assert given["PATH"] == "/venv/bin:/usr/bin"
    assert given["BOT_CACHE"] == environment(BUILD.last("ENV"), {})["BOT_CACHE"]
    assert given["BOT_CACHE"].startswith("/app/"), "the model is built in"


@pytest.mark.parametrize(
    ("path", "out"),
    [
        ("bot/app.py", False),
        ("bot/__pycache__/app.pyc", True),
        ("bot/.env", True),
        ("storage/bot.db", True),
        ("storage/bot.db-wal", True),
        ("tests/house.py", True),
        ("deploy/clean_root.py", True),
        ("secrets/token", True),
        ("docs/licences.md", False),
        ("docs/operations.md", True),
        ("requirements/run.txt", False),
    ],
)
def test_what_is_ignored_stays_out(path: str, out: bool) -> None:
    assert is_ignored(path, RULES) == out


@pytest.mark.parametrize(
    "line", ["ADD x y", "ONBUILD RUN x", "RUN x", "FROM python:3.13\nARG X", "FROM python:3.13\nSHELL ['x']"]
)
def test_a_form_that_the_reader_does_not_know_is_refused(line: str) -> None:
    with pytest.raises(CannotRead):
        read(line)


def test_a_copy_with_unknown_options_and_an_odd_variable_are_refused() -> None:
    with pytest.raises(CannotRead):
        copies("--chmod=777 a b")
    with pytest.raises(CannotRead):
        environment("NAME value", {})


def test_a_copy_takes_files_to_where_an_engine_would(tmp_path: Path) -> None:
    build, final = Chroot(tmp_path / "build"), Chroot(tmp_path / "final")
    libraries = build.folder / "usr/lib/x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    (libraries / "libfribidi.so.0.4.0").write_text("code")
    (libraries / "libfribidi.so.0").symlink_to("libfribidi.so.0.4.0")
    (libraries / "libother.so.1").write_text("code")
    (build.folder / "venv/bin").mkdir(parents=True)
    (build.folder / "venv/bin/python").symlink_to("/usr/bin/python3")
    for _, rest in [step for step in FINAL.steps if step[0] == "COPY" and "/app" not in step[1]]:
        take_in(rest, final, {"build": build}, RULES)
    final.workdir = "/app"
    take_in("LICENSE docs/licences.md ./", final, {}, RULES)
    take_in("people people", final, {}, RULES)
    found = {str(path.relative_to(final.folder)) for path in final.folder.rglob("*") if not path.is_dir()}
    assert {path for path in found if "people" not in path} == {
        "usr/lib/libfribidi.so.0",
        "usr/lib/libfribidi.so.0.4.0",
        "venv/bin/python",
        "app/LICENSE",
        "app/licences.md",
    }
    assert "app/people/rules.py" in found
    assert (final.folder / "usr/lib/libfribidi.so.0").read_text() == "code"
    with pytest.raises(SystemExit, match="nothing is there"):
        take_in("--from=build /usr/bin/none /usr/bin/", final, {"build": build}, RULES)


@pytest.mark.soak
def test_the_steps_really_work_in_a_clean_root(tmp_path: Path) -> None:
    """Minutes, the network, and root with debootstrap; without them in a bare virtual environment."""
    if shutil.which("python3") is None:
        pytest.skip("python3 is not on the path")
    command = ["sh", str(ROOT / "deploy/clean_root.sh"), *([] if os.geteuid() == 0 else ["--bare"])]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "status: nothing is wrong" in done.stdout
