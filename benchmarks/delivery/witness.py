"""The counting Bot API server in a process of its own, as campaigns see it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterable
from dataclasses import asdict
from typing import Self

import aiohttp

from benchmarks.delivery.calls import Calls, Trouble
from tests.faults.process import ROOT

LOOK = 0.02
"""Seconds between two questions how many calls there were."""


class Witness:
    """Use as an async context manager. What was seen is there after `tell`."""

    def __init__(self, seed: int = 0) -> None:
        """`seed` draws the faults."""
        self.seed = seed
        self.url = ""
        self.calls = Calls()
        self.early = 0
        """Calls to a chat before the `retry_after` it was answered with was over."""
        self.stall = 0.0
        """Seconds for which the server was kept from looking at the clock, at worst."""
        self._process: Process | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Start it."""
        command = (sys.executable, "-m", "benchmarks.delivery.telegram", str(self.seed))
        self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)
        assert self._process.stdout
        self.url = (await self._process.stdout.readline()).decode().strip()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        assert self._process
        assert self._process.stdin
        assert self._session
        await self._session.close()
        self._process.stdin.close()
        await self._process.wait()

    async def meets(self, trouble: Trouble | None, reminded: Iterable[int]) -> None:
        """From now on calls meet this trouble; messages to these chats are reminders unless they carry the alert."""
        await self._ask("plan", {"trouble": asdict(trouble) if trouble else None, "reminded": list(reminded)})

    async def alerts(self) -> int:
        """How many calls carried the alert."""
        return int((await self._ask("look"))["alerts"])

    async def seen(self, alerts: int, seconds: float) -> None:
        """Wait until so many calls carried the alert.

        Raises:
            TimeoutError: they did not come.
        """
        async with asyncio.timeout(seconds):
            while await self.alerts() < alerts:  # noqa: ASYNC110 - it is another process that knows
                await asyncio.sleep(LOOK)

    async def tell(self) -> None:
        """Fetch what was seen."""
        told = await self._ask("look")
        assert self._session
        async with self._session.get(f"{self.url}/calls") as answer:
            self.calls = Calls.read(await answer.read(), int(told["calls"]))
        self.early, self.stall = int(told["early"]), told["stall"]

    async def _ask(self, what: str, body: dict[str, object] | None = None) -> dict[str, float]:
        assert self._session
        async with self._session.post(f"{self.url}/{what}", json=body) as answer:
            found: dict[str, float] = await answer.json()
            return found
