"""What is kept, seen and erased."""

import json

from sqlalchemy import func, select

from handlers.screens import privacy
from locales.catalogue import Translator
from storage.personal import tables_about_people
from storage.tables import Booking, Owed, Person, Slot, Table
from tests.house import House


async def test_mydata_shows_everything_kept_as_a_message_and_a_file(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await aye.presses("bt1.2")
    await aye.says("/mydata")
    document = aye.messages[-1]
    assert document.file
    kept = json.loads(document.file.content)
    assert kept["people"][0]["telegram_id"] == "7"
    assert len(kept["bookings.person_id"]) == 1
    assert any("Visits: 1" in text for text in aye.texts)


def test_every_table_that_points_to_a_person_is_in_the_export() -> None:
    pointing = {
        f"{table.name}.{key.parent.name}"
        for table in Table.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "people.id"
    }
    assert len(pointing) >= 6
    assert pointing | {"people"} == set(tables_about_people())


async def test_forgetme_erases_every_row_and_frees_the_place_in_two_taps(house: House) -> None:
    await house.opens(capacity=1)
    aye = await house.person(7)
    await aye.presses("bt1.2")
    assert "would be cancelled" in await aye.says("/forgetme")
    receipt = await aye.taps("Yes, erase everything")
    assert "Visits cancelled: 1" in receipt
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 0
        assert await session.scalar(select(func.count()).select_from(Booking)) == 0
        assert await session.scalar(select(func.count()).select_from(Owed).where(Owed.state == "pending")) == 0
        assert await session.scalar(select(func.sum(Slot.taken))) == 0
    assert "nothing about you" in await aye.says("/mydata")


async def test_a_stranger_leaves_nothing_behind(house: House) -> None:
    reader = house.someone(7)
    await reader.says("how much is the health card")
    await reader.presses("ca1")
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 0


def test_the_privacy_notice_names_the_way_out() -> None:
    assert "/forgetme" in privacy.notice(Translator("en", {})).text
