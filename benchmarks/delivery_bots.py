"""The real bot in processes of its own, to be killed, frozen and woken."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from pathlib import Path
from time import monotonic
from typing import Self

import aiohttp

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
"""Seconds for a start or an end on a busy machine."""


class BotProcess:
    """`python -m bot run`, any number of times, one after the other. Use as an async context manager."""

    def __init__(self, settings: dict[str, str], folder: Path, module: str = "bot") -> None:
        """`settings` without their prefix; `folder` to run in, so that no `.env` is found."""
        self.port = _free_port()
        own = {"webhook_url": f"http://127.0.0.1:{self.port}/telegram", "port": str(self.port)}
        self.settings, self.folder, self.module = settings | own, folder, module
        self.events: dict[str, int] = {}
        """How often it logged what, over all its lives."""
        self.launched = self.started = 0.0
        """When it was started last, and when it said so."""
        self.cpu = 0.0
        """Seconds of processor its lives took so far, as far as they were asked before they ended."""
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it, however it is."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGCONT)
            await self.kill()

    async def start(self) -> None:
        """Start it, and wait until it says that it has started."""
        assert self._process is None
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        environment |= {f"BOT_{name.upper()}": value for name, value in self.settings.items()}
        before, self.launched = self.events.get("started", 0), monotonic()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self.module, "run"),
            env=environment,
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read(self._process))
        async with asyncio.timeout(PATIENCE):
            while self.events.get("started", 0) == before:
                assert self._process.returncode is None, f"it did not start: {self.events}"
                await asyncio.sleep(0.01)
        self.started = monotonic()

    async def kill(self) -> None:
        """SIGKILL; returns when it is gone."""
        assert self._process
        assert self._reading
        self.cpu += self._used()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reading
        self._process = None

    def freeze(self) -> None:
        """SIGSTOP."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    async def refused_writes(self) -> int:
        """How often it was told that a row is no longer its own, by its own figures."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}/metrics") as answer,
        ):
            lines = (await answer.text()).splitlines()
        lost = [line for line in lines if line.startswith("bot_owed_settled_total") and 'outcome="lost"' in line]
        return int(sum(float(line.rsplit(" ", 1)[1]) for line in lost))

    def _used(self) -> float:
        assert self._process
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    async def _read(self, process: Process) -> None:
        assert process.stderr
        while line := await process.stderr.readline():
            try:
                told = json.loads(line)
                event = " ".join(str(told[name]) for name in ("event", "error") if told.get(name))
            except ValueError:
                event = line.decode(errors="replace").rstrip()[-200:]
            self.events[event] = self.events.get(event, 0) + 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
