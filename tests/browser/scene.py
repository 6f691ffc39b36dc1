"""The demo as a newcomer meets it, and the steps that several pictures share."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page

from answers.ask import Finder
from bot.app import App
from bot.demo import MIGRANT, NEIGHBOUR, NURSE, OPERATOR, SECOND, TOKEN, demo_settings, populate
from bot.settings import Settings
from handlers.presses.booking import KeepPlace
from handlers.presses.choosing import Agree, ChooseLanguage, SharePhone
from handlers.presses.visits import PickClinic, PickDay, PickService, StartBooking, TakeSlot
from simulator.pace import Pace
from simulator.server import Simulator
from tests.acts import CODE
from tests.browser.phones import Phone
from tests.conftest import next_wednesday

CLINIC, SERVICE = "mae-sot", "vaccination"
DAYS_OPEN = 2
TOMORROW, AT_TEN = 1, 2
"""Places in the list of days, which begins today, and of times, which begins at nine."""


@dataclass(frozen=True)
class Scene:
    """A running demo."""

    app: App
    simulator: Simulator

    def spoken(self, language: str, sentence: str, **holes: object) -> str:
        """A sentence of ours as it is read in a language, without its markup."""
        return re.sub("<[^>]+>", "", self.app.house.catalogues.say(language).label(sentence, **holes))


@asynccontextmanager
async def open_scene(settings: Settings, finder: Finder, folder: Path) -> AsyncIterator[Scene]:
    """The demo's own people and clinics, on a Wednesday at ten."""
    simulator = Simulator(pace=Pace.unlimited())
    simulator.world.register(TOKEN, username="front_door_demo_bot", name="Front door")
    simulator.world.clock.advance_to(next_wednesday())
    async with simulator:
        made = demo_settings(settings, simulator.url, folder)
        async with App(made, now=simulator.world.clock.now, finder=finder) as app:
            await populate(app, simulator, DAYS_OPEN)
            yield Scene(app, simulator)
    assert list(simulator.world.refused) == [], "the bot sent something malformed"
    assert list(simulator.world.unanswered()) == [], "a button still spins"


@dataclass(frozen=True)
class People:
    """The people of the demo, on an open page."""

    page: Page

    @property
    def aye(self) -> Phone:
        """A migrant from Myanmar."""
        return Phone(self.page, MIGRANT)

    @property
    def sokha(self) -> Phone:
        """A migrant from Cambodia."""
        return Phone(self.page, NEIGHBOUR)

    @property
    def noi(self) -> Phone:
        """A nurse."""
        return Phone(self.page, NURSE)

    @property
    def dara(self) -> Phone:
        """An operator."""
        return Phone(self.page, OPERATOR)

    @property
    def mali(self) -> Phone:
        """The other operator."""
        return Phone(self.page, SECOND)


async def settle_in(one: Phone, language: str, *, shared: bool) -> None:
    """The first minute: a language, and the one question."""
    await one.starts()
    await one.taps(ChooseLanguage(language))
    await one.taps(SharePhone(shared))


async def book(one: Phone, *, day: int = TOMORROW, time: int = AT_TEN) -> str:
    """From the menu to a kept visit; its code."""
    await one.taps(StartBooking())
    await one.taps(Agree("book"))
    await one.taps(PickClinic(CLINIC))
    await one.taps(PickService(CLINIC, SERVICE, 0))
    await one.taps(PickDay, day)
    await one.taps(TakeSlot, time)
    await one.taps(KeepPlace)
    found = CODE.search(await one.reads(CODE))
    assert found
    return found[0]


async def pass_hours(page: Page, count: int) -> None:
    """Press the clock's button for an hour, again and again."""
    for _ in range(count):
        await page.get_by_test_id("advance-hour").click()
