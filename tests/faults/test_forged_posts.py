"""Thousands of posts that are not Telegram's: no effect, no error, no memory, and nobody else has to wait."""

import asyncio
import gc
import io
import json
import logging
import random
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from pydantic import SecretStr

from answers.ask import Finder
from bot import log
from simulator.server import Simulator
from tests.acts import ON_SQLITE, take
from tests.conftest import settings_for
from tests.faults.rows import all_rows, changes
from tests.house import House
from tests.thrift import many

pytestmark = ON_SQLITE
FORGED, ALL = many(1_500, 3_000), 10_000
"""By default, and with `-m soak`."""
AT_ONCE = 40
SECONDS = 120.0
"""On a machine that does other things too; alone it takes a tenth."""
GROWTH = 20 * 1024 * 1024
SECRET = "the-secret-of-this-bot-has-44-letters-000001"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
JSON = "application/json"
Post = tuple[str, str, list[tuple[str, str]], bytes]
"""Method, path, headers, body."""


@pytest.fixture
async def door(database_url: str, simulator: Simulator, finder: Finder) -> AsyncIterator[House]:
    """A bot that Telegram posts to."""
    settings = settings_for(
        simulator.url,
        database_url,
        webhook_url="http://127.0.0.1:1/front/telegram",
        webhook_secret=SecretStr(SECRET),
    )
    async with House(settings, simulator, finder) as house:
        url = f"http://127.0.0.1:{house.app.port}/front/telegram"
        await house.app.bot.set_webhook(url, secret_token=SECRET)
        yield house


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Everything the process logs, at DEBUG, into a file alone: what a test collects would count as memory."""
    root, ours = logging.getLogger(), logging.getLogger(log.OURS)
    before = (root.handlers[:], root.level, ours.level)
    with path.open("w") as stream:
        log.set_up(stream, logging.DEBUG)
        try:
            yield
        finally:
            root.handlers[:], root.level, ours.level = before


def takes_a_place(number: int, person: int = 7) -> dict[str, Any]:
    """What would change something, if it were Telegram's."""
    who = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
    message = {"message_id": 1, "date": 1, "chat": {"id": person, "type": "private"}, "text": "x"}
    query = {"id": str(number), "from": who, "chat_instance": "1", "message": message, "data": "fx1"}
    return {"update_id": number, "callback_query": query}


def forged(draw: random.Random, number: int) -> tuple[str, Post]:
    """One post and what is wrong with it."""
    good = json.dumps(takes_a_place(number)).encode()
    headers = [("Content-Type", JSON)]
    path = "/front/telegram"
    kinds = (
        "none", "wrong", "same length", "one letter", "not ASCII", "twice", "empty", "right twice", "long",
        "method", "path", "type", "garbage", "nested", "junk fields", "half",
    )  # fmt: skip
    kind = kinds[number % len(kinds)]
    if kind in ("wrong", "same length", "one letter", "not ASCII", "empty", "long"):
        guess = {
            "wrong": "x" * draw.randrange(1, 200),
            "same length": "".join(draw.choice("abcdefghijklmnopqrstuvwxyz0123456789-") for _ in SECRET),
            "one letter": SECRET[:-1] + draw.choice("023456789"),
            "not ASCII": "ความลับ" + chr(draw.randrange(0xA1, 0x2000)),
            "empty": "",
            "long": SECRET * draw.randrange(2, 100),
        }[kind]
        return kind, ("POST", path, [*headers, (HEADER, guess)], good)
    if kind in ("twice", "right twice"):
        headers += [(HEADER, SECRET), (HEADER, SECRET if kind == "right twice" else "x")]
    elif kind not in ("none", "method", "path"):
        headers.append((HEADER, SECRET))
    if kind == "method":
        return kind, (draw.choice(("GET", "PUT", "DELETE", "PATCH", "OPTIONS")), path, headers, good)
    if kind == "path":
        guess = draw.choice(("/", "/telegram", "/front", "/front/telegram/", "/front/telegram%00", "/.env", "/admin"))
        return kind, ("POST", guess, [*headers, (HEADER, SECRET)], good)
    if kind == "type":
        other = draw.choice(("text/plain", "text/html", "application/x-www-form-urlencoded", "x"))
        headers[0] = ("Content-Type", other)
    body = {
        "garbage": bytes(draw.randrange(256) for _ in range(draw.randrange(64))),
        "nested": b'{"update_id": 1, "message": ' + b'{"reply_to_message": ' * 400 + b"{}" + b"}" * 401,
        "junk fields": json.dumps({"update_id": number, "message": {"message_id": draw.random(), "x": "y"}}).encode(),
        "half": good[: draw.randrange(1, len(good) - 1)],
    }.get(kind, good)
    return kind, ("POST", path, headers, body)


ANSWERS = {"method": 405, "path": 404, "type": 415, "garbage": 200, "nested": 200, "junk fields": 200, "half": 200}
"""What each kind is answered; all others 403. What no second try makes any better is confirmed."""


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.parametrize("many", [FORGED, pytest.param(ALL, marks=pytest.mark.soak)])
async def test_thousands_of_forged_posts_change_nothing_fail_nowhere_and_leave_no_memory(
    door: House, tmp_path: Path, many: int
) -> None:
    times = await door.opens()
    aye = await door.person(7)
    await take(aye, times[1])
    draw, url = random.Random(11), f"http://127.0.0.1:{door.app.port}"
    wrong: Counter[tuple[str, int]] = Counter()

    async with ClientSession(connector=TCPConnector(limit=AT_ONCE)) as session:

        async def send(numbers: range) -> None:
            posts = [forged(draw, number) for number in numbers]

            async def one(kind: str, post: Post) -> None:
                method, path, headers, body = post
                async with session.request(method, url + path, headers=headers, data=io.BytesIO(body)) as answer:
                    if answer.status != ANSWERS.get(kind, 403):
                        wrong[kind, answer.status] += 1

            await asyncio.gather(*(one(kind, post) for kind, post in posts))

        with logged(tmp_path / "first"):
            await send(range(1_000))  # what is made once: connections, caches
        await door.app.shown.flush(door.app.database, door.app.now())  # what the visit left, else written meanwhile
        before, calls = await all_rows(door.app.database, leave_out={"pace"}), len(door.simulator.world.calls)
        gc.collect()
        memory, began = resident(), time.perf_counter()
        with logged(tmp_path / "log"):
            for start in range(1_000, 1_000 + many, 500):
                await send(range(start, start + 500))
        seconds = time.perf_counter() - began
        gc.collect()
        grown = resident() - memory
    changed = changes(before, await all_rows(door.app.database, leave_out={"pace"}))
    written = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    failed = [
        line for line in written if line.get("event") == "update-failed" or line["level"] in ("error", "critical")
    ]
    figures = f"{many} posts in {seconds:.1f} s, {grown / 2**20:.1f} MiB, {len(changed)} changes, {len(failed)} errors"
    print(figures)
    assert not wrong, (figures, wrong)
    assert changed == [], figures
    assert failed == [], (figures, failed[:3])
    assert seconds < SECONDS, figures
    assert grown < GROWTH, figures
    assert {call.method for call in list(door.simulator.world.calls)[calls:]} == set(), figures
    assert "What do you need?" in await aye.says("/menu")


async def test_a_post_of_more_than_a_mebibyte_is_cut_off_wherever_its_length_is_said(door: House) -> None:
    url, big = f"http://127.0.0.1:{door.app.port}/front/telegram", b"[" + b" " * 1024 * 1024 + b"]"

    async def dripping() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 65_536):
            yield big[start : start + 65_536]

    async with ClientSession(headers={HEADER: SECRET, "Content-Type": JSON}) as session:
        for body in (io.BytesIO(big), dripping()):
            async with session.post(url, data=body) as answer:
                assert answer.status == 413


async def test_posts_that_never_end_hold_up_nobody_and_are_given_up(
    door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.READ_SECONDS", 1.0)
    aye = await door.person(7)
    head = f"POST /front/telegram HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n{HEADER}: {SECRET}\r\n"
    beginnings = (head + "Content-Length: 9000\r\n\r\n{", head, "POST /front/tele", "")
    halves = [
        (beginning, *await asyncio.open_connection("127.0.0.1", door.app.port))
        for beginning in beginnings
        for _ in range(50)
    ]
    for beginning, _, writer in halves:
        writer.write(beginning.encode())
        await writer.drain()
    began = time.perf_counter()
    assert "What do you need?" in await aye.says("/menu")
    assert time.perf_counter() - began < 5
    given_up = [await asyncio.wait_for(reader.readline(), 5) for text, reader, _ in halves if text.endswith("{")]
    assert {line.split(b" ")[1] for line in given_up} == {b"408"}
    for _, _, writer in halves:
        writer.close()
