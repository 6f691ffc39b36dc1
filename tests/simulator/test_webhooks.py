"""Webhooks: the secret, order, patience, and the call in the answer."""

import asyncio
import json
from itertools import pairwise
from time import monotonic

import pytest
from aiohttp import FormData, web

from simulator.server import Simulator
from simulator.world import World
from tests.simulator.client import Caller, Hook, until

SECRET = "s3cret-Token_1"


async def test_an_update_is_posted_with_the_secret_and_settled_by_a_2xx(
    call: Caller, world: World, hook: Hook, aye: int
) -> None:
    await call("setWebhook", url=hook.url, secret_token=SECRET)
    world.say(aye, "hello")
    await world.quiet()
    assert hook.texts == ["hello"]
    assert hook.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == SECRET
    info = (await call("getWebhookInfo")).result
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (hook.url, 0, 40)


async def test_what_waited_before_the_webhook_is_posted_too_unless_dropped(
    call: Caller, world: World, hook: Hook, aye: int
) -> None:
    world.say(aye, "before")
    await call("setWebhook", url=hook.url)
    await world.quiet()
    assert hook.texts == ["before"]
    await call("deleteWebhook")
    world.say(aye, "dropped")
    await call("setWebhook", url=hook.url, drop_pending_updates=True)
    world.say(aye, "after")
    await world.quiet()
    assert hook.texts == ["before", "after"]


async def test_the_same_update_comes_again_with_growing_waits_until_it_is_taken(
    call: Caller, world: World, hook: Hook, aye: int
) -> None:
    times: list[float] = []

    async def refuse_three(_: dict[str, object]) -> web.Response:
        times.append(monotonic())
        return web.Response(status=(500, 302, 404, 204)[len(times) - 1])

    hook.answer = refuse_three
    await call("setWebhook", url=hook.url)
    world.say(aye, "hello")
    await until(lambda: bool(times))
    while "last_error_message" not in (await call("getWebhookInfo")).result:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.001)
    await world.quiet()
    assert hook.bodies == [hook.bodies[0]] * 4
    waits = [after - before for before, after in pairwise(times)]
    assert all(wait >= least for wait, least in zip(waits, (0.02, 0.04, 0.08), strict=True))


async def test_retry_after_is_honoured(call: Caller, world: World, hook: Hook, aye: int) -> None:
    times: list[float] = []

    async def busy_once(_: dict[str, object]) -> web.Response:
        times.append(monotonic())
        return web.Response(status=503, headers={"Retry-After": "1"}) if len(times) == 1 else web.Response()

    hook.answer = busy_once
    await call("setWebhook", url=hook.url)
    world.say(aye, "hello")
    await world.quiet()
    assert times[1] - times[0] >= 1


async def test_chats_are_served_at_once_but_each_in_its_order(call: Caller, world: World, hook: Hook) -> None:
    running: list[int] = []
    most = 0
    released = asyncio.Event()

    async def slowly(update: dict[str, dict[str, dict[str, int]]]) -> web.Response:
        nonlocal most
        chat = update["message"]["chat"]["id"]
        assert chat not in running, "two updates of one chat at once"
        running.append(chat)
        most = max(most, len(running))
        if most == 3:
            released.set()
        await released.wait()
        running.remove(chat)
        return web.Response()

    hook.answer = slowly
    await call("setWebhook", url=hook.url, max_connections=3)
    for text in "abc":
        for person in (11, 12, 13, 14):
            world.say(person, f"{person}{text}")
    await world.quiet()
    assert most == 3
    for person in (11, 12, 13, 14):
        assert [t for t in hook.texts if t.startswith(str(person))] == [f"{person}{x}" for x in "abc"]


async def test_an_update_that_is_refused_for_ever_does_not_hold_up_others(
    call: Caller, world: World, hook: Hook
) -> None:
    async def refuse_one(update: dict[str, dict[str, dict[str, int]]]) -> web.Response:
        return web.Response(status=500 if update["message"]["chat"]["id"] == 11 else 200)

    hook.answer = refuse_one
    await call("setWebhook", url=hook.url, max_connections=1)
    for person in (11, 12, 13):
        world.say(person, str(person))
    await until(lambda: world.updates_pending() == 1)
    assert {"12", "13"} <= set(hook.texts)


@pytest.mark.parametrize("form", ["json", "urlencoded", "multipart"])
async def test_a_call_in_the_answer_is_carried_out(call: Caller, world: World, hook: Hook, aye: int, form: str) -> None:
    async def answer(_: dict[str, object]) -> web.Response:
        said = {"method": "sendMessage", "chat_id": aye, "text": "answered"}
        if form == "json":
            return web.json_response(said)
        body = FormData({k: str(v) for k, v in said.items()}, default_to_multipart=form == "multipart")()
        response = web.Response(body=body)
        response.headers["Content-Type"] = body.content_type
        return response

    hook.answer = answer
    await call("setWebhook", url=hook.url)
    world.say(aye, "hello")
    await world.quiet()
    assert [m.text for m in world.chat(aye).messages] == ["hello", "answered"]
    assert [one.status for one in world.calls if one.method == "sendMessage"] == [200]


async def test_a_malformed_call_in_the_answer_is_counted_but_nobody_is_told(
    call: Caller, world: World, hook: Hook, aye: int
) -> None:
    async def answer(_: dict[str, object]) -> web.Response:
        return web.Response(text=json.dumps({"method": "sendMessage", "chat_id": aye, "txet": "x"}))

    hook.answer = answer
    await call("setWebhook", url=hook.url)
    world.say(aye, "hello")
    await world.quiet()
    assert [one.description for one in world.refused] == ['Bad Request: sendMessage has no field "txet"']


async def test_raw_bytes_are_posted_as_they_are(call: Caller, world: World) -> None:
    taken: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        taken.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/raw", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await call("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/raw")
    nested = b'{"update_id":1,"message":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    world.inject(nested)
    await world.quiet()
    await runner.cleanup()
    assert taken == [nested]


async def test_nothing_is_lost_while_the_address_is_down_or_the_simulator_stops(
    simulator: Simulator, call: Caller, world: World, hook: Hook, aye: int
) -> None:
    await call("setWebhook", url="http://127.0.0.1:9/closed")
    world.say(aye, "first")
    await asyncio.sleep(0.05)
    assert world.updates_pending() == 1
    port = int(simulator.url.rsplit(":", 1)[1])
    await simulator.stop()
    world.say(aye, "second")
    await simulator.start(port=port)
    await call("setWebhook", url=hook.url)
    await world.quiet()
    assert hook.texts == ["first", "second"]
