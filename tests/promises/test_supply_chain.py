"""What the house is built from: pinned, licensed, listed, and packed without rights or secrets."""

import json
import re
from importlib import metadata
from pathlib import Path

import pytest

from tests.promises.tree import ROOT

LOCKS = ("run", "dev", "audit")
LICENCES = (ROOT / "docs/licences.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "MIT", "MIT-0", "MIT-CMU",
    "MPL-2.0", "PSF-2.0", "Zlib",
    "LGPL-3.0-only",  # used unchanged, as a library that can be replaced
}  # fmt: skip
"""SPDX names of licences that an MIT-licensed program may be run and shipped with."""
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
}
"""How packages that know no SPDX name their licence."""
IN_ITS_FILE = {
    "segno": ("BSD-3-Clause", "Neither the name of the copyright holder"),
    "contourpy": ("BSD-3-Clause", "Neither the name of the copyright holder"),
    "cycler": ("BSD-3-Clause", "Neither the name of the matplotlib project"),
    "kiwisolver": ("BSD-3-Clause", "Neither the name of the Nucleic Development Team"),
    "defusedxml": ("PSF-2.0", "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2"),
    "matplotlib": ("PSF-2.0", "Matplotlib Development Team"),  # PSF-2.0 word for word, with another licensor
}
"""Packages that say "BSD" or "PSF" and no more: which one, and the words of their licence file that tell."""


def entries(lock: str) -> list[str]:
    """The pins of a lock file, each with the lines that belong to it."""
    return re.split(r"\n(?=\S)", (ROOT / f"requirements/{lock}.txt").read_text("utf-8").strip())


def names(lock: str) -> list[str]:
    return [entry.split("==")[0] for entry in entries(lock)]


def licence(package: str) -> str:
    """The licence an installed package states, as SPDX; "" when it states none that we can read."""
    stated = metadata.metadata(package)
    for expression in stated.get_all("License-Expression", []):
        return str(expression)
    if package in IN_ITS_FILE:
        name, words = IN_ITS_FILE[package]
        texts = [file.read_text() for file in metadata.files(package) or () if file.name == "LICENSE"]
        return name if any(words in text for text in texts) else ""
    classifiers = [line.split(" :: ")[-1] for line in stated.get_all("Classifier", []) if line.startswith("License")]
    named = [str(name) for name in (*stated.get_all("License", []), *classifiers)]
    return next((SPDX.get(name, name) for name in named if SPDX.get(name, name) in ALLOWED), "")


def fits(expression: str) -> bool:
    """Whether every part of a licence is allowed; of parts joined by OR, one is enough."""
    return bool(expression) and all(
        any(choice.strip(" ()") in ALLOWED for choice in part.split(" OR ")) for part in expression.split(" AND ")
    )


def licence_table() -> str:
    """The table that belongs into docs/licences.md."""
    lines = ["| Package | Licence |", "| --- | --- |"]
    return "\n".join(lines + [f"| {name} | {licence(name)} |" for name in sorted(set(names("run")))])


def instructions(text: str) -> list[tuple[str, str]]:
    """Word and rest of every instruction of a Dockerfile, continued lines joined."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    lines = re.sub(r"\\\n\s*", " ", code).splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip()]


def unsafe(text: str) -> list[str]:
    """What in a Dockerfile would give away rights, secrets or the say over what gets in."""
    steps = instructions(text)
    last = max(place for place, (word, _) in enumerate(steps) if word == "FROM")
    final = steps[last:]
    users = [rest.split(":")[0] for word, rest in final if word == "USER"]
    found = ["runs as root"] if not users or users[-1] in ("root", "0") else []
    found += [f"{word} {rest}" for word, rest in steps if word == "ADD"]
    found += [f"{word} is a shell's" for word, rest in final if word in ("CMD", "ENTRYPOINT") and rest[:1] != "["]
    found += [rest for word, rest in steps if word == "FROM" and not re.match(r"\S+:\d+\.\d+\S*( AS \w+)?$", rest)]
    found += [
        f"{word} {rest}"
        for word, rest in steps
        if word in ("ENV", "ARG", "COPY") and re.search(r"(?i)token|secret|passw|_keys?\b|\.keys|\.env|private", rest)
    ]
    installs = [rest for word, rest in steps if word == "RUN" and re.search(r"\bpip\b[^&|;]*\binstall\b", rest)]
    found += [rest for rest in installs if "--require-hashes" not in rest or "--only-binary :all:" not in rest]
    found += [
        rest for word, rest in final if word == "RUN" and re.search(r"apt-get|\bapk\b|install --req|gcc|curl", rest)
    ]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_lock_names_an_index(lock: str) -> None:
    pins = entries(lock)
    assert len(pins) > 30
    assert [
        pin.split()[0] for pin in pins if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", pin, re.DOTALL)
    ] == []
    assert "://" not in "".join(pins)
    assert [pin for pin in pins if pin.startswith("-")] == []


def test_every_package_that_runs_is_listed_with_its_licence() -> None:
    assert licence_table() in LICENCES, f"put this into docs/licences.md:\n\n{licence_table()}"


def test_no_package_that_runs_has_an_unknown_or_unfitting_licence() -> None:
    assert {name: licence(name) for name in names("run") if not fits(licence(name))} == {}


@pytest.mark.parametrize(
    "expression",
    ["", "GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND SSPL-1.0", "LicenseRef-Proprietary OR GPL-2.0-only"],
)
def test_an_unfitting_licence_is_seen(expression: str) -> None:
    assert not fits(expression)
    assert fits("MIT")
    assert fits("GPL-2.0-only OR BSD-3-Clause")


def test_the_make_targets_ask_about_every_lock_and_never_pretend() -> None:
    recipes = dict(re.findall(r"^([a-z-]+):[^\n=]*\n((?:\t.*\n?)+)", MAKEFILE, re.MULTILINE))
    assert {"audit", "sbom", "audit-tools", "lock"} <= recipes.keys()
    assert all(f"-r requirements/{lock}.txt" in recipes["audit"] for lock in LOCKS)
    assert "--strict" in recipes["audit"]
    assert "exit 1" in recipes["audit"]
    assert "--require-hashes" in recipes["audit-tools"]
    assert all(f"--output-file requirements/{lock}.txt" in recipes["lock"] for lock in LOCKS)


def test_the_tools_of_the_audit_are_not_installed_with_the_house() -> None:
    assert {"pip-audit", "cyclonedx-bom"} <= set(names("audit"))
    assert {"pip-audit", "cyclonedx-bom"} & {*names("run"), *names("dev")} == set()


def test_a_bill_that_was_made_names_what_runs_and_nothing_else() -> None:
    made = ROOT / "build/sbom.json"
    if not made.exists() or made.stat().st_mtime < (ROOT / "requirements/run.txt").stat().st_mtime:
        pytest.skip("no bill of these pins here: `make sbom` makes and validates one")
    bill = json.loads(made.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {f"{each['name']}=={each['version']}" for each in bill["components"]}
    assert listed == {entry.split()[0] for entry in entries("run")}
    assert all(each["licenses"] and each["externalReferences"][0]["hashes"] for each in bill["components"])


def test_the_image_has_no_rights_no_secrets_and_only_what_is_pinned() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert unsafe(text) == []
    steps = instructions(text)
    words = [word for word, _ in steps]
    assert words.count("FROM") == 2
    assert ("STOPSIGNAL", "SIGTERM") in steps
    assert ("VOLUME", "/data") in steps
    assert "HEALTHCHECK" in words
    [learning] = [rest for word, rest in steps if word == "RUN" and "bot ask" in rest]
    assert learning.endswith("chmod -R a+rX /app"), "the model that root fitted must be readable for the bot"
    assert {rest for word, rest in steps if word == "COPY" and rest.startswith("requirements")} == {
        "requirements/run.txt requirements/run.txt"
    }


def test_the_image_takes_in_every_package_and_nothing_that_is_not_named() -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] not in ("#", "")]
    assert ignored[0] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {part for word, rest in instructions((ROOT / "Dockerfile").read_text("utf-8"))
              if word == "COPY" and not rest.startswith("--from") for part in rest.split()[:-1]}  # fmt: skip
    assert copied == let_in
    assert all((ROOT / part).exists() for part in copied)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= copied
    assert {"**/.env", "**/*.keys", "**/*.db"} <= set(ignored)


GOOD = 'FROM python:3.13-slim\nUSER 10001\nCMD ["run"]\n'


@pytest.mark.parametrize(
    "line",
    [
        "USER root",
        "ADD https://example.org/x.tar /x",
        "ENV BOT_TOKEN=1",
        "ARG DB_PASSWORD",
        "COPY bot.keys /",
        "CMD python -m bot run",
        "RUN pip install aiohttp",
        "RUN apt-get install -y gcc",
        "FROM python\nUSER 10001",
        "FROM python:latest\nUSER 10001",
    ],
)
def test_an_unsafe_line_in_a_dockerfile_is_seen(line: str) -> None:
    assert unsafe(GOOD) == []
    assert unsafe(f"{GOOD}{line}\n")


def test_the_licence_texts_that_must_be_shipped_are_there() -> None:
    shipped = metadata.distribution("python-telegram-bot").files or []
    assert any("LICENSE" in Path(str(file)).name.upper() for file in shipped)
    assert (ROOT / "simulator/static/fonts/OFL.txt").exists()
