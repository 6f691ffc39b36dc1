"""The control API: what a person does on the page, done in the world.

The rule: only JSON is taken, so that no other web page in the same browser can press buttons here.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from aiohttp import web
from pydantic import ValidationError

from simulator.acts import Act, Advance, Arrive, Block, Edit, OpenApp, Press, Say, Send, Start
from simulator.miniapp import sign_app_url
from simulator.samples import SAMPLES
from simulator.scene import describe_message
from simulator.world import World

Json = dict[str, Any]
A = TypeVar("A", bound=Act)
ROLES = web.AppKey("roles", dict[int, str])
"""What each person is, by id, such as "Nurse": shown on the page, unknown to Telegram."""


def say(world: World, act: Say) -> Json:
    """Write a message."""
    return {"message": describe_message(world.say(act.person, act.text, **act.place()))}


def send(world: World, act: Send) -> Json:
    """Send something that is not text."""
    fields = act.chosen() if act.content else SAMPLES.get(act.kind, {}) | act.chosen()
    message = world.send(act.person, act.kind, caption=act.caption, **act.place(), **fields)
    return {"message": describe_message(message)}


def start(world: World, act: Start) -> Json:
    """Press Start, perhaps from a link with a payload."""
    return {"message": describe_message(world.start(act.person, act.payload))}


def edit(world: World, act: Edit) -> Json:
    """Change one's own message."""
    return {"message": describe_message(world.edit(act.person, act.message_id, act.text, act.chat))}


def press(world: World, act: Press) -> Json:
    """Press a button; `id` is the callback query's, under which the answer comes as an event."""
    return {"id": world.press(act.person, act.data, act.message_id, act.chat)}


def move_clock(world: World, act: Advance) -> Json:
    """Let time pass."""
    return {"clock": world.clock.advance(timedelta(seconds=act.seconds)).isoformat()}


def block(world: World, act: Block) -> Json:
    """Block the bot, or unblock it."""
    (world.block if act.blocked else world.unblock)(act.person)
    return {"blocked": act.blocked}


def open_app(world: World, act: OpenApp) -> Json:
    """The address of a Mini App with the person's signed launch data."""
    user = world.person(act.person).as_json()
    return {"url": sign_app_url(act.url, world.bot.token, user, world.clock.unix())}


def control_routes(world: World, roles: dict[int, str]) -> list[web.RouteDef]:
    """Every POST route of the control API."""

    def arrive(world: World, act: Arrive) -> Json:
        """Let somebody in, or give somebody already there a role."""
        person = world.person(act.id or max(world.people, default=1000) + 1, act.name, act.language_code)
        if act.role:
            roles[person.id] = act.role
        world.publish("person", person.id)
        return {"id": person.id, "name": person.name, "language_code": person.language_code}

    return [
        _route("/sim/say", Say, say, world),
        _route("/sim/send", Send, send, world),
        _route("/sim/start", Start, start, world),
        _route("/sim/edit", Edit, edit, world),
        _route("/sim/press", Press, press, world),
        _route("/sim/clock", Advance, move_clock, world),
        _route("/sim/people", Arrive, arrive, world),
        _route("/sim/block", Block, block, world),
        _route("/sim/app", OpenApp, open_app, world),
    ]


def _route(path: str, shape: type[A], do: Callable[[World, A], Json], world: World) -> web.RouteDef:
    async def handle(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return _refuse(415, "send JSON")
        try:
            act = shape.model_validate_json(await request.read())
            if getattr(act, "person", None) not in {None, *world.people}:
                return _refuse(404, "there is no such person")
            return web.json_response(do(world, act))
        except ValidationError as wrong:
            first = wrong.errors()[0]
            return _refuse(400, f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}")
        except ValueError as refused:
            return _refuse(400, str(refused))
        except KeyError as missing:
            return _refuse(404, f"there is no {missing}")

    return web.post(path, handle)


def _refuse(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
