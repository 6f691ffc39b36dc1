"""Processes that are started, told apart from whoever has their number later, and ended.

The rule: only what was started here is ever signalled: a process is known by its number and the moment it began.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path


def begun_at(pid: int) -> str:
    """When a process began, in ticks since the machine did; empty when there is none, or only its remains."""
    with contextlib.suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return "" if fields[0] in "ZX" else fields[19]
    return ""


def family(pid: int) -> list[int]:
    """A process and all that it started, the oldest first."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
            parents.setdefault(parent, []).append(int(path.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found


class Processes:
    """Every process of one cluster, by name."""

    def __init__(self, folder: Path, logs: Path) -> None:
        """`folder` keeps one file for each process."""
        self.folder, self.logs = folder, logs
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self,
        name: str,
        command: Iterable[object],
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> int:
        """Start one, in a session of its own; its number."""
        with (self.logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder or self.folder,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", **(environment or {})},
                user=user,
                group=user,
                extra_groups=[] if user else None,
                start_new_session=True,
            )
        self._children[name] = child
        self.note(name, child.pid)
        return child.pid

    def note(self, name: str, pid: int) -> None:
        """Remember a process, also one that a process of ours has started."""
        (self.folder / f"{name}.pid").write_text(f"{pid} {begun_at(pid)}")

    def pid(self, name: str) -> int | None:
        """The number of a process that lives; None when it does not."""
        if child := self._children.get(name):
            child.poll()
        with contextlib.suppress(OSError, ValueError):
            pid, begun = (self.folder / f"{name}.pid").read_text().split()
            if begun_at(int(pid)) == begun:
                return int(pid)
        return None

    def names(self) -> list[str]:
        """All that were ever started."""
        return sorted(path.stem for path in self.folder.glob("*.pid"))

    def signal(self, name: str, which: signal.Signals) -> bool:
        """Whether it lived to get it."""
        if pid := self.pid(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, which)
                return True
        return False

    def kill_family(self, name: str) -> list[int]:
        """SIGKILL for a process and all that it started; who they were."""
        found = family(pid) if (pid := self.pid(name)) else []
        for each in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        return found

    def end(self, names: Iterable[str], seconds: float = 20.0) -> None:
        """SIGTERM for all of them, and SIGKILL for whoever is still there after so long."""
        names = [name for name in names if self.signal(name, signal.SIGTERM)]
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(self.pid(name) for name in names):
            time.sleep(0.05)
        for name in names:
            self.kill_family(name)
        until = time.monotonic() + 5
        while time.monotonic() < until and any(self.pid(name) for name in names):
            time.sleep(0.02)
