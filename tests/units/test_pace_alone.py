"""A line whose turns nobody can reserve, because the database is away: whoever waits is still let through."""

import asyncio

from bot.lines import Line


async def test_when_a_reservation_fails_slowly_turns_are_taken_alone_and_it_is_not_tried_for_each() -> None:
    """As on a busy machine, where a refused connection takes longer than a turn is good for."""
    tried = 0

    async def in_vain(_count: int, _step: float) -> None:
        nonlocal tried
        tried += 1
        await asyncio.sleep(0.04)

    line = Line(1000, in_vain)
    async with asyncio.timeout(5):
        for _ in range(20):
            await line.turn()
    await line.close()
    assert tried <= 3
