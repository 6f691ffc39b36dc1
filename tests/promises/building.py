"""A bot without a Telegram, asked by people of every role, and a look at whether anything in it changed."""

from dataclasses import dataclass

from bot.incoming import Incoming
from bot.unit import Unit
from handlers.refusals import SENTENCES
from handlers.screen import Screen
from people.authority import RULES, Role, clinics_of, may
from people.refusals import LanguageFirst, NotAllowed
from storage.database import Database
from storage.tables import Grant, Person
from tests.promises.rooms import Given, contents
from tests.promises.ways import Way

EVERYONE: tuple[Role | None, ...] = (None, *Role)
TOGETHER = 10
"""After so many tries in vain all tables are read, and compared with what they held before."""


@dataclass(frozen=True)
class Building:
    """A bot without a Telegram: everything from the update to the commit."""

    unit: Unit
    database: Database
    given: Given

    async def asks(self, way: Way, person: Person) -> Screen:
        """What somebody is shown who comes this way."""
        return await self.decide(await way.enter(self.given, person, self.database))

    async def decide(self, incoming: Incoming) -> Screen:
        screen = await self.unit.decide(incoming)
        assert screen, incoming
        return screen


class Watch:
    """Sees whether anything changes in any table while those who may not do it try to do it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._standing: dict[str, int] = {}
        self._tried: list[str] = []

    async def begin(self, cell: str) -> None:
        """What is tried next may change nothing; looked at after every few of them."""
        if len(self._tried) == TOGETHER:
            await self.end()
        if not self._tried:
            self._standing = await contents(self.database)
        self._tried.append(cell)

    async def end(self) -> None:
        """Look."""
        if self._tried:
            assert await contents(self.database) == self._standing, f"one of these changed something: {self._tried}"
            self._tried = []


def says(kind: type[NotAllowed] | type[LanguageFirst], screen: Screen, building: Building) -> bool:
    """Whether a screen is this refusal."""
    return screen.text.startswith(SENTENCES[kind](building.unit.house.catalogues.say("en"), kind()))


def allowed(way: Way, grants: list[Grant]) -> bool:
    """What the table says about somebody with these roles who comes this way."""
    if RULES[way.action].scope == "clinic" and not way.names_clinic:
        return bool(clinics_of(grants, way.action))
    return may(grants, way.action, way.clinic)
