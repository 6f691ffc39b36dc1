"""Faults that happen on the wire: no answer, half an answer, nonsense, a connection cut.

The rule: a reset is a real TCP reset, so that a client meets what it would meet in the field.
"""

import socket
import struct
from asyncio import sleep
from collections.abc import Callable

from aiohttp import web

from simulator.faults import Fault

_GATEWAY = b"<html><head><title>%s</title></head><body>nginx</body></html>"
_LOOK_EVERY = 0.05
"""Seconds between looks whether a client that gets no answer has gone."""


async def spoil(
    request: web.Request, fault: Fault, status: int, body: bytes, stopping: Callable[[], bool]
) -> web.StreamResponse | None:
    """The response a fault makes of an answer; None if the answer goes out as it is."""
    kind = fault.kind.removesuffix("_after")
    if kind == "reset":
        reset(request)
        return web.Response()
    if kind == "timeout":
        while request.transport is not None and not request.transport.is_closing() and not stopping():  # noqa: ASYNC110 - nothing tells when a client goes
            await sleep(_LOOK_EVERY)
        reset(request)
        return web.Response()
    if kind == "500":
        words = b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'
        return web.Response(status=500, body=words, content_type="application/json")
    if kind in ("502", "503", "504"):
        return web.Response(status=int(kind), body=_GATEWAY % kind.encode(), content_type="text/html")
    if kind == "garbled":
        return web.Response(body=body[: len(body) // 2] + b"\xfe\xff", content_type="application/json")
    if kind == "cut":
        half = web.StreamResponse(status=status, headers={"Content-Length": str(len(body))})
        half.content_type = "application/json"
        await half.prepare(request)
        await half.write(body[: len(body) // 2])
        await sleep(0.01)  # let the half reach the client before the connection goes
        if request.transport is not None:
            request.transport.close()
        return half
    return None


def reset(request: web.Request) -> None:
    """Cut the connection with a TCP reset."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
