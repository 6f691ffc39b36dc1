"""The real bot as a process of its own, which can be killed, frozen and stopped like one in the field."""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from bot.crashpoint import POINTS
from tests.faults.warm import Begun, Warm

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds for a start or an end on a busy machine."""


class BotProcess:
    """`python -m bot COMMAND` with settings of its own; started any number of times, one after the other."""

    warm: ClassVar[Warm | None] = None
    """Where there is one, `run` is forked from it; without one, each start is a new interpreter."""

    def __init__(self, settings: dict[str, str], folder: Path, module: str = "bot") -> None:
        """`settings` without their prefix; `folder` to run in, so that no `.env` is found; `module` to run."""
        self.settings, self.folder, self.module = settings, folder, module
        self.log: list[dict[str, Any]] = []
        """Every line it logged, over all its lives."""
        self.words: list[str] = []
        """What it wrote besides."""
        self._process: asyncio.subprocess.Process | Begun | None = None
        self._reading: asyncio.Task[None] | None = None

    async def launch(self, command: str = "run", *, crashpoint: str = "", **settings: str) -> None:
        """Start it, and do not wait."""
        assert self._process is None
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        environment |= {f"BOT_{name.upper()}": value for name, value in (self.settings | settings).items()}
        if crashpoint:
            environment["CRASHPOINT"] = crashpoint
        known = not crashpoint or crashpoint.partition(":")[0] in POINTS  # else its start is what is tested
        if self.warm and self.module == "bot" and command.split()[0] == "run" and known:
            self._process = await self.warm.begin(command.split(), self.folder, environment)
            self._reading = asyncio.create_task(self._read())
            return
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self.module, *command.split()),
            env=environment,
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())

    async def start(self, **how: str) -> None:
        """Start it, and wait until it says that it has started."""
        before = self.heard("started")
        await self.launch(**how)
        async with asyncio.timeout(PATIENCE):
            while self.heard("started") == before:
                assert self._process is not None
                assert self._process.returncode is None, f"it did not start: {self.words} {self.log[-3:]}"
                await asyncio.sleep(0.02)

    async def run_until_killed(self, crashpoint: str) -> None:
        """Start it, and wait until it has died at `name[:nth]`."""
        await self.launch(crashpoint=crashpoint)
        assert await self.ended() == -signal.SIGKILL, f"it never came by {crashpoint}: {self.words} {self.log[-3:]}"

    async def stop(self) -> float:
        """SIGTERM; the seconds until it had ended, well."""
        begun = monotonic()
        self.signal(signal.SIGTERM)
        assert await self.ended() == 0
        return monotonic() - begun

    def signal(self, which: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(which)

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        assert self._reading is not None
        async with asyncio.timeout(PATIENCE):
            code = await self._process.wait()
            await self._reading
        self._process = self._reading = None
        return code

    async def close(self) -> None:
        """End it, however it is."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self.ended()

    def heard(self, event: str) -> int:
        """How often it logged this."""
        return sum(line.get("event") == event for line in self.log)

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while line := (await self._process.stderr.readline()).decode():
            try:
                self.log.append(json.loads(line))
            except ValueError:
                self.words.append(line.rstrip())


_first = random.randrange(10_000)
_ports: Iterator[int] = cycle((*range(20_000 + _first, 30_000), *range(20_000, 20_000 + _first)))


def free_port() -> int:
    """A port nobody listens on, from below those the system gives away by itself; never one that was given just now."""
    while True:
        port = next(_ports)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
