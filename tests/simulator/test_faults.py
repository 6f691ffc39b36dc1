"""Planned faults: what was done, what the caller learns, and which calls are met."""

import asyncio
from time import monotonic

import pytest
from aiohttp import ClientConnectionError, ClientError, ClientPayloadError, ClientTimeout, ContentTypeError

from simulator.faults import Faults
from simulator.server import Simulator
from simulator.world import World
from tests.simulator.client import Caller


async def send(call: Caller, within: float = 5) -> None:
    body = {"chat_id": 5, "text": "hello"}
    async with call.session.post(
        call.address("sendMessage"), json=body, timeout=ClientTimeout(total=within)
    ) as response:
        await response.json()


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        ("reset", ClientConnectionError, False),
        ("reset_after", ClientConnectionError, True),
        ("timeout", TimeoutError, False),
        ("timeout_after", TimeoutError, True),
        ("garbled", ValueError, True),
        ("cut", ClientPayloadError, True),
        ("502", ContentTypeError, False),
    ],
)
async def test_a_fault_on_the_wire_meets_the_caller_and_the_record_knows_what_was_done(
    simulator: Simulator, call: Caller, world: World, aye: int, kind: str, error: type[Exception], done: bool
) -> None:
    simulator.faults.add(kind, "sendMessage", count=1)
    with pytest.raises(error):
        await send(call, within=1 if kind.startswith("timeout") else 10)
    assert len(world.chat(aye).messages) == done
    (one,) = [one for one in world.calls if one.method == "sendMessage"]
    assert (one.fault, one.done) == (kind, done)
    await send(call)
    assert len(world.chat(aye).messages) == 1 + done


@pytest.mark.parametrize(
    ("what", "status", "description"),
    [
        ("403", 403, "Forbidden: bot was blocked by the user"),
        ("403:user is deactivated", 403, "Forbidden: user is deactivated"),
        ("400:chat not found", 400, "Bad Request: chat not found"),
        ("401", 401, "Unauthorized"),
        ("429:7", 429, "Too Many Requests: retry after 7"),
        ("500", 500, "Internal Server Error"),
        ("500_after", 500, "Internal Server Error"),
    ],
)
async def test_a_planned_refusal_looks_like_telegrams(
    simulator: Simulator, call: Caller, world: World, aye: int, what: str, status: int, description: str
) -> None:
    simulator.faults.add(what, "send*", chat_id=aye)
    reply = await call("sendMessage", chat_id=aye, text="x")
    assert (reply.status, reply.refusal) == (status, description)
    assert not world.refused
    if status == 429:
        assert reply.body["parameters"] == {"retry_after": 7}
    world.acquaint(6)
    assert (await call.send(chat_id=6))["text"] == "hello"


async def test_calling_before_retry_after_is_refused_again_and_noticed(
    simulator: Simulator, call: Caller, aye: int
) -> None:
    simulator.faults.add("429:3", "sendMessage", count=1)
    await call("sendMessage", chat_id=aye, text="x")
    again = await call("sendMessage", chat_id=aye, text="x")
    assert (again.status, simulator.pace.breaches["early"]) == (429, 1)


async def test_the_nth_call_and_so_many_calls(simulator: Simulator, call: Caller, aye: int) -> None:
    simulator.faults.add("500", "sendMessage", nth=2)
    statuses = [(await call("sendMessage", chat_id=aye, text=str(n))).status for n in range(4)]
    assert statuses == [200, 500, 200, 200]
    simulator.faults.clear()
    simulator.faults.add("500", "sendMessage", count=2)
    statuses = [(await call("sendMessage", chat_id=aye, text=str(n))).status for n in range(4)]
    assert statuses == [500, 500, 200, 200]


def test_a_probability_is_kept_roughly_and_repeatably() -> None:
    def hits(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add("500", probability=0.25)
        return [faults.meet("sendMessage", 5) is not None for _ in range(1000)]

    assert 200 < sum(hits(1)) < 300
    assert hits(1) == hits(1) != hits(2)


async def test_a_slow_call_is_done_after_its_delay(simulator: Simulator, call: Caller, world: World, aye: int) -> None:
    simulator.faults.add("slow", "sendMessage", delay=0.2)
    before = monotonic()
    await call.send()
    assert monotonic() - before >= 0.2


def test_an_unknown_fault_is_refused_when_it_is_planned() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        Faults().add("earthquake")


async def test_stopping_ends_answers_that_never_come(simulator: Simulator, call: Caller, aye: int) -> None:
    simulator.faults.add("timeout")
    waiting = asyncio.create_task(send(call))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(3):
        await simulator.stop()
        with pytest.raises(ClientError):
            await waiting


async def test_a_malformed_call_is_refused_before_any_fault(simulator: Simulator, call: Caller, world: World) -> None:
    simulator.faults.add("reset")
    assert (await call("sendMessage", chat_id=5)).status == 400
    assert len(world.refused) == 1
