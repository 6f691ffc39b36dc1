"""Controls of who may do what and who learns what: each switches one guard off, here in the test, and it goes wrong."""

import asyncio
import io
import json
import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from alerts import rules
from alerts.store import put_text
from bot import discretion, log
from bot.clock import new_secret
from bot.commands import restoring
from bot.tombstone_file import TombstoneFile
from delivery import covering
from delivery.rules import Kind
from handlers import sheets, wording
from handlers.due import Due, Worded
from handlers.screens import ticket as tickets
from locales import catalogue
from locales.catalogue import Html
from people import invites, leaving, store, tombstones
from people.authority import Role
from people.recognise import settle_language
from people.refusals import InviteUseless
from people.store import invites as links
from storage.database import Database
from storage.tables import Invite, Person
from tests.acts import ON_POSTGRESQL, ON_SQLITE, take
from tests.flows.alerting import operators, reader, received, window_passes, writes
from tests.flows.test_alert_approval import button_of
from tests.flows.test_discreet import tells
from tests.house import House, Someone

NOW = datetime(2026, 12, 2, 3, tzinfo=UTC)
THIEF = "Changed by a thief."


@ON_POSTGRESQL
async def test_without_a_conditional_update_one_invite_makes_several_nurses(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer: there, the second sees that it is used."""

    all_looked = asyncio.Barrier(8)

    async def look_then_write(session: AsyncSession, code_hash: bytes, now: datetime) -> bool:
        invite = (await session.scalars(select(Invite).where(Invite.code_hash == code_hash))).one()
        await all_looked.wait()
        fresh, invite.used_at = invite.used_at is None, now
        return fresh

    async with database.writing() as session:
        people = [await settle_language(session, 2000 + each, "en", NOW) for each in range(8)]
        code = await invites.invite(session, Role.STAFF, "mae-sot", now=NOW, new_secret=new_secret)

    async def open_link(person: Person) -> bool:
        try:
            async with database.writing() as session:
                await invites.redeem(session, await session.get_one(Person, person.id), code, now=NOW)
        except InviteUseless:
            return False
        return True

    monkeypatch.setattr(links, "take_invite", look_then_write)
    assert sum(await asyncio.gather(*map(open_link, people))) > 1


@ON_SQLITE
async def test_without_the_hash_a_text_that_nobody_read_is_approved(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "content_hash", lambda _content: b"0" * 32)
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    button = button_of(approver, "Approve and send")
    async with house.app.database.writing() as session:
        await put_text(session, 1, "en", THIEF)
    await approver.presses(button)
    await window_passes(house)
    assert [THIEF in text for text in received(aye)] == [True]


def test_without_the_apostrophe_a_spreadsheet_would_run_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    formula = "=HYPERLINK(1)"
    assert f'"{formula}"' not in sheets.written([[formula]]).decode()
    monkeypatch.setattr(sheets, "harmless", lambda cell: cell)
    assert f'"{formula}"' in sheets.written([[formula]]).decode()


@ON_SQLITE
async def test_without_escaping_what_somebody_types_becomes_markup(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    assert "“<b>x</b>”" in await nurse.says("/today <b>x</b>")
    monkeypatch.setattr(catalogue, "escaped", lambda value: Html(str(value)))
    assert "<b>" not in await nurse.says("/today <b>x</b>")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log writes in the field, where it leaves out instead of refusing."""
    monkeypatch.setattr(log, "strict", False)
    stream, ours = io.StringIO(), logging.getLogger("front_door.control")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.Lines())
    monkeypatch.setattr(log, "_logger", ours)
    monkeypatch.setattr(log, "OURS", ours.name)
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False
    yield stream
    ours.removeHandler(handler)


def test_without_the_closed_set_a_persons_words_stand_in_the_log(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> dict[str, object]:
        log.event("x", kind="my chest hurts", text="Aye Aye")
        line: dict[str, object] = json.loads(lines.getvalue().splitlines()[-1])
        return {name: line[name] for name in ("kind", "text") if name in line}

    assert said() == {"kind": "?"}
    monkeypatch.setattr(log, "_closed", lambda value: value)
    monkeypatch.setattr(log, "FIELDS", log.FIELDS | {"text"})
    assert said() == {"kind": "my chest hurts", "text": "Aye Aye"}


async def _has_booked(house: House) -> Someone:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await house.quiet()
    return aye


@ON_SQLITE
async def test_without_discretion_a_ticket_names_clinic_and_service_to_whoever_glances_at_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_full(due: Due) -> Worded:
        found = await due.visit()
        assert found
        thai = due.house.catalogues.say("th")
        return tickets.ticket(due.say, thai, found[0], due.house.clinics, discreet=False)

    aye = await _has_booked(house)
    assert not any(tells(text) for text in aye.texts)
    monkeypatch.setitem(wording.WORDING, Kind.RECEIPT, in_full)
    min_ = await house.person(8)
    await take(min_, (await house.opens())[2])
    await house.quiet()
    assert any(tells(text) for text in min_.texts)


@ON_SQLITE
async def test_without_the_cover_details_stay_on_the_screen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(discretion, "cover_later", nothing)
    monkeypatch.setattr(covering, "cover_later", nothing)
    aye = await _has_booked(house)
    await aye.taps("Show details")
    house.advance(minutes=30)
    await house.quiet()
    assert tells(aye.screen)


async def _brought_back(database: Database, file: TombstoneFile) -> int:
    """Somebody is erased, and an older copy of the database is put in its place; how many people are there then."""
    place = Path(str(make_url(database.url).database))
    async with database.writing() as session:
        await settle_language(session, 7, "en", NOW)
    await database.close()
    shutil.copy(place, place.with_name("backup"))
    async with database.writing() as session:
        person = await store.find_person(session, 7)
        assert person
        await leaving.erase(session, person, {}, NOW)
    async with database.reading() as session:
        file.add(await tombstones.known(session))
    await database.close()
    shutil.copy(place.with_name("backup"), place)
    await restoring.forget_again(database, file, NOW)
    async with database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(Person)) or 0)


@ON_SQLITE
async def test_a_copy_put_back_brings_nobody_back(database: Database, tmp_path: Path) -> None:
    assert await _brought_back(database, TombstoneFile(tmp_path / "tombstones")) == 0


@ON_SQLITE
async def test_without_tombstones_a_copy_put_back_brings_everybody_back(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TombstoneFile, "read", lambda _self: set())
    assert await _brought_back(database, TombstoneFile(tmp_path / "tombstones")) == 1
