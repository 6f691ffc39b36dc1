"""A day at the bot with every button recorded that somebody was shown; presses go straight into the bot."""

from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete, select, update

from bot.incoming import Incoming
from handlers.press_codec import PRESSES, encode
from handlers.presses.alerting import WriteAlert
from handlers.presses.booking import KeepPlace
from handlers.routes import COMMANDS
from handlers.screen import Screen
from people.authority import Role
from people.store import find_person
from storage.tables import Booking, Dialogue, Grant, Person, Slot
from tests.house import House

AYE, MIN, NOI, OWNER, OPERATOR, EDITOR = 7, 8, 500, 900, 700, 600
"""Whose buttons are recorded: two people with visits, and staff of every kind."""
THIRD, OTHER_CLINIC, REVOKED, FORMER_OPERATOR = 20, 501, 502, 701
"""Who presses them: a person without a visit, a nurse of another clinic, and two whose roles were taken away."""
DESTROYS = {"cx1", "fx1", "lg1", "rv1", "rx1"}
"""Presses that would take away what is recorded."""


@dataclass
class Run:
    """The bot, asked directly: what is pressed here meets no limit and waits for no Telegram."""

    house: House
    recorded: dict[str, set[int]] = field(default_factory=dict)
    """Button data, and to whom it was shown."""
    _numbers: Any = field(default_factory=lambda: count(1_000_000))

    async def press(self, person: int, data: str, **said: Any) -> Screen | None:
        number = next(self._numbers)
        shown = {"callback_id": str(number), "message_id": 1, "language_code": "en", **said}
        return await self._decide(Incoming(number, "press", person, data, **shown))

    async def say(self, person: int, text: str) -> Screen | None:
        command, _, rest = text.removeprefix("/").partition(" ")
        made = Incoming(next(self._numbers), "command", person, rest, command)
        if not text.startswith("/"):
            made = Incoming(next(self._numbers), "text", person, text)
        return await self._decide(made)

    async def _decide(self, incoming: Incoming) -> Screen | None:
        screen = await self.house.app.dispatcher.unit.decide(incoming)
        for each in (screen, *(screen.then if screen else ())):
            for button in (button for row in (each.rows if each else ()) for button in row):
                if button.press:
                    self.recorded.setdefault(encode(button.press), set()).add(incoming.telegram_id)
        return screen

    async def walk(self, person: int, *commands: str, most: int = 60) -> None:
        """Every command, and then every button it leads to, like somebody who tries everything once."""
        for command in (*commands, *(f"/{name}" for name in COMMANDS)):
            await self.say(person, command)
        done: set[str] = set()
        while len(done) < most:
            waiting = [data for data, seen in self.recorded.items() if person in seen and data not in done]
            if not waiting:
                return
            done.add(waiting[0])
            if waiting[0].split(".")[0] not in DESTROYS:
                await self.press(person, waiting[0], replied="is there a dentist")


async def recorded(house: House) -> Run:
    """A day at the bot: visits, questions, a closed morning, an alert, invites. No place is left free at the end."""
    run = Run(house)
    await house.opens(capacity=1)
    await house.opens("bangkok", capacity=1)
    for number in (AYE, MIN, THIRD):
        await house.person(number)
    await house.person(OWNER, agreed=False)
    await house.someone(OWNER).starts()
    for number, role, clinic in (
        (NOI, Role.STAFF, "mae-sot"),
        (OTHER_CLINIC, Role.STAFF, "bangkok"),
        (REVOKED, Role.STAFF, "mae-sot"),
        (OPERATOR, Role.OPERATOR, ""),
        (FORMER_OPERATOR, Role.OPERATOR, ""),
        (EDITOR, Role.EDITOR, ""),
    ):
        await house.staff(number, role, clinic)
    slots = await slots_of(house)
    for person, slot in ((AYE, slots[0]), (MIN, slots[1]), (AYE, slots[2])):
        await run.press(person, encode(KeepPlace(slot, False, "", False)))
    for person in (AYE, MIN, NOI, OWNER, OPERATOR, EDITOR, REVOKED, FORMER_OPERATOR, OTHER_CLINIC):
        await run.walk(person, "is there a dentist", "how much is the health card", "ขอดูหมอฟัน")
    for nurse in (NOI, REVOKED):
        await run.say(nurse, "/open mae-sot vaccination tomorrow 13:00-15:00 every 20m x2")
        await run.say(nurse, "/close mae-sot tomorrow 09:00-12:00")
    for number, operator in enumerate((OPERATOR, FORMER_OPERATOR), start=1):
        await run.say(operator, "/alert")
        await run.press(operator, encode(WriteAlert(number, "en")))
        await run.say(operator, "Boil your water.")
    async with house.app.database.writing() as session:
        await session.execute(update(Slot).where(Slot.taken == 0).values(closed=True))
        for former in (REVOKED, FORMER_OPERATOR):
            gone = await find_person(session, former)
            assert gone
            await session.execute(delete(Grant).where(Grant.person_id == gone.id))
    return run


async def slots_of(house: House) -> list[int]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Slot.id).order_by(Slot.clinic_id.desc(), Slot.starts_at)))


async def completed(run: Run) -> list[str]:
    """What was recorded, and for kinds that no screen showed, one with identifiers that exist."""
    async with run.house.app.database.reading() as session:
        bookings = list(await session.scalars(select(Booking.id)))
        nonces = list(await session.scalars(select(Dialogue.nonce)))
        people = list(await session.scalars(select(Person.id)))
    real: dict[object, list[Any]] = {
        "booking_id": bookings, "slot_id": (await slots_of(run.house))[:3], "nonce": nonces, "person_id": people,
        "clinic": ["mae-sot"], "service": ["vaccination"], "language": ["en"], "role": ["owner", "staff"],
        "purpose": ["book"], "topic": list(run.house.app.house.topics)[:1], "invite": ["0" * 32],
        int: [1, *people[:2]], bool: [True], str: ["mae-sot"], date: [run.house.now.date() + timedelta(days=1)],
    }  # fmt: skip
    found = set(run.recorded)
    seen = {data.split(".")[0] for data in found}
    for code, kind in PRESSES.items():
        for place in range(3) if code not in seen else ():
            values = [real.get(each.name) or real[each.type] for each in fields(kind)]  # type: ignore[arg-type]
            found.add(encode(kind(*(options[place % len(options)] for options in values))))
    assert {data.split(".")[0] for data in found} == set(PRESSES)
    return sorted(found)
