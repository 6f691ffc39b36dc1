"""Server-sent events: what happens in the world, as it happens, to every open page.

The rule: a page that connects again asks for the whole state, so nothing is kept for the absent.
"""

import asyncio
import json

from aiohttp import web

from simulator.scene import describe_event
from simulator.world import World

HEARTBEAT_SECONDS = 15.0
"""A comment this often, so that both ends notice a connection that died."""

OPEN_STREAMS = web.AppKey("open_streams", set[asyncio.Task[None]])


async def stream_events(request: web.Request, world: World) -> web.StreamResponse:
    """Answer one EventSource until it goes away or the server stops."""
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    queue = world.subscribe()
    sending: asyncio.Task[None] | None = None
    try:
        await answer.prepare(request)
        await answer.write(b"retry: 1000\n\n")
        sending = asyncio.create_task(_send(answer, queue, world))
        request.app[OPEN_STREAMS].add(sending)
        await asyncio.wait([sending])
    finally:
        world.unsubscribe(queue)
        if sending is not None:
            sending.cancel()
            request.app[OPEN_STREAMS].discard(sending)
    return answer


async def _send(answer: web.StreamResponse, queue: asyncio.Queue[dict[str, object]], world: World) -> None:
    while True:
        try:
            event = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await answer.write(b": still here\n\n")
            continue
        told = describe_event(world, event)
        if told is not None:
            await answer.write(f"data: {json.dumps(told, ensure_ascii=False)}\n\n".encode("utf-8", "replace"))


async def close_streams(app: web.Application) -> None:
    """End every stream, so that a stopping server need not wait for open pages."""
    for sending in app[OPEN_STREAMS]:
        sending.cancel()
