"""The chat page and its control API, for a browser on this machine.

The rule: only for loopback. A request that names another host is refused, so no other site can reach in.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from aiohttp import web

from simulator.control import ROLES, control_routes
from simulator.scene import describe_world
from simulator.stream import OPEN_STREAMS, close_streams, stream_events
from simulator.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC = Path(__file__).parent / "static"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
SAFE = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
SEALED = SAFE | {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""For files that people and bots sent: whatever they hold, nothing in them runs."""
SHOWN = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"OggS": "audio/ogg",
}
"""First bytes of the files that are shown in the page; all others are downloads."""


def add_page_routes(app: web.Application, world: World) -> None:
    """Put the page, its files, its state, its events and its control API on an application."""
    roles = app[ROLES] = {}
    app[OPEN_STREAMS] = set()
    app.on_shutdown.append(close_streams)
    files = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.suffix in TYPES}

    async def show_page(request: web.Request) -> web.StreamResponse:
        return serve_static(files["index.html"])

    async def give_static(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info["path"])
        if path is None:
            raise web.HTTPNotFound
        return serve_static(path)

    async def tell_state(request: web.Request) -> web.StreamResponse:
        return web.json_response(describe_world(world, roles), headers={"Cache-Control": "no-store"})

    async def give_file(request: web.Request) -> web.StreamResponse:
        return serve_file(world, request.match_info["file_id"])

    routes = [
        web.get("/", show_page),
        web.get("/static/{path:.+}", give_static),
        web.get("/sim/state", tell_state),
        web.get("/sim/events", partial(stream_events, world=world)),
        web.get("/sim/file/{file_id}", give_file),
        *control_routes(world, roles),
    ]
    app.add_routes([web.RouteDef(r.method, r.path, on_loopback(r.handler), r.kwargs) for r in routes])


def on_loopback(handler: Handler) -> Handler:
    """Refuse what was not addressed to this machine by name: the guard against DNS rebinding."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if host not in LOOPBACK:
            raise web.HTTPForbidden(text="This page is for a browser on the same machine.")
        return await handler(request)

    return guarded


def serve_static(path: Path) -> web.FileResponse:
    """One file of the page."""
    return web.FileResponse(path, headers=SAFE | {"Content-Type": TYPES[path.suffix]})


def serve_file(world: World, file_id: str) -> web.Response:
    """The content of a file somebody sent; its small variant is the same file."""
    file = world.files.get(file_id) or world.files.get(file_id.removesuffix("s"))
    if file is None:
        raise web.HTTPNotFound
    shown = next((kind for start, kind in SHOWN.items() if file.content.startswith(start)), None)
    headers = SEALED | {"Content-Type": shown or "application/octet-stream"}
    if shown is None:
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=file.content, headers=headers)
