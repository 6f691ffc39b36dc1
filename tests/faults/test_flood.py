"""A flood: the noisiest give way, everybody else is answered as always, and whatever is owed goes out."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from telegram import Update

from bot.flood import LOUDEST, MOST, QUIET, REMEMBERED, Crowd, Place
from bot.incoming import parse
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from storage.tables import Owed
from tests.acts import ON_SQLITE, take
from tests.house import House, called

FLOODERS, EACH = range(9_000, 9_005), 1_000
ORDINARY = range(100, 130)
OPEN = 100
"""Posts that Telegram keeps open."""
ROUND = 12
"""Updates of each flooder at once while times are measured: together more than the house takes."""
SHARE = 0.3
"""How much of the time noise comes meanwhile: beyond that, receiving alone fills the processor, whoever is shed."""
FLOOR = 2.0
"""Seconds below which nobody feels a difference, and a busy machine measures only itself."""


# who gives way


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def crowded() -> Iterator[Callable[..., list[Place]]]:
    """Let people in, one after the other; nobody leaves."""
    with ExitStack() as inside:
        yield lambda crowd, *people: [inside.enter_context(crowd.place(person)) for person in people]


Let = Callable[..., list[Place]]


def test_the_noisiest_gives_way_also_to_one_who_came_later(crowded: Let) -> None:
    crowd = Crowd(most=4)
    places = crowded(crowd, 1, 1, 1, 2, 3)
    assert [place.shed for place in places] == [False, False, True, False, False]
    assert len(crowd) == 4


def test_whoever_sent_one_or_two_never_gives_way_however_full_it_is(crowded: Let) -> None:
    crowd = Crowd(most=4)
    places = crowded(crowd, *range(50), *range(50))
    assert not any(place.shed for place in places)
    places = crowded(crowd, 7)
    assert [place.telegram_id for place in places if place.shed] == [7]
    assert QUIET == 2


def test_what_has_begun_is_finished(crowded: Let) -> None:
    crowd = Crowd(most=4)
    places = crowded(crowd, 1, 1, 1)
    for place in places:
        place.begun = True
    later = crowded(crowd, 1, 2)
    assert [place.shed for place in places] == [False, False, False]
    assert [place.shed for place in later] == [True, False]


def test_noise_is_over_after_ten_seconds_and_memory_has_an_end() -> None:
    seconds = Seconds()
    crowd = Crowd(seconds=seconds)
    for _ in range(LOUDEST * 2):
        with crowd.place(1):
            pass
    assert crowd.noise(1) == LOUDEST
    seconds.now = 10.0
    assert crowd.noise(1) == 0
    for person in range(REMEMBERED * 2):
        with crowd.place(person):
            pass
    assert (crowd.remembered, len(crowd), crowd.noise(5)) == (REMEMBERED, 0, 0)


def test_whoever_was_silent_for_ten_seconds_is_forgotten_as_others_come() -> None:
    seconds = Seconds()
    crowd = Crowd(seconds=seconds)
    for person in range(100):
        with crowd.place(person):
            pass
    seconds.now = 10.0
    with crowd.place(0, update_id=1):
        pass
    assert (crowd.remembered, crowd.noise(0), crowd.noise(99)) == (98, 1, 0)
    for person in range(200, 250):
        with crowd.place(person):
            pass
    assert crowd.remembered == 51
    assert crowd.noise(0) == 1


# in the real bot


class Posts:
    """Updates handed to the bot as its web server hands them."""

    def __init__(self, house: House) -> None:
        self.house, self._numbers = house, count(700_000_000)

    def _update(self, person: int, content: Callable[[int, dict[str, Any], dict[str, Any]], dict[str, Any]]) -> Update:
        number = next(self._numbers)
        who = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
        chat = {"id": person, "type": "private", "first_name": "P"}
        update = parse({"update_id": number, **content(number, who, chat)}, self.house.app.bot)
        assert update
        return update

    def text(self, person: int, text: str) -> Update:
        return self._update(
            person,
            lambda number, who, chat: {
                "message": {"message_id": number, "date": 1, "chat": chat, "from": who, "text": text}
            },
        )

    def press(self, person: int, data: str) -> Update:
        def content(number: int, who: dict[str, Any], chat: dict[str, Any]) -> dict[str, Any]:
            message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
            query = {"id": str(number), "from": who, "chat_instance": "1", "message": message, "data": data}
            return {"callback_query": query}

        return self._update(person, content)

    async def timed(self, update: Update) -> float:
        """Seconds until it is answered, as its person feels them."""
        began = time.perf_counter()
        await self.house.app.dispatcher.handle(update)
        return time.perf_counter() - began

    def noise(self, person: int, number: int) -> Update:
        """One update of a flood: a button, a question, or a command."""
        if number % 10 == 0:
            return self.press(person, "me1")
        return self.text(person, f"where is the clinic {number}" if number % 5 == 0 else f"/menu {number}")

    async def flood(self, measured: asyncio.Event) -> None:
        """Wave after wave from all flooders side by side; with pauses until `measured`, and then as fast as they go."""
        number = 0
        while number < EACH:
            size = min(OPEN // len(FLOODERS) if measured.is_set() else ROUND, EACH - number)
            began = time.perf_counter()
            noise = [self.noise(person, number + each) for each in range(size) for person in FLOODERS]
            await asyncio.gather(*(self.house.app.dispatcher.handle(update) for update in noise))
            number += size
            if not measured.is_set():
                await asyncio.sleep((time.perf_counter() - began) * (1 / SHARE - 1))

    async def ordinary(self) -> list[float]:
        """Everybody once, one soon after the other; the times, shortest first."""

        async def one(place: int, person: int) -> float:
            await asyncio.sleep(place * 0.1)
            return await self.timed(self.text(person, "/menu"))

        return sorted(await asyncio.gather(*(one(place, person) for place, person in enumerate(ORDINARY))))


def _p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


def _figure(house: House, outcome: str) -> float:
    metric = house.app.metrics.updates
    samples = [sample for family in metric.collect() for sample in family.samples]
    return sum(each.value for each in samples if each.name.endswith("_total") and each.labels["outcome"] == outcome)


@ON_SQLITE
async def test_five_flooders_keep_nobody_from_an_answer_a_receipt_or_a_reminder(house: House) -> None:
    posts, world = Posts(house), house.simulator.world
    for person in (*ORDINARY, *FLOODERS):
        world.person(person, name=called(person), language_code="en")
        world.acquaint(person)
        await house.app.dispatcher.handle(posts.press(person, "lg1.en"))
    visitor, other = await house.person(7), await house.person(8)
    times = await house.opens(capacity=5)
    await take(visitor, times[3])
    house.advance(hours=12)  # the evening before: the reminder falls due while the flood comes
    await house.quiet()
    calm = await posts.ordinary()
    house.advance(hours=1)

    before = {person: len(house.someone(person).messages) for person in ORDINARY}
    measured = asyncio.Event()
    flood = asyncio.create_task(posts.flood(measured))
    await asyncio.sleep(0.05)
    stormy = await posts.ordinary()
    measured.set()
    danger = await posts.timed(posts.text(FLOODERS[0], "my friend is not breathing"))
    await house.app.dispatcher.handle(posts.press(8, encode(KeepPlace(2, False, "", False))))
    await flood
    await house.quiet()

    shed, limited = _figure(house, "shed"), _figure(house, "limited")
    figures = (
        f"p95 {_p95(calm) * 1000:.0f} ms without, {_p95(stormy) * 1000:.0f} ms in the flood; "
        f"{shed:.0f} shed, {limited:.0f} over their limit, danger card in {danger * 1000:.0f} ms"
    )
    print(figures)
    assert [person for person in ORDINARY if len(house.someone(person).messages) != before[person] + 1] == [], figures
    assert _p95(stormy) <= max(3 * _p95(calm), FLOOR), figures
    assert shed > 0, figures
    assert limited > len(FLOODERS) * EACH / 2, figures
    assert "1669" in " ".join(house.someone(FLOODERS[0]).texts)
    assert any("Tomorrow at 09:30" in text for text in other.texts)
    async with house.app.database.reading() as session:
        waits = select(func.count()).select_from(Owed).where(Owed.due_at <= house.now, Owed.state != "sent")
        assert await session.scalar(waits) == 0
        sent = select(func.count()).select_from(Owed).where(Owed.kind == Kind.REMINDER, Owed.state == "sent")
        assert await session.scalar(sent) == 1
    assert any("10:30" in text for text in visitor.texts[1:])
    assert len(house.app.dispatcher.crowd) == 0
    assert MOST < 100
