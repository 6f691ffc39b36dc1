"""Lists of visits as a file: two people of a clinic agree, whoever asked gets it, and it holds no names."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from delivery.rules import Kind
from people.authority import Role
from people.store import find_person
from storage import audit
from storage.tables import Grant, Owed
from tests.acts import CODE, ON_SQLITE, at, it_becomes, spoken, take
from tests.house import House, Someone, called

REFUSED = "only some clinic staff or operators"


async def nurse(house: House, telegram_id: int, clinic: str = "mae-sot", role: Role = Role.STAFF) -> Someone:
    """Somebody of a clinic who has just given their PIN."""
    one = await house.staff(telegram_id, role, clinic)
    await one.has_pin()
    return one


async def booked(house: House) -> tuple[str, str]:
    """Two visits tomorrow, one of them of somebody whose phone takes no messages; their codes."""
    times = await house.opens()
    aye, min_ = await house.person(7, "my"), await house.person(8, "km")
    codes = await take(aye, times[0]), await take(min_, times[1])
    house.simulator.world.block(min_.id)
    await house.quiet()
    return codes


def sheets_of(one: Someone) -> list[list[list[str]]]:
    """Every file that somebody was sent, as rows of cells."""
    found = []
    for message in one.messages:
        if message.file:
            content = message.file.content
            assert content.startswith(b"\xef\xbb\xbf")
            found.append(list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))))
    return found


async def kinds(house: House) -> list[str]:
    async with house.app.database.reading() as session:
        return [row.kind for row in await session.scalars(select(Owed)) if row.kind.startswith("export")]


async def acts(house: House) -> list[tuple[str, str, str]]:
    async with house.app.database.reading() as session:
        entries = reversed(await audit.latest(session, 50))
        return [(entry.action, entry.clinic_id, entry.detail) for entry in entries if entry.detail.startswith("export")]


async def test_a_colleague_agrees_and_whoever_asked_gets_the_file(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    codes = await booked(house)
    asked = await noi.says("/export tomorrow")
    assert "IOM clinic Mae Sot" in asked
    assert "I have asked 1 colleague." in asked
    assert sheets_of(noi) == []
    assert "but no names" in nan.screen
    assert "IOM clinic Mae Sot" in nan.screen
    assert "Your colleague gets the file now" in await nan.taps("I agree")
    [[titles, *rows]] = sheets_of(noi)
    assert titles == ["Day", "Time", "Service", "Code", "Status", "Language", "Messages arrive"]
    day = at(house, 1, "09:00").date().isoformat()
    assert rows == [
        [day, "09:00", "Vaccination", codes[0], "booked", "မြန်မာ", "yes"],
        [day, "09:30", "Vaccination", codes[1], "booked", "ខ្មែរ", "no"],
    ]
    assert "2 visits" in noi.screen
    assert noi.messages[-1].protect_content
    assert sheets_of(nan) == []
    assert await acts(house) == [
        ("propose", "mae-sot", "export days=1"),
        ("approve", "mae-sot", "export days=1 rows=2"),
    ]


@ON_SQLITE
async def test_the_file_tells_what_became_of_each_visit_also_of_those_the_desk_booked(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    first, second = await booked(house)
    await noi.says("/book mae-sot vaccination tomorrow 10:00")
    [desk] = set(CODE.findall(await noi.taps("Yes, do it")))
    await it_becomes(house, at(house, 1, "09:50"))
    for one in (noi, nan):
        await one.has_pin()
    await noi.says(f"/here {first}")
    await noi.says(f"/done {first}")
    await noi.says(f"/noshow {second}")
    await noi.says("/export mae-sot")
    await nan.taps("I agree")
    [[_, *rows]] = [rows for rows in sheets_of(noi) if "Messages arrive" in rows[0]]
    assert [row[3:] for row in rows] == [
        [first, "done", "မြန်မာ", "yes"],
        [second, "did not come", "ខ្មែរ", "no"],
        [desk, "booked", "", "no"],
    ]


@ON_SQLITE
async def test_a_week_is_seven_days_from_today_on_and_a_clinic_lead_may_agree(house: House) -> None:
    noi, lead = await nurse(house, 500), await nurse(house, 501, role=Role.LEAD)
    aye = await house.person(7)
    for ahead in (1, 6, 7):
        [first, *_] = await house.opens(day=at(house, ahead, "09:00").date(), service="vaccination")
        if ahead != 6:
            await take(aye, first)
    other = await house.person(8)
    await take(other, at(house, 6, "09:00"))
    await noi.says("/export mae-sot week")
    await lead.taps("I agree")
    [[_, *rows]] = sheets_of(noi)
    today = at(house, 0, "09:00").date()
    assert [row[0] for row in rows] == [(today + timedelta(days=ahead)).isoformat() for ahead in (1, 6)]


@ON_SQLITE
async def test_the_titles_are_in_the_language_of_whoever_asked_and_a_spreadsheet_shows_thai(house: House) -> None:
    noi, nan = await house.staff(500, Role.STAFF, "mae-sot", "th"), await nurse(house, 501)
    await noi.has_pin()
    await booked(house)
    await noi.says("/export พรุ่งนี้")
    await nan.taps("I agree")
    [[titles, row, _]] = sheets_of(noi)
    assert titles[0] == spoken(house, "th", "Day")
    assert row[2] == house.app.house.clinics.services["vaccination"].name["th"]


async def test_nobody_agrees_to_their_own_request(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    await noi.says("/export")
    button = nan._button("I agree")[1]
    assert "Another person must approve" in await noi.presses(button)
    assert Kind.EXPORT not in await kinds(house)


@ON_SQLITE
async def test_whoever_is_alone_at_a_clinic_is_told_to_have_somebody_invited(house: House) -> None:
    noi, _ = await nurse(house, 500), await nurse(house, 501, "bangkok")
    assert "ask the owner to invite a second person" in await noi.says("/export")
    assert await acts(house) == []


@ON_SQLITE
async def test_nobody_of_another_clinic_asks_agrees_or_takes_back(house: House) -> None:
    noi, nan, far = await nurse(house, 500), await nurse(house, 501), await nurse(house, 600, "bangkok")
    operator, aye = await house.staff(700, Role.OPERATOR), await house.person(7)
    await noi.says("/export")
    agree, back = nan._button("I agree")[1], noi._button("Take it back")[1]
    for one in (far, operator, aye):
        assert REFUSED in await one.says("/export mae-sot")
        assert REFUSED in await one.presses(agree)
        assert REFUSED in await one.presses(back)
    elsewhere = agree.replace("mae-sot", "bangkok")
    assert "does not wait for approval any more" in await far.presses(elsewhere)
    assert Kind.EXPORT not in await kinds(house)


@ON_SQLITE
async def test_both_need_their_pin(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    house.advance(minutes=11)
    assert "Please tap your PIN" in await noi.says("/export mae-sot tomorrow")
    assert "I have asked 1 colleague." in await noi.enters_pin()
    assert "Please tap your PIN" in await nan.taps("I agree")
    assert sheets_of(noi) == []
    assert "gets the file now" in await nan.enters_pin()
    assert len(sheets_of(noi)) == 1


@ON_SQLITE
async def test_asking_twice_is_asking_once_and_agreeing_twice_sends_one_file(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    assert await noi.says("/export") == await noi.says("/export")
    assert len([text for text in nan.texts if "A colleague asks" in text]) == 1
    button = nan._button("I agree")[1]
    assert await nan.presses(button) == await nan.presses(button)
    assert len(sheets_of(noi)) == 1
    third = await nurse(house, 502)
    assert "does not wait for approval any more" in await third.presses(button)


@ON_SQLITE
async def test_a_request_ends_after_an_hour_and_a_taken_back_one_at_once(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    await noi.says("/export")
    first = nan._button("I agree")[1]
    assert "No file is sent" in await noi.taps("Take it back")
    assert "does not wait for approval any more" in await nan.presses(first)
    await noi.says("/export")
    second = nan._button("I agree")[1]
    assert second != first
    assert "does not wait for approval any more" in await nan.presses(first)
    house.advance(hours=1)
    await nan.has_pin()
    assert "does not wait for approval any more" in await nan.presses(second)
    assert sheets_of(noi) == []


@ON_SQLITE
async def test_a_colleague_who_wants_the_same_list_is_asked_to_agree_instead(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    await noi.says("/export tomorrow")
    assert "A colleague asks for a list" in await nan.says("/export tomorrow")
    await nan.taps("I agree")
    assert len(sheets_of(noi)) == 1


async def test_whoever_is_revoked_before_the_file_goes_out_does_not_get_it(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    await noi.says("/export")
    async with house.app.database.writing() as session:
        person = await find_person(session, noi.id)
        assert person
        await session.execute(delete(Grant).where(Grant.person_id == person.id))
    await nan.taps("I agree")
    assert sheets_of(noi) == []


@ON_SQLITE
async def test_what_did_not_come_is_in_the_list_and_what_was_cancelled_is_not(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    times = await house.opens()
    codes = [
        await take(await house.person(number), when) for number, when in ((7, times[0]), (8, times[1]), (9, times[2]))
    ]
    gone = house.someone(9)
    await gone.says("/mine")
    await gone.taps("Cancel")
    await gone.taps("Yes")
    house.advance(days=1)
    for one in (noi, nan):
        await one.has_pin()
    await noi.says(f"/noshow {codes[0]}")
    await noi.says("/export")
    await nan.taps("I agree")
    [[_, *rows]] = sheets_of(noi)
    assert [row[4] for row in rows] == ["did not come", "booked"]


@ON_SQLITE
async def test_the_file_names_nobody(house: House) -> None:
    noi, nan = await nurse(house, 500), await nurse(house, 501)
    await booked(house)
    await noi.says("/export tomorrow")
    await nan.taps("I agree")
    [file] = [message.file for message in noi.messages if message.file]
    assert not re.search(rf"\b({called(7)}|{called(8)}|7|8)\b", file.content.decode())
    assert re.fullmatch(r"mae-sot-\d{4}-\d\d-\d\d-1\.csv", str(file.name))


@pytest.mark.parametrize(
    "line", ["mae-sot week", "week", "mae-sot tomorrow", "tomorrow week", "week tomorrow", "", "แม่สอด สัปดาห์"]
)
@ON_SQLITE
async def test_a_line_says_which_days(house: House, line: str) -> None:
    noi, _ = await nurse(house, 500), await nurse(house, 501)
    screen = await noi.says(f"/export {line}".strip())
    assert "I have asked 1 colleague." in screen
    assert (" to\n" in screen) == ("week" in line or "สัปดาห์" in line)


@ON_SQLITE
async def test_a_line_that_makes_no_sense_gets_an_example(house: House) -> None:
    noi, _ = await nurse(house, 500), await nurse(house, 501)
    assert "/export mae-sot week" in await noi.says("/export everything")
    await nurse(house, 500, "bangkok")
    assert "Please name one" in await noi.says("/export week")
    assert "I have asked 1 colleague." in await noi.says("/export mae-sot week")
