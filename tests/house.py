"""A bot under test with its Telegram: people who say and tap, and clinics that are open."""

import asyncio
from collections.abc import Awaitable
from datetime import date, datetime, time, timedelta
from typing import Self, TypeVar

from sqlalchemy import func, select

from answers.ask import Finder
from bot.app import App
from bot.clock import new_secret
from bot.settings import Settings
from bot.telegram_out import IN_TURN
from handlers.start import INVITE_PREFIX
from people import invites, pins
from people.authority import Role
from people.store import find_person
from scheduling import openings, plans
from simulator.messages import Message
from simulator.server import Simulator
from storage.tables import Owed
from tests.beats import OneAtATime

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds after which something that should have happened has not."""
A_MOMENT, A_TURN = 0.3, 3.0
"""Seconds for which replies are waited for that failed, and for such as only wait for their turn in a chat."""


PIN = "602143"
"""A PIN that nobody guesses among the first."""


def called(telegram_id: int) -> str:
    """A name with letters that no code or tag has (Crockford leaves out L and U): finding it is no chance."""
    return f"Lu{telegram_id}"


class Someone:
    """A person with a phone."""

    def __init__(self, house: "House", telegram_id: int, language_code: str) -> None:
        self.house, self.id = house, telegram_id
        self.world = house.simulator.world
        self.world.person(telegram_id, name=called(telegram_id), language_code=language_code)

    async def says(self, text: str) -> str:
        self.world.say(self.id, text)
        await self.house.quiet()
        return self.screen

    async def starts(self, payload: str = "") -> str:
        self.world.start(self.id, payload=payload)
        await self.house.quiet()
        return self.screen

    async def sends(self, kind: str) -> str:
        self.world.send(self.id, kind)
        await self.house.quiet()
        return self.screen

    async def taps(self, label: str) -> str:
        """Tap the newest button whose label contains `label`."""
        message, data = self._button(label)
        self.world.press(self.id, data, message_id=message.message_id)
        await self.house.quiet()
        return self.screen

    async def enters_pin(self, pin: str = PIN) -> str:
        """Tap the digits where they stand, at the speed of a person."""
        self.house.advance(seconds=11)
        for digit in pin:
            await self.taps(digit)
        return self.screen

    async def chooses_pin(self, pin: str = PIN) -> str:
        """Tap it once, and once more."""
        await self.enters_pin(pin)
        return await self.enters_pin(pin)

    async def has_pin(self, pin: str = PIN) -> None:
        """Chose a PIN just now: it is put straight into the database, and is open for ten minutes."""
        async with self.house.app.database.writing() as session:
            person = await find_person(session, self.id)
            assert person
            await pins.choose(session, person, pin, now=self.house.now, new_secret=new_secret)

    async def presses(self, data: str) -> str:
        """Send any callback data at all, on the newest message of the bot."""
        self.world.press(self.id, data, message_id=self.messages[-1].message_id)
        await self.house.quiet()
        return self.screen

    @property
    def messages(self) -> list[Message]:
        """What the bot wrote and has not deleted, oldest first."""
        return [one for one in self.world.chat(self.id).messages if one.from_bot and not one.deleted]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def screen(self) -> str:
        """The newest thing the bot showed: a new message, or the one it changed last."""
        return self._newest().text

    @property
    def labels(self) -> list[str]:
        """The buttons below the newest screen."""
        return [str(button["text"]) for button in self._newest().buttons]

    def _newest(self) -> Message:
        return self.messages[-1]

    def _button(self, label: str) -> tuple[Message, str]:
        for message in reversed(self.messages):
            for button in message.buttons:
                if label in str(button["text"]):
                    return message, str(button["callback_data"])
        raise AssertionError(f"no button {label!r}; there are {self.labels}")


class House:
    """The bot, its Telegram and its people."""

    def __init__(self, settings: Settings, simulator: Simulator, finder: Finder) -> None:
        self.settings, self.simulator = settings, simulator
        self.app = App(settings, now=simulator.world.clock.now, finder=finder)

    async def __aenter__(self) -> Self:
        await self.app.start()
        self._beats = OneAtATime(self.app._beats)
        self.simulator.world.clock.listeners.append(self._jumped)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.simulator.world.clock.listeners.remove(self._jumped)
        await self.app.stop()

    def _jumped(self, _now: datetime) -> None:
        self.app.dispatcher.committed.set()  # real time would have brought many beats meanwhile

    @property
    def now(self) -> datetime:
        return self.simulator.world.clock.now()

    def advance(self, **by: float) -> None:
        """Move everybody's clock forward."""
        self.simulator.world.clock.advance(timedelta(**by))

    def someone(self, telegram_id: int, language_code: str = "en") -> Someone:
        return Someone(self, telegram_id, language_code)

    async def person(self, telegram_id: int, language: str = "en", *, agreed: bool = True) -> Someone:
        """Somebody who has chosen a language and (unless told otherwise) agreed to what a visit needs."""
        one = self.someone(telegram_id, language)
        await one.starts()
        await one.presses(f"lg1.{language}")
        if agreed:
            await one.presses("ag1.book")
        return one

    async def staff(self, telegram_id: int, role: Role, clinic: str = "", language: str = "en") -> Someone:
        """Somebody who has opened an invite's link."""
        one = await self.person(telegram_id, language, agreed=False)
        async with self.app.database.writing() as session:
            code = await invites.invite(session, role, clinic, now=self.now, new_secret=new_secret)
        await one.starts(INVITE_PREFIX + code)
        return one

    async def opens(
        self, clinic: str = "mae-sot", service: str = "vaccination", *, day: date | None = None, capacity: int = 2
    ) -> list[datetime]:
        """Open 09:00 to 12:00 every half hour, tomorrow unless told otherwise; the start times."""
        zone = self.app.house.clinics.clinics[clinic].zone
        day = day or self.now.astimezone(zone).date() + timedelta(days=1)
        template = plans.one_day(clinic, service, day, time(9), time(12), 30, capacity)
        site = plans.site_of(clinic, self.app.house.clinics.clinics[clinic])
        async with self.app.database.writing() as session:
            await openings.make(session, None, template, site, 30, now=self.now)
        return [start.at for start in plans.starts(template, day, zone)]

    async def quiet(self) -> None:
        """Wait until every update was handled and everything due was sent."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.simulator.world.quiet()
                await self.app.notices.run()  # what the hour brings must not hang on when the beat comes
                if late := self.app.out._late:
                    in_turn = any(each.get_name() == IN_TURN for each in late)
                    await asyncio.wait(late, timeout=A_TURN if in_turn else A_MOMENT)
                if not await self._due():
                    return
                self.app.dispatcher.committed.set()
                await asyncio.sleep(0.02)

    async def by_hand(self, work: Awaitable[T]) -> T:
        """Do now what is done every second or every hour, while no beat of the app is in the midst of the same."""
        async with self._beats.between():
            return await work

    async def _due(self) -> int:
        waiting = (Owed.state == "claimed") | ((Owed.state == "pending") & (Owed.due_at <= self.now))
        async with self.app.database.reading() as session:
            return int(await session.scalar(select(func.count()).select_from(Owed).where(waiting)) or 0)
