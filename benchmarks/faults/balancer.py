"""A load balancer for webhooks: each post to the next server in turn; whoever is silent or gone is passed over.

The rule: a post that was not answered may have been heard. It goes on to another server all the same, as Telegram would
deliver it again: each update must have its one effect whoever gets it, and however often.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

LOOK = 0.5
"""Seconds between two looks at a server ..."""
SILENT = ClientTimeout(total=2)
"""... and for its answer. Who does not give it is out, with whatever it has in hand, until it does."""
NAMES = ("X-Telegram-Bot-Api-Secret-Token", "Content-Type")


class Balancer:
    """Use `listening`."""

    def __init__(self, ports: list[int]) -> None:
        """`ports` of the loopback."""
        self._turns = itertools.cycle(ports)
        self._out = {port: asyncio.Event() for port in ports}

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Take posts for as long as this lasts."""
        async with ClientSession(connector=TCPConnector(limit=0)) as self._session:
            looking = [asyncio.create_task(self._look(each)) for each in self._out]
            app = web.Application()
            app.router.add_post("/telegram", self._pass)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            try:
                yield
            finally:
                await runner.cleanup()
                for task in looking:
                    task.cancel()
                await asyncio.gather(*looking, return_exceptions=True)

    async def _look(self, port: int) -> None:
        while True:
            try:
                async with self._session.get(f"http://127.0.0.1:{port}/healthz", timeout=SILENT):
                    self._out[port].clear()
            except (ClientError, OSError, TimeoutError):
                self._out[port].set()
            await asyncio.sleep(LOOK)

    async def _pass(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in NAMES if name in request.headers}
        for _ in self._out:
            port = next(self._turns)
            if self._out[port].is_set():
                continue
            post = asyncio.create_task(self._post(port, body, headers))
            gone = asyncio.create_task(self._out[port].wait())
            try:
                await asyncio.wait((post, gone), return_when=asyncio.FIRST_COMPLETED)
                if post.done() and (answer := post.result()):
                    return answer
            finally:
                post.cancel()
                gone.cancel()
        return web.Response(status=503)

    async def _post(self, port: int, body: bytes, headers: dict[str, str]) -> web.Response | None:
        try:
            url = f"http://127.0.0.1:{port}/telegram"
            async with self._session.post(url, data=body, headers=headers) as answer:
                return web.Response(status=answer.status, body=await answer.read())
        except (ClientError, OSError):
            return None
