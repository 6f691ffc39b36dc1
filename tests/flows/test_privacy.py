"""What is kept, seen, taken back and erased."""

import asyncio
import json
from pathlib import Path
from time import monotonic

from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url

from alerts import report, writing
from handlers.screens import privacy
from locales.catalogue import Translator
from people.authority import Role
from people.rules import CONSENT_VERSION
from storage.audit import latest, person_reference
from storage.personal import BLIND, tables_about_people
from storage.scrub import scrub, touched
from storage.tables import Booking, Consent, Grant, Limit, Owed, Person, Question, Shown, Slot, Table, Tombstone, Wipe
from tests.acts import ON_SQLITE, cleared, count, take
from tests.house import House

ABOUT_NOBODY = {
    "alert_texts": "texts of alerts",
    "asked_days": "counts of a day",
    "asked_weeks": "counts of a week",
    "audit": "keyed references; erasure never rewrites it",
    "audit_heads": "keyed hashes",
    "cap_messages": "which alerts messages of other agencies became",
    "clinic_days": "days of clinics",
    "closures": "times of clinics",
    "feeds": "a clinic's secret address, as a hash",
    "group_codes": "hashes of codes that link a group",
    "holidays": "days of clinics",
    "invites": "nobody yet",
    "key_checks": "keyed hashes",
    "openings": "times of clinics",
    "pace": "the sending slot",
    "quarantine": "numbers of updates",
    "recordings": "files of topics",
    "slots": "times of clinics; a visit's own comes with the booking",
    "staff_groups": "clinics' groups of staff",
    "tombstones": "keyed references of rows that are gone",
    "votes": "weekly counts",
    "wipes": "sealed; messages on their way out, also after their person is gone",
}
"""Tables that refer to no person, and what they hold."""
THROUGH_THEIR_LIST = {"offers"}
"""Tables whose rows belong to a person through another row."""


async def test_mydata_shows_everything_kept_as_a_message_and_a_file(house: House) -> None:
    times = await house.opens()
    aye = await house.person(7)
    await take(aye, times[1])
    await cleared(house)
    begun = monotonic()
    await aye.says("/mydata")
    assert monotonic() - begun < 10
    document = aye.messages[-1]
    assert document.file
    assert document.protect_content
    kept = json.loads(document.file.content)
    assert kept["people"][0]["telegram_id"] == "7"
    [visit] = kept["bookings.person_id"]
    assert (visit["clinic_id"], visit["service"]) == ("mae-sot", "vaccination")
    assert kept["consents.person_id"][0]["given"] is True
    assert len(kept["shown.person_id"]) >= 2  # what a stranger wrote may be forgotten before they are known
    assert any("Visits: 1" in text for text in aye.texts)


def test_every_table_that_points_to_a_person_is_in_the_export_and_every_other_one_is_accounted_for() -> None:
    pointing = {
        f"{table.name}.{key.parent.name}"
        for table in Table.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "people.id"
    }
    assert len(pointing) >= 11
    assert pointing | {"people"} == set(tables_about_people())
    exported = {name.partition(".")[0] for name in tables_about_people()} | set(BLIND) | THROUGH_THEIR_LIST
    assert exported | set(ABOUT_NOBODY) == set(Table.metadata.tables), "a new table: export it, or say whom it is about"
    assert not exported & set(ABOUT_NOBODY)


async def test_limits_are_found_by_their_blind_index_and_shown_to_their_person(house: House) -> None:
    aye = await house.person(7)
    await aye.says("/start i-nonsense")
    assert await count(house, Limit) > 0
    await aye.says("/mydata")
    document = aye.messages[-1].file
    assert document
    assert json.loads(document.content)["limits"][0].keys() >= {"what", "count"}


async def test_forgetme_erases_every_row_and_frees_the_place_in_two_taps(house: House) -> None:
    times = await house.opens(capacity=1)
    aye = await house.person(7)
    await take(aye, times[1])
    await aye.says("where is the moon")
    await aye.taps("Keep my question")
    assert await count(house, Question) == 1
    async with house.app.database.reading() as session:
        person_id = (await session.scalars(select(Person.id))).one()
    assert "would be cancelled" in await aye.says("/forgetme")
    receipt = await aye.taps("Yes, erase everything")
    assert "Visits cancelled: 1." in receipt
    assert "Visits erased: 1. Questions: 1." in receipt
    assert "Choices and agreements: 8." in receipt
    await cleared(house)
    for table in (Person, Booking, Consent, Grant, Limit, Owed, Question, Shown, Wipe):
        assert await count(house, table) == 0, table.__tablename__
    left = [message for message in house.simulator.world.chat(7).messages if not message.deleted]
    assert [message.text for message in left] == [receipt]
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.sum(Slot.taken))) == 0
        assert (await session.scalars(select(Tombstone.reference))).all() == [person_reference(person_id)]
        assert "erased" in {entry.action for entry in await latest(session, 10)}
    assert 7 not in house.app.dispatcher.unit.readers
    assert not house.app.shown.of(7)
    assert "nothing about you" in await aye.says("/mydata")


@ON_SQLITE
async def test_an_alert_to_somebody_who_left_still_adds_up_and_names_nobody(house: House) -> None:
    people = [await house.person(number) for number in (7, 8)]
    for one in people:
        await one.says("/alerts_on")
    async with house.app.database.writing() as session:
        author = Person(telegram_id="90", telegram_key=bytes(32), language="en", last_seen=house.now.date())
        session.add(author)
        await session.flush()
        draft = await writing.draft_of(session, author, house.now)
        await writing.write_text(session, author, draft.alert.id, "en", "Boil your water.", frame=100)
        quiet = house.app.house.quiet
        await writing.fix(session, draft.alert)
        await writing.send(session, draft.alert.id, now=house.now, quiet=quiet)
    await people[0].says("/forgetme")
    await people[0].taps("Yes, erase everything")
    async with house.app.database.reading() as session:
        assert (await report.report_on(session, draft.alert.id)).adds_up
        rows = list(await session.scalars(select(Owed).where(Owed.kind == "alert")))
        assert len(rows) == 2
        gone = [row for row in rows if row.person_id is None]
        assert [row.state for row in gone] == ["dropped"]
        living = {str(row.person_id) for row in rows if row.person_id}
        assert all(row.key.rpartition(":")[2] in living for row in rows if row.person_id)
        assert gone[0].key == f"alert:-:{gone[0].id}"


async def test_a_stranger_leaves_nothing_behind(house: House) -> None:
    reader = house.someone(7)
    await reader.says("how much is the health card")
    await reader.presses("ca1")
    assert await count(house, Person) == 0


@ON_SQLITE
async def test_the_last_owner_is_told_what_leaving_means_and_may_leave(house: House) -> None:
    owner = await house.person(900)
    await owner.starts()
    assert "last owner" in await owner.says("/forgetme")
    await owner.taps("Yes, erase everything")
    assert await count(house, Grant) == 0


@ON_SQLITE
async def test_staff_who_are_not_owners_read_no_word_about_it(house: House) -> None:
    nurse = await house.staff(200, Role.STAFF, "mae-sot")
    assert "last owner" not in await nurse.says("/forgetme")


async def test_an_agreement_can_be_taken_back_and_given_again_and_each_is_noted(house: House) -> None:
    aye, times = await house.person(7, agreed=False), await house.opens(capacity=1)
    assert "Take back my agreement" not in str(aye.labels) + await aye.says("/privacy")
    await aye.presses("ag1.book")
    await aye.presses("ag1.book")
    await take(aye, times[1])
    await aye.says("/alerts_on")
    assert "You agreed to this on" in await aye.says("/privacy")
    assert "You have 1 visit to come. It would be cancelled." in await aye.taps("Take back my agreement")
    await aye.taps("Yes, take it back")
    await aye.presses("tb1")
    async with house.app.database.reading() as session:
        person = (await session.scalars(select(Person))).one()
        assert (person.consent_version, person.consent_day, person.wants_alerts) == (None, None, False)
        assert person.language == "en"
        assert await session.scalar(select(func.sum(Slot.taken))) == 0
        assert [line.given for line in await session.scalars(select(Consent).order_by(Consent.id))] == [True, False]
    assert "Is that all right?" in await aye.says("/book")
    await aye.taps("Yes, I agree")
    async with house.app.database.reading() as session:
        ledger = [line.given for line in await session.scalars(select(Consent).order_by(Consent.id))]
    assert ledger == [True, False, True]
    assert "no visits to come" in await aye.says("/mine")


@ON_SQLITE
async def test_whoever_agreed_to_an_older_text_is_asked_again_before_anything_more_is_kept(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[0])
    async with house.app.database.writing() as session:
        await session.execute(update(Person).values(consent_version=CONSENT_VERSION - 1))
    notice = await aye.says("/privacy")
    assert "a name that the clinic can call out" in notice
    assert "You agreed to this on" not in notice
    assert "Take back my agreement" in str(aye.labels)
    assert "Tap a visit" in await aye.says("/mine")
    asked = await aye.says("/book")
    assert "a name that the clinic can call out" in asked
    assert "erased about 24 hours after the visit" in asked
    await aye.taps("Yes, I agree")
    assert "You agreed to this on" in await aye.says("/privacy")
    async with house.app.database.reading() as session:
        ledger = [(line.version, line.given) for line in await session.scalars(select(Consent).order_by(Consent.id))]
    assert ledger == [(CONSENT_VERSION, True)] * 2, "the first was put back by this test alone"


@ON_SQLITE
async def test_after_forgetme_no_byte_of_them_is_in_the_files(house: House) -> None:
    """Without closing the database: its file, its write-ahead log and the log's index."""
    times = await house.opens()
    marked = 7_310_264_519
    aye = await house.person(marked)
    await take(aye, times[1])
    async with house.app.database.reading() as session:
        code = (await session.scalars(select(Booking.code))).one()
        person_id = (await session.scalars(select(Person.id))).one()
    place = Path(str(make_url(house.settings.database_url).database))
    files = [place, place.with_name(f"{place.name}-wal"), place.with_name(f"{place.name}-shm")]
    needles = [code.encode(), person_id.to_bytes(8, "big"), str(marked).encode()]

    def found() -> list[tuple[str, int]]:
        written = {file.name: file.read_bytes() for file in files if file.exists()}
        return [(name, index) for name, data in written.items() for index, it in enumerate(needles) if it in data]

    assert {index for _, index in found()} == {0, 1}, "the search finds what is there, and no Telegram id in the clear"
    begun = monotonic()
    await aye.says("/forgetme")
    await aye.taps("Yes, erase everything")
    await cleared(house)
    while found() and monotonic() - begun < 60:  # noqa: ASYNC110 - the files cannot tell
        await asyncio.sleep(0.1)
    assert found() == []
    assert person_reference(person_id).hex() in place.with_name("tombstones").read_text()


async def test_the_disk_is_cleared_on_both_databases_and_the_bot_serves_on(house: House) -> None:
    aye = await house.person(7)
    await aye.says("/forgetme")
    await aye.taps("Yes, erase everything")
    assert {"people", "bookings", "owed", "shown", "limits", "wipes"} <= set(touched())
    async with asyncio.timeout(20):
        while not await scrub(house.app.database):  # noqa: ASYNC110 - a reader may be in the way
            await asyncio.sleep(0.1)
    assert "Done." in await aye.says("/hide")


def test_the_privacy_notice_names_the_way_out() -> None:
    text = privacy.notice(Translator("en", {})).text
    assert all(command in text for command in ("/forgetme", "/hide", "/mydata"))
