"""getUpdates: offsets, limits, waiting, and the conflict of two readers."""

import asyncio

import pytest

from simulator.world import World
from tests.simulator.client import Caller

OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def test_updates_come_again_until_an_offset_confirms_them(call: Caller, world: World, aye: int) -> None:
    for text in ("a", "b", "c"):
        world.say(aye, text)
    first = (await call("getUpdates")).result
    assert first == (await call("getUpdates")).result
    ids = [update["update_id"] for update in first]
    assert ids == list(range(ids[0], ids[0] + 3))
    left = (await call("getUpdates", offset=ids[1])).result
    assert [update["message"]["text"] for update in left] == ["b", "c"]
    assert world.updates_pending() == 2
    assert (await call("getUpdates", offset=ids[2] + 1)).result == []
    await world.quiet(1)


async def test_a_limit_and_a_negative_offset(call: Caller, world: World, aye: int) -> None:
    for text in "abcde":
        world.say(aye, text)
    assert [u["message"]["text"] for u in (await call("getUpdates", limit=2)).result] == ["a", "b"]
    assert [u["message"]["text"] for u in (await call("getUpdates", offset=-2)).result] == ["d", "e"]
    assert world.updates_pending() == 2


async def test_a_long_poll_ends_with_the_first_update(call: Caller, world: World, aye: int) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    assert not poll.done()
    world.say(aye, "now")
    async with asyncio.timeout(2):
        assert [u["message"]["text"] for u in (await poll).result] == ["now"]


async def test_a_long_poll_ends_empty_when_its_time_is_over(call: Caller, world: World) -> None:
    async with asyncio.timeout(3):
        assert (await call("getUpdates", timeout=1)).result == []


async def test_the_poller_who_came_first_is_told_of_the_second(call: Caller, world: World, aye: int) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(call("getUpdates", timeout=20))
    reply = await first
    assert (reply.status, reply.refusal) == (409, OTHER)
    world.say(aye, "for the second")
    assert len((await second).result) == 1


async def test_polling_while_a_webhook_is_set_is_a_conflict(call: Caller, world: World) -> None:
    await call("setWebhook", url="https://127.0.0.1:1/hook")
    reply = await call("getUpdates")
    assert (reply.status, reply.refusal) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    assert (await call("deleteWebhook")).result is True
    assert (await call("getUpdates")).result == []


async def test_only_the_kinds_asked_for_are_kept_from_then_on(call: Caller, world: World, aye: int) -> None:
    assert (await call("getUpdates", allowed_updates=["callback_query"])).result == []
    world.say(aye, "not wanted")
    world.press(aye, "wanted")
    (update,) = (await call("getUpdates")).result
    assert "callback_query" in update
    await call("getUpdates", allowed_updates=[])
    world.say(aye, "wanted again")
    assert len((await call("getUpdates")).result) == 2


async def test_a_hostile_update_is_delivered_as_it_is(call: Caller, world: World, aye: int) -> None:
    world.say(aye, "normal")
    world.inject({"update_id": 3, "message": {"text": None}, "strange": [[[]]]})
    world.inject({"update_id": 3, "message": {"text": None}, "strange": [[[]]]})
    _, second, third = (await call("getUpdates")).result
    assert second == third == {"update_id": 3, "message": {"text": None}, "strange": [[[]]]}


async def test_quiet_gives_up(world: World, aye: int) -> None:
    world.say(aye, "nobody reads this")
    with pytest.raises(TimeoutError):
        await world.quiet(0.05)
