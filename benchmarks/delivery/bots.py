"""The real bot in a process of its own, to be killed, frozen and woken while somebody looks at what it costs."""

import contextlib
import os
import signal
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Self

import aiohttp

from tests.faults.process import BotProcess, free_port


class CampaignBot(BotProcess):
    """`python -m bot run` by webhook, any number of times, one after the other. Use as an async context manager."""

    def __init__(self, settings: dict[str, str], folder: Path, module: str = "bot") -> None:
        """`settings` without their prefix; `folder` to run in, so that no `.env` is found."""
        self.port = free_port()
        own = {"webhook_url": f"http://127.0.0.1:{self.port}/telegram", "port": str(self.port)}
        super().__init__(settings | own, folder, module)
        self.launched = self.started = 0.0
        """When it was started last, and when it said so."""
        self.cpu = 0.0
        """Seconds of processor its lives took so far, as far as they were asked before they ended."""

    @property
    def events(self) -> Counter[str]:
        """How often it logged what, over all its lives."""
        told = (" ".join(str(line[name]) for name in ("event", "error") if line.get(name)) for line in self.log)
        return Counter(told) + Counter(self.words)

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it, however it is."""
        if self._process:
            await self.kill()

    async def start(self, **how: str) -> None:
        """Start it, and wait until it says that it has started."""
        self.launched = monotonic()
        await super().start(**how)
        self.started = monotonic()

    async def kill(self) -> None:
        """SIGKILL, which a frozen one gets too; returns when it is gone."""
        self.cpu += self._used()
        with contextlib.suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        await self.ended()

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
