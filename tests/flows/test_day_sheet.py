"""The day sheet: it comes before opening, once, and can be asked for at any time."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import delete, func, select, update

from delivery.rules import Kind
from locales.formats import long_day
from locales.languages import LANGUAGES, NATIVE
from people.authority import Role
from storage.tables import AuditEntry, Booking, Grant, Owed
from tests.acts import ON_SQLITE, at, it_becomes, spoken, take
from tests.house import House, Someone, called

STAFF_READ = [language for language in LANGUAGES if language != "en"]


class Page(HTMLParser):
    """What a page says, and what it would fetch from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.outside: list[str] = []
        self.codes: list[str] = []
        self._in_code = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_code = given.get("class") == "code"
        self.outside += [f"{tag} {name}" for name in given if name in ("src", "href", "action", "style")]
        self.outside += [tag] if tag in ("script", "link", "img", "iframe", "object") else []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._in_code and data.strip():
            self.codes.append(data)


def files(one: Someone) -> dict[str, bytes]:
    """The files that stand in the chat, by the end of their name; each stands there once."""
    found: dict[str, bytes] = {}
    for message in one.messages:
        if message.file:
            kind = str(message.file.name).rpartition(".")[2]
            assert kind not in found, "twice"
            found[kind] = message.file.content
    return found


async def morning(house: House, days: int, clock: str) -> None:
    """It becomes a time of a day from today on, and what is due by the hour is owed and sent."""
    await it_becomes(house, at(house, days, clock))
    for _ in range(2):
        await house.by_hand(house.app.notices.run())
        await house.quiet()


@pytest.mark.parametrize("language", STAFF_READ)
@ON_SQLITE
async def test_the_sheet_comes_before_opening_as_message_table_and_page(house: House, language: str) -> None:
    aye, sok, times = await house.person(7, "my"), await house.person(8, "km"), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot", language)
    codes = [await take(aye, times[1]), await take(sok, times[2])]
    async with house.app.database.writing() as session:
        wanted = update(Booking).where(Booking.code == codes[1]).values(interpreter="km", name="Sok")
        await session.execute(wanted, execution_options={"synchronize_session": False})
    house.simulator.world.block(7)
    day = times[0].date()
    await morning(house, 1, "07:29")
    assert files(nurse) == {}
    await morning(house, 0, "07:30:05")
    title = spoken(house, language, "🖨 <b>Day sheet</b>")
    [sheet] = [text for text in nurse.texts if title in text]
    service = house.app.house.clinics.services["vaccination"].name[language]
    assert f"09:30 {codes[0]} · {service} · {NATIVE['my']}" in sheet
    assert spoken(house, language, "interpreter: {spoken}", spoken=NATIVE["km"]) in sheet
    blocked = spoken(house, language, "messages are blocked")
    assert f"09:30 {codes[0]} · {blocked}" in sheet
    found = files(nurse)
    rows = list(csv.reader(io.StringIO(found["csv"].decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [["09:30", codes[0]], ["10:00", codes[1]]]
    assert rows[1][-1] == blocked
    page = Page(found["html"].decode())
    assert page.outside == []
    assert b"url(" not in found["html"]
    assert b"http" not in found["html"]
    assert page.codes[:2] == codes
    said = "".join(page.words)
    assert all(long_day(day, each) in said for each in LANGUAGES)
    for hidden in ("Sok", "7", called(8)):
        assert not re.search(rf"\b{hidden}\b", sheet), hidden
    assert "Sok" not in said + str(rows)


async def test_the_sheet_is_sent_once_to_everybody_who_works_there_and_to_nobody_else(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    nurse, lead = await house.staff(500, Role.STAFF, "mae-sot"), await house.staff(501, Role.LEAD, "mae-sot")
    others = [await house.staff(502, Role.STAFF, "bangkok"), await house.staff(503, Role.OPERATOR)]
    await take(aye, times[1])
    await morning(house, 1, "07:30:05")
    for clock in ("07:31:05", "08:15", "08:45"):
        await morning(house, 0, clock)
    assert [set(files(one)) for one in (nurse, lead)] == [{"csv", "html"}] * 2
    assert [files(one) for one in others] == [{}, {}]
    async with house.app.database.reading() as session:
        count = select(func.count()).select_from(Owed).where(Owed.kind == Kind.DAY_SHEET)
        assert await session.scalar(count) == 6


@ON_SQLITE
async def test_no_sheet_comes_on_a_day_without_visits(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    await take(aye, times[1])
    await aye.says("/mine")
    await aye.taps("09:30")
    await aye.taps("Cancel")
    await aye.taps("Yes, cancel it")
    before = len(nurse.texts)
    await morning(house, 1, "07:30:05")
    await morning(house, 0, "08:00")
    assert len(nurse.texts) == before


@ON_SQLITE
async def test_no_sheet_comes_to_whoever_is_no_longer_staff(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    await take(aye, times[1])
    house.simulator.faults.add("429:120", "sendDocument", chat_id=500, count=2)  # the files have to wait
    await it_becomes(house, at(house, 1, "07:30:05"))
    await house.by_hand(house.app.notices.run())
    async with house.app.database.writing() as session:
        await session.execute(delete(Grant))
    house.advance(minutes=3)
    await house.quiet()
    assert files(nurse) == {}


@pytest.mark.parametrize("language", STAFF_READ)
@ON_SQLITE
async def test_the_sheet_of_any_day_can_be_asked_for_and_that_is_noted(house: House, language: str) -> None:
    aye, times = await house.person(7), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot", language)
    code = await take(aye, times[1])
    await nurse.says("/sheet tomorrow")
    assert any(code in text for text in nurse.texts)
    assert set(files(nurse)) == {"csv", "html"}
    assert f"mae-sot-{times[0].date()}.csv" in [message.file.name for message in nurse.messages if message.file]
    async with house.app.database.reading() as session:
        fetched = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "sheet-fetched")
        assert await session.scalar(fetched) == 1


@ON_SQLITE
async def test_what_is_not_understood_is_said_and_others_are_refused(house: House) -> None:
    nurse, aye = await house.staff(500, Role.STAFF, "mae-sot"), await house.person(7)
    assert "blub" in await nurse.says("/sheet blub")
    assert "/sheet mae-sot tomorrow" in nurse.screen
    assert "only some clinic staff" in await nurse.says("/sheet bangkok")
    assert "only some clinic staff" in await aye.says("/sheet mae-sot")
    assert "Nobody is booked" in await nurse.says("/sheet")
    assert files(nurse) == {}
