"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>.

The rule: every call is judged in one order: its form, planned faults, the pace, and only then the world.
"""

import inspect
import json
from dataclasses import dataclass
from time import monotonic
from typing import Any

from aiohttp import web

from simulator import wire
from simulator.bodies import read_request
from simulator.bots import Bot
from simulator.errors import Malformed, Refusal, too_many_requests
from simulator.faults import Fault, Faults
from simulator.methods import METHODS
from simulator.methods.receiving import RawUpdates
from simulator.pace import Pace
from simulator.record import Call
from simulator.shapes import read_fields
from simulator.world import World

Json = dict[str, Any]
UNAUTHORIZED = Refusal(401, "Unauthorized")
UNKNOWN = Refusal(404, "Not Found")


@dataclass(slots=True)
class Answer:
    """What a call comes to: a status, a body, and the fault that may spoil it on the wire."""

    status: int
    body: bytes
    fault: Fault | None = None


class BotApi:
    """Carries out calls, whether they come as requests or in the answer to a webhook."""

    def __init__(self, world: World, pace: Pace, faults: Faults) -> None:
        """All three are shared with whoever watches or plans."""
        self.world = world
        self.pace = pace
        self.faults = faults
        self.stopping = False
        """Set when the server goes down, so that answers never given end."""

    def add_routes(self, app: web.Application) -> None:
        """Mount the Bot API on an application."""
        app.router.add_route("*", "/bot{token}/{method}", self.handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self.handle_file)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        bot = self.world.bots.get(request.match_info["token"])
        if bot is None:
            return _respond(_refuse(UNAUTHORIZED))
        name = request.match_info["method"]
        try:
            raw = await read_request(request)
        except Refusal as refusal:
            call = Call(name, None, {}, monotonic())
            self.world.calls.append(call)
            return _respond(self._note_refusal(call, refusal))
        answer = await self.perform(bot, name, raw)
        if answer.fault is not None:
            spoiled = await wire.spoil(request, answer.fault, answer.status, answer.body, lambda: self.stopping)
            if spoiled is not None:
                return spoiled
        return _respond(answer)

    async def perform(self, bot: Bot, name: str, raw: Json) -> Answer:
        """Carry out one call, however it came."""
        method = METHODS.get(name.lower())
        call = Call(method.name if method else name, _chat_number(raw), raw, monotonic())
        self.world.calls.append(call)
        fault: Fault | None = None
        try:
            if method is None:
                raise UNKNOWN
            call.params = read_fields(method.accepts, raw, method.name)
            fault = self.faults.meet(method.name, call.chat_id)
            if fault is not None and await self._suffer(fault, call, bot):
                return Answer(0, b"", fault)
            if method.paced and call.chat_id is not None:
                paid = call.params.get("allow_paid_broadcast", False)
                if seconds := self.pace.weigh(bot.id, call.chat_id, paid):
                    raise too_many_requests(seconds)
            result = method.act(self.world, bot, call.params)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as refusal:
            return self._note_refusal(call, refusal)
        call.done = True
        call.status = 0 if fault is not None and fault.hides_answer else 200
        return Answer(200, _write(result), fault)

    async def _suffer(self, fault: Fault, call: Call, bot: Bot) -> bool:
        """Let a fault have its way before the call; True if the call ends with it."""
        call.fault = fault.kind
        if fault.delay:
            await fault.hold_up()
        refusal = fault.refusal()
        if refusal is not None:
            if refusal.code == 429 and call.chat_id is not None:
                self.pace.hold(bot.id, call.chat_id, int((refusal.parameters or {})["retry_after"]))
            raise refusal
        if fault.done_first or fault.kind == "slow":
            return False
        call.status = int(fault.kind) if fault.kind.isdecimal() else 0
        return True

    def _note_refusal(self, call: Call, refusal: Refusal) -> Answer:
        call.status, call.description = refusal.code, refusal.description
        if isinstance(refusal, Malformed):
            self.world.refused.append(call)
        return _refuse(refusal)

    async def handle_file(self, request: web.Request) -> web.StreamResponse:
        """Give the bytes of a file."""
        if request.match_info["token"] not in self.world.bots:
            return _respond(_refuse(UNAUTHORIZED))
        file = self.world.file_at(request.match_info["path"])
        if file is None:
            return _respond(_refuse(UNKNOWN))
        return web.Response(body=file.content, content_type="application/octet-stream")


def _chat_number(raw: Json) -> int | None:
    given = raw.get("chat_id")
    try:
        return int(given) if isinstance(given, int | str) and not isinstance(given, bool) else None
    except ValueError:
        return None


def _write(result: Any) -> bytes:
    if isinstance(result, RawUpdates):
        return b'{"ok":true,"result":[' + b",".join(result) + b"]}"
    return b'{"ok":true,"result":' + json.dumps(result).encode() + b"}"


def _refuse(refusal: Refusal) -> Answer:
    told: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        told["parameters"] = refusal.parameters
    return Answer(refusal.code, json.dumps(told).encode())


def _respond(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, content_type="application/json")
