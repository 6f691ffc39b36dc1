"""Who and what there is in a test of faults, put straight into the database; and what must hold after any fault."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from alerts import report, writing
from alerts.report import Report
from alerts.rules import CANCEL_WINDOW, Quiet, name_of
from bot.clock import new_code, new_secret
from delivery.rules import LEASE, Kind
from people import approvals, choices, pins
from people.authority import Action, Role
from people.recognise import settle_language
from scheduling import booking, openings, plans
from scheduling.clinics import read_clinics
from scheduling.holidays import public
from scheduling.plans import Site
from scheduling.rules import Status
from simulator.messages import Message
from simulator.world import World
from storage.database import Database
from storage.tables import Alert, Booking, Conversation, Grant, Owed, Person, Slot, Wipe
from tests.house import PIN, called

ZONE = ZoneInfo("Asia/Bangkok")
CLINICS = read_clinics()
SITE = Site("mae-sot", "Asia/Bangkok", 60, 60)
AHEAD = timedelta(days=4)
"""Slots are so far away that none of their own reminders falls due during a test."""
PATIENCE = 30.0
BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state NOT LIKE 'idle%'
"""
"""Connections that are at work: those of a process that died, too, until they have done what it asked for last."""
NO_NIGHT = Quiet(time(0), time(0))
"""Alerts go out at any hour, whenever a test runs."""


async def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something that another process brings about."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - nothing in this process tells
            await asyncio.sleep(0.02)


def open_days(now: datetime) -> Iterator[date]:
    """Days on which clinics work, from some days ahead on: on holidays no times are made, whenever a test runs."""
    for ahead in count():
        day = (now + AHEAD).astimezone(ZONE).date() + timedelta(days=ahead)
        if day not in public(day.year):
            yield day


async def dead_are_done(database: Database) -> None:
    """Wait a little: what a process asked PostgreSQL for just before it died may happen just after."""
    busy = text(BUSY)
    for _ in range(0 if database.is_sqlite else 50):
        async with database.reading() as session:
            if not await session.scalar(busy):
                return
        await asyncio.sleep(0.02)


@dataclass
class Known:
    """A person of the test."""

    telegram_id: int
    id: int
    """The row's number."""


class Scene:
    """A database and the Telegram beside it."""

    def __init__(self, database: Database, world: World, now: Callable[[], datetime] | None = None) -> None:
        self.database, self.world = database, world
        self.now = now or (lambda: datetime.now(UTC))
        self._ids = count(1000)

    async def people(self, many: int, *, alerts: bool = False, role: Role | None = None) -> list[Known]:
        """People who chose English long ago, agreed to what a visit needs, and may be written to."""
        found = []
        async with self.database.writing() as session:
            for telegram_id in (next(self._ids) for _ in range(many)):
                self.world.person(telegram_id, name=called(telegram_id), language_code="en")
                self.world.acquaint(telegram_id)
                person = await settle_language(session, telegram_id, "en", self.now())
                await choices.agree(session, person, self.now())
                await choices.set_wanted(session, person, choices.Choice.ALERTS, alerts)
                if role:
                    clinic = "mae-sot" if role == Role.STAFF else ""
                    grant = Grant(person_id=person.id, role=role, clinic_id=clinic, granted_on=self.now().date())
                    session.add(grant)
                found.append(Known(telegram_id, person.id))
        return found

    async def slots(self, capacity: int, *, days: int = 1, every: int = 30) -> list[int]:
        """Open three hours of a morning, every so many minutes, on each of some days; numbers, earliest first."""
        async with self.database.writing() as session:
            for on in islice(open_days(self.now()), days):
                template = plans.one_day("mae-sot", "vaccination", on, time(9), time(12), every, capacity)
                await openings.make(session, None, template, SITE, 30, now=self.now())
            return list(await session.scalars(select(Slot.id).order_by(Slot.starts_at)))

    async def book(self, person: Known, slot_id: int, database: Database | None = None) -> int:
        """Book as the handler does; the booking's number. Refusals are raised."""
        async with (database or self.database).writing() as session:
            return await self._book(session, person, slot_id)

    async def _book(self, session: AsyncSession, person: Known, slot_id: int) -> int:
        known = await session.get_one(Person, person.id)
        visit = await booking.book(session, known, slot_id, clinics=CLINICS, now=self.now(), new_code=new_code)
        return visit.booking.id

    async def reminders(self, people: list[Known]) -> None:
        """Give each of them a visit whose reminder is due now, and whose ticket has gone out already.

        All at once: a bot that runs meanwhile sees no ticket that is still owed.
        """
        slots = await self.slots(50)
        async with self.database.writing() as session:
            for index, person in enumerate(people):
                await self._book(session, person, slots[index // 50])
            await _set(session, Kind.RECEIPT, state="sent", settled_at=self.now())
            first = Owed.key.endswith("day-before")
            await session.execute(update(Owed).where(first).values(due_at=self.now() - timedelta(seconds=1)))

    async def proposal(self, audience: list[Known], at: datetime) -> int:
        """An alert to these people that waits for its approval; its number."""
        [author] = await self.people(1, role=Role.OPERATOR)
        async with self.database.writing() as session:
            for person in audience:
                (await session.get_one(Person, person.id)).wants_alerts = True
            wrote = await session.get_one(Person, author.id)
            draft = await writing.draft_of(session, wrote, at)
            words = "Cholera in the camp: boil your water."
            await writing.write_text(session, wrote, draft.alert.id, "en", words, frame=100)
            proposed = await writing.proposable(session, wrote, draft.alert.id, now=at, quiet=NO_NIGHT, frames={})
            await writing.fix(session, proposed.alert)
            await approvals.propose(
                session, wrote, Action.APPROVE_ALERT, name_of(draft.alert.id), "", proposed.content_hash, at
            )
            return draft.alert.id

    async def approval(self, alert_id: int) -> int:
        """The number of the approval that an alert waits for."""
        async with self.database.reading() as session:
            waits = await approvals.waits(session, Action.APPROVE_ALERT, name_of(alert_id), self.now())
            assert waits
            return waits.id

    async def gives_pin(self, person: Known) -> None:
        """The person has just given their PIN."""
        async with self.database.writing() as session:
            known = await session.get_one(Person, person.id)
            await pins.choose(session, known, PIN, now=self.now(), new_secret=new_secret)

    async def alert(self, audience: list[Known]) -> int:
        """An alert to these people, approved long enough ago to be due; its number."""
        before = self.now() - 2 * CANCEL_WINDOW
        alert_id = await self.proposal(audience, before)
        async with self.database.writing() as session:
            await writing.send(session, alert_id, now=before, quiet=NO_NIGHT)
        return alert_id

    async def lease_passes(self) -> None:
        """The time is over in which what a dead process had in hand is left alone: rows, topics, deletions."""
        await dead_are_done(self.database)
        async with self.database.writing() as session:
            claimed = update(Owed).where(Owed.state == "claimed")
            await session.execute(claimed.values(lease_until=datetime.now(UTC) - LEASE))
            for table in (Conversation, Wipe):
                await session.execute(update(table).values(lease_until=None))

    async def owed(self, kind: Kind, *states: str) -> list[Owed]:
        """The rows of a kind, in these states or in any."""
        wanted = select(Owed).where(Owed.kind == kind).order_by(Owed.id)
        async with self.database.reading() as session:
            return list(await session.scalars(wanted.where(Owed.state.in_(states)) if states else wanted))

    async def states(self, kind: Kind) -> Counter[str]:
        """How many rows of a kind stand where."""
        return Counter(row.state for row in await self.owed(kind))

    async def settled(self, seconds: float = PATIENCE) -> None:
        """Wait until nothing that is due waits any more."""
        waiting = Owed.state.in_(("pending", "claimed")) & (Owed.due_at <= self.now())
        async with asyncio.timeout(seconds):
            while True:
                async with self.database.reading() as session:
                    if not await session.scalar(select(func.count()).select_from(Owed).where(waiting)):
                        return
                await asyncio.sleep(0.05)

    async def report(self, alert_id: int) -> Report:
        async with self.database.reading() as session:
            return await report.report_on(session, alert_id)

    async def alert_state(self, alert_id: int) -> str:
        async with self.database.reading() as session:
            return (await session.get_one(Alert, alert_id)).state

    async def standing(self) -> list[Booking]:
        """Every standing booking; and a check that exactly they take places."""
        async with self.database.reading() as session:
            found = list(await session.scalars(select(Booking).where(Booking.status == Status.STANDING)))
            slots = {slot.id: slot.taken for slot in await session.scalars(select(Slot))}
        taken = Counter(each.slot_id for each in found)
        assert slots == {slot_id: taken[slot_id] for slot_id in slots}, "a place is taken without a booking, or not"
        assert len({(each.person_id, each.slot_id) for each in found}) == len(found)
        return found

    def got(self, person: Known, words: str) -> int:
        """How often a person was sent a message with these words."""
        return sum(words in message.text for message in self._messages(person))

    def copies(self, people: Iterable[Known], words: str) -> list[int]:
        return [self.got(person, words) for person in people]

    def _messages(self, person: Known) -> list[Message]:
        return [message for message in self.world.chat(person.telegram_id).messages if message.from_bot]


async def _set(session: AsyncSession, kind: Kind, **values: object) -> None:
    await session.execute(update(Owed).where(Owed.kind == kind).values(**values))
