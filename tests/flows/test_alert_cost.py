"""Sending faster than Telegram carries for nothing: both operators see what it costs before they agree."""

from collections.abc import AsyncIterator

import pytest

from answers.ask import Finder
from handlers.press_codec import encode
from handlers.presses.alerting import ProposeAlert
from simulator.server import Simulator
from storage.tables import Alert
from tests.acts import ON_SQLITE
from tests.conftest import settings_for
from tests.flows.alerting import operators, reader, sends, writes
from tests.house import House


async def draft_of(house: House) -> Alert:
    async with house.app.database.reading() as session:
        return await session.get_one(Alert, 1)


@pytest.fixture
async def paying(database_url: str, simulator: Simulator, finder: Finder) -> AsyncIterator[House]:
    """A bot that sends faster than Telegram carries for nothing."""
    settings = settings_for(simulator.url, database_url, send_rate=1000, free_rate=999)
    async with House(settings, simulator, finder) as house:
        yield house


@ON_SQLITE
async def test_above_the_free_rate_the_cost_is_shown_and_a_higher_one_asked_again(paying: House) -> None:
    author, approver = await operators(paying)
    for number in range(11):
        await reader(paying, 10 + number, "en")
    await writes(author, "en")
    assert "For this audience that is about 2 Stars" in author.screen
    assert "Ask for approval, about 2 Stars" in author.labels
    assert "Nothing was done yet" in await author.presses(encode(ProposeAlert(1, 1)))
    assert (await draft_of(paying)).state == "draft"
    await author.taps("Ask for approval, about 2 Stars")
    assert "about 2 Stars" in approver.screen
    for number in range(11):
        await reader(paying, 30 + number, "en")
    assert "about 3 Stars" in await author.presses(encode(ProposeAlert(1, 1)))
    assert (await draft_of(paying)).state == "proposed", "asking again for what waits changes nothing"
    assert "about 3 Stars" in await approver.taps("Approve and send, about 2 Stars")
    assert (await draft_of(paying)).state == "proposed"
    await approver.taps("Approve and send, about 3 Stars")
    assert (await draft_of(paying)).state == "approved"


@ON_SQLITE
async def test_at_the_free_rate_nothing_is_said_about_stars(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    assert not any("Star" in text for text in (*author.texts, *approver.texts) if "Starts" not in text)
    assert (await draft_of(house)).state == "approved"
