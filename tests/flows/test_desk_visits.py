"""Staff act for one person: find, book for somebody at the desk, move, cancel, name to call."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.reasons import read_reason
from storage import audit
from storage.audit import subject_reference
from storage.tables import Booking
from tests.acts import CODE, ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.flows.test_closing import closes, nurse_of, places
from tests.house import House

UNKNOWN = "I find no visit with the code"


async def acts(house: House) -> list[str]:
    """What the audit log of the clinic says, oldest first."""
    async with house.app.database.reading() as session:
        return [entry.action for entry in reversed(await audit.latest(session, 50, "mae-sot"))]


async def test_a_nurse_books_for_somebody_without_telegram_and_tells_them_the_code(house: House) -> None:
    nurse, _ = await nurse_of(house), await house.opens(capacity=1)
    preview = await nurse.says("/book mae-sot vaccination tomorrow 09:00")
    assert "Book this time for somebody at the desk?" in preview
    assert (await places(house))["09:00"] == (0, 0, False)
    done = await nurse.taps("Yes, do it")
    [code] = set(CODE.findall(done))
    assert "Code to tell the person" in done
    await nurse.taps("Add a name to call")
    assert code in await nurse.says("  Daw   Hla ")
    assert "Daw Hla" not in nurse.screen
    assert f"{code}: Daw Hla" in await nurse.taps("Name to call")
    assert (await places(house))["09:00"] == (1, 0, False)
    assert f"09:00 {code} · Vaccination" in await nurse.says("/today tomorrow")
    assert "reveal-name" in await acts(house)


@ON_SQLITE
async def test_a_second_tap_books_nobody_twice(house: House) -> None:
    nurse, _ = await nurse_of(house), await house.opens(capacity=2)
    await nurse.says("/book mae-sot vaccination tomorrow 09:00")
    _, data = nurse._button("Yes, do it")
    once = await nurse.presses(data)
    assert await nurse.presses(data) == once
    assert (await places(house))["09:00"] == (1, 0, False)


@ON_SQLITE
async def test_beyond_the_places_only_after_a_preview_that_says_so(house: House) -> None:
    nurse, other = await nurse_of(house), await nurse_of(house, telegram_id=501)
    times = await house.opens(capacity=1)
    preview = await other.says("/book mae-sot vaccination tomorrow 09:00")
    assert "overbooked" not in preview
    await take(await house.person(7), times[0])
    assert "Somebody changed this in the meantime" in await other.taps("Yes, do it")
    assert "It would be overbooked by 1" in await nurse.says("/book mae-sot vaccination tomorrow 09:00")
    await nurse.taps("Yes, do it")
    assert (await places(house))["09:00"] == (2, 0, False)
    assert "overbooked by 1" in await nurse.says("/slots mae-sot tomorrow")


async def test_moving_tells_the_person_in_their_language_and_the_code_stays(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1, day=at(house, 3, "00:00").date())
    aye = await house.person(7, "my")
    code = await take(aye, times[0])
    heard = len(aye.texts)
    day = times[0].date()
    preview = await nurse.says(f"/move {code.lower()} {day} 10:00")
    assert "Move this visit?" in preview
    assert "The person will be told in their language (မြန်မာ)" in preview
    assert len(aye.texts) == heard
    done = await nurse.taps("Yes, do it")
    assert f"{code} has moved" in done
    assert len(aye.texts) == heard + 1
    assert "10:00" in aye.screen
    assert code in aye.screen
    assert is_in("my", aye.screen)
    assert "ကာကွယ်ဆေး" not in aye.screen, "what it is for is shown after a tap"
    found = await places(house)
    assert (found["09:00"], found["10:00"]) == ((0, 0, False), (1, 0, False))
    await it_becomes(house, at(house, 3, "08:00"))
    reminder = spoken(house, "my", "Reminder: today at {time}, Thai time.", time="10:00")
    assert any(reminder in text for text in aye.texts)
    assert not any(reminder.replace("10:00", "09:00") in text for text in aye.texts)
    assert (await acts(house))[-1] == "visit-moved"


async def test_cancelling_tells_the_reason_in_their_language_with_other_times(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    people = {language: await house.person(7 + n, language) for n, language in enumerate(("th", "my", "km"))}
    codes = {language: await take(one, times[n]) for n, (language, one) in enumerate(people.items())}
    typed = {"th": "ป่วย", "my": "မီးပျက်", "km": "ទឹកជំនន់"}
    told = {
        "th": "We are sorry. Somebody of the staff is ill, so this visit cannot take place:",
        "my": "We are sorry. Something at the clinic does not work, so this visit cannot take place:",
        "km": "We are sorry. The weather is too bad, so this visit cannot take place:",
    }
    for language, one in people.items():
        heard = len(one.texts)
        await nurse.says(f"/cancel {codes[language]} {typed[language]}")
        assert "is cancelled" in await nurse.taps("Yes, do it")
        assert len(one.texts) == heard + 1
        assert spoken(house, language, told[language]) in one.screen
    assert codes["th"] in await people["th"].taps("11:00")
    assert codes["th"] in await nurse.says("/today tomorrow")
    assert codes["my"] not in nurse.screen


@ON_SQLITE
async def test_cancel_without_a_reason_asks_for_one_and_an_unknown_reason_is_shown_back(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    code = await take(await house.person(7), times[0])
    assert f"Why is {code} cancelled?" in await nurse.says(f"/cancel {code}")
    assert "Cancel this visit?" in await nurse.taps("The weather")
    assert "I did not understand this part: “banana”" in await nurse.says(f"/cancel {code} banana")
    assert "/cancel K7M4QX ill" in nurse.screen
    await closes(nurse, f"/cancel {code} other")
    assert "is over or cancelled" in await nurse.says(f"/cancel {code} other")


@ON_SQLITE
async def test_one_visit_with_everything_that_can_be_done_about_it(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    aye = await house.person(7, "my")
    code = await take(aye, times[1])
    async with house.app.database.writing() as session:
        await session.execute(update(Booking).values(late_minutes=20, interpreter="my", confirmed_at=house.now))
    lines = (await nurse.says(f"/find {code}")).splitlines()
    for part in (code, "Vaccination", "booked", "မြန်မာ", "Interpreter: မြန်မာ", "20 minutes late"):
        assert part in lines
    assert "said that they are coming" in lines
    await nurse.taps("Move")
    assert "Move this visit?" in await nurse.says("tomorrow 11:00")
    await nurse.says(f"/find {code}")
    assert "Why is" in await nurse.taps("✖️ Cancel")


@ON_SQLITE
async def test_a_code_of_another_clinic_looks_unknown(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens("bangkok")
    code = await take(await house.person(7), times[0], "bangkok")
    for line in (f"/find {code}", f"/move {code} tomorrow 10:00", f"/cancel {code} ill"):
        assert f"{UNKNOWN} {code}" in await nurse.says(line)
    assert f"{UNKNOWN} 000000" in await nurse.says("/find OOOOOO")


@ON_SQLITE
async def test_lines_that_cannot_be_meant_are_explained_with_an_example(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    code = await take(await house.person(7), times[0])
    for line in ("/book mae-sot vaccination tomorrow", "/find", f"/move {code}", "/move", "/cancel"):
        assert "Something is missing" in await nurse.says(line), line
        assert "For example" in nurse.screen
    assert "“yoga”" in await nurse.says("/book mae-sot yoga tomorrow 09:00")
    assert "That time is over" in await nurse.says("/book mae-sot vaccination today 09:00")
    assert "Nothing is open at exactly that time" in await nurse.says("/book mae-sot vaccination tomorrow 09:10")
    assert "09:30" in await nurse.taps("Times of that day")
    await closes(nurse, "/close tomorrow 10:00-11:00")
    assert "Nothing is open at exactly that time" in await nurse.says(f"/move {code} tomorrow 10:00")


@ON_SQLITE
async def test_for_people_the_commands_keep_their_own_meaning(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    assert "Which clinic?" in await aye.says("/book mae-sot vaccination tomorrow 09:00")
    unknown = await aye.says("/nothing")
    assert await aye.says("/cancel K7M4QX ill") == unknown
    assert await aye.says("/move K7M4QX friday 10:00") == unknown
    nurse = await nurse_of(house)
    assert "Before we go on" in await nurse.says("/book"), "staff are people, too"


@ON_SQLITE
async def test_a_closed_visit_is_moved_by_the_nurse_who_calls(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    aye = await house.person(7)
    code = await take(aye, times[0])
    await closes(nurse, "/close tomorrow 09:00-09:30")
    await closes(nurse, f"/move {code} tomorrow 11:30")
    found = await places(house)
    assert (found["09:30"], found["11:30"]) == ((0, 0, False), (1, 0, False))
    await nurse.says("/closures")
    assert "took another time: 1" in nurse.screen
    assert "not there any more" in await aye.taps("Take it")


async def test_nobody_is_moved_into_another_visit_of_theirs(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=2)
    aye = await house.person(7)
    code = await take(aye, times[0])
    await nurse.says(f"/move {code} tomorrow 10:00")
    await take(aye, times[2])
    clash = "This person has another visit at that time, so nothing was done."
    assert clash in await nurse.taps("Yes, do it")
    assert clash in await nurse.says(f"/move {code} tomorrow 10:00")
    found = await places(house)
    assert (found["09:00"], found["10:00"]) == ((1, 0, False), (1, 0, False))


@ON_SQLITE
async def test_a_closed_visit_does_not_become_one_too_many(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    aye = await house.person(7)
    code = await take(aye, times[0])
    await closes(nurse, "/close tomorrow 09:00-09:30")
    others = [await take(aye, times[number]) for number in (2, 4)]
    assert "This person has 2 other visits by now" in await nurse.says(f"/move {code} tomorrow 11:30")
    await closes(nurse, f"/cancel {others[0]} other")
    assert "has moved" in await closes(nurse, f"/move {code} tomorrow 11:30")


@ON_SQLITE
async def test_every_change_is_in_the_clinics_log(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    code = await take(await house.person(7), times[0])
    await closes(nurse, f"/move {code} tomorrow 10:00")
    await closes(nurse, f"/cancel {code} ill")
    await closes(nurse, "/undo")
    await closes(nurse, "/close tomorrow 10:00-11:00")
    assert [act for act in await acts(house) if act != "times-opened"] == [
        "visit-booked",
        "visit-moved",
        "visit-called-off",
        "undone",
        "times-closed",
    ]
    async with house.app.database.reading() as session:
        booking = (await session.scalars(select(Booking))).one()
        [entry] = [one for one in await audit.latest(session, 9, "mae-sot") if one.action == "visit-called-off"]
    assert (entry.subject, entry.detail) == (subject_reference(f"booking:{booking.id}"), "ill")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("ill", "ill"),
        ("doctor sick", "ill"),
        ("หมอป่วย", "ill"),
        ("လျှပ်စစ်မီးပျက်", "equipment"),
        ("ភ្លៀង", "weather"),
        ("x", ""),
    ],
)
def test_reasons_are_read_in_every_language(typed: str, reason: str) -> None:
    assert read_reason(typed) == reason


@ON_SQLITE
async def test_a_visit_that_was_missed_cannot_be_moved_or_cancelled(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    code = await take(await house.person(7), times[0])
    await it_becomes(house, times[0] + timedelta(minutes=40))
    await nurse.says(f"/noshow {code}")
    assert "is over or cancelled" in await nurse.says(f"/move {code} tomorrow 10:00")
    assert "is over or cancelled" in await nurse.says(f"/cancel {code} ill")
