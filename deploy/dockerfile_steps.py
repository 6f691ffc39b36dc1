"""Reads a Dockerfile into its steps, and what a COPY takes in.

An honest little reader: it knows the instructions and the forms that our Dockerfile uses, and refuses everything else
instead of guessing.
"""

import fnmatch
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

KNOWN = {"FROM", "ENV", "WORKDIR", "RUN", "COPY", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
         "ENTRYPOINT", "CMD"}  # fmt: skip


class CannotRead(ValueError):
    """A line of a form that is not known here."""


@dataclass
class Stage:
    """From one FROM to the next."""

    image: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)
    """Word and rest, in order."""

    def last(self, word: str) -> str:
        """The rest of the last instruction of a kind; empty when there is none."""
        return next((rest for each, rest in reversed(self.steps) if each == word), "")

    def command(self) -> list[str]:
        """What the image runs."""
        return [*json.loads(self.last("ENTRYPOINT") or "[]"), *json.loads(self.last("CMD") or "[]")]

    def health_command(self) -> list[str]:
        """How it is asked whether it is well."""
        _, _, command = self.last("HEALTHCHECK").partition("CMD ")
        return list(json.loads(command)) if command else []


def read(text: str) -> list[Stage]:
    """The stages of a Dockerfile.

    Raises:
        CannotRead: an instruction or a form that is not known here.
    """
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    lines = [line.strip() for line in re.sub(r"\\\n\s*", " ", code).splitlines() if line.strip()]
    stages: list[Stage] = []
    for line in lines:
        word, _, rest = line.partition(" ")
        if word not in KNOWN or (not stages and word != "FROM"):
            raise CannotRead(line)
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stages.append(Stage(image.strip(), name.strip() or str(len(stages))))
        else:
            stages[-1].steps.append((word, rest.strip()))
    return stages


def environment(rest: str, known: dict[str, str]) -> dict[str, str]:
    """The variables of an ENV, with `$NAME` filled from what is known."""
    pairs = dict(part.partition("=")[::2] for part in rest.split())
    if not all(pairs.values()):
        raise CannotRead(f"ENV {rest}")
    return {name: re.sub(r"\$(\w+)", lambda match: known.get(match[1], ""), value) for name, value in pairs.items()}


def copies(rest: str) -> tuple[str, list[str], str]:
    """The stage (empty: the context), the sources and the target of a COPY."""
    words = rest.split()
    stage = words.pop(0).partition("=")[2] if words[0].startswith("--from=") else ""
    if len(words) < 2 or any(word.startswith("-") for word in words):
        raise CannotRead(f"COPY {rest}")
    return stage, words[:-1], words[-1]


def is_ignored(path: str, rules: str) -> bool:
    """Whether `.dockerignore` keeps a path (relative, with slashes) out: the last rule that fits decides."""
    out = False
    for rule in (line.strip() for line in rules.splitlines()):
        if rule and not rule.startswith("#") and _fits(path, rule.removeprefix("!").rstrip("/")):
            out = not rule.startswith("!")
    return out


def _fits(path: str, rule: str) -> bool:
    """A rule fits a path, and everything below what it fits."""
    parts = path.split("/")
    heads = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    if rule.startswith("**/"):
        return any(fnmatch.fnmatchcase(part, rule[3:]) for part in parts)
    return any(fnmatch.fnmatchcase(head, rule) and head.count("/") == rule.count("/") for head in heads)


def context(folder: Path, source: str, rules: str) -> list[Path]:
    """The files that a source of COPY brings in, relative to the folder."""
    root = folder / source
    found = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
    return [path.relative_to(folder) for path in found if not is_ignored(path.relative_to(folder).as_posix(), rules)]
