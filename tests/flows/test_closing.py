"""A clinic has to close: who is told what, what they answer, whom the desk still has to call."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.press_codec import encode
from handlers.presses.desk import ClosePart
from locales.formats import short_day
from locales.languages import NATIVE
from people.authority import Role
from scheduling import lapsing
from scheduling.rules import Status
from storage.tables import Booking, Closure, Hold, Owed, Person, Slot
from tests.acts import CODE, ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

SORRY = "We are sorry. The clinic must close at that time, so this visit cannot take place:"
KEPT = "This time is kept for you until"
LANGUAGES = ("th", "my", "km")


async def nurse_of(house: House, clinic: str = "mae-sot", language: str = "en", telegram_id: int = 500) -> Someone:
    return await house.staff(telegram_id, Role.STAFF, clinic, language)


async def closes(nurse: Someone, line: str) -> str:
    await nurse.says(line)
    return await nurse.taps("Yes, do it")


async def places(house: House) -> dict[str, tuple[int, int, bool]]:
    """Taken, held and closed by time of day; and a check that they are what the rows say."""
    async with house.app.database.reading() as session:
        slots = list(await session.scalars(select(Slot).order_by(Slot.starts_at)))
        for slot in slots:
            mine = Booking.slot_id == slot.id
            standing = list(await session.scalars(select(Booking).where(mine, Booking.status == Status.STANDING)))
            held = list(await session.scalars(select(Hold).where(Hold.slot_id == slot.id)))
            assert (slot.taken, slot.held) == (len(standing), len(held))
    zone = house.app.house.clinics.clinics["mae-sot"].zone
    return {f"{slot.starts_at.astimezone(zone):%H:%M}": (slot.taken, slot.held, slot.closed) for slot in slots}


async def answers(nurse: Someone) -> str:
    """The list of who has not answered, of the only closure."""
    await nurse.says("/closures")
    return await nurse.taps("without an answer")


async def test_each_person_is_told_once_in_their_language_with_a_place_of_their_own(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    people = {language: await house.person(7 + n, language) for n, language in enumerate(LANGUAGES)}
    codes = {language: await take(one, times[n]) for n, (language, one) in enumerate(people.items())}
    preview = await nurse.says("/close tomorrow 09:00-10:30 doctor ill")
    assert "3 people are booked" in preview
    assert " · ".join(f"{NATIVE[language]}: 1" for language in ("km", "my", "th")) in preview
    assert "For 3 of 3 the nearest free place is kept" in preview
    assert "Reason, for staff only: doctor ill" in preview
    before = {language: len(one.texts) for language, one in people.items()}
    done = await nurse.taps("Yes, do it")
    assert "3 people are being told" in done
    assert "For 3 of 3 another place is kept" in done
    for language, one in people.items():
        assert len(one.texts) == before[language] + 1
        assert spoken(house, language, SORRY) in one.screen
        assert codes[language] in one.screen
        assert is_in(language, one.screen)
        assert "doctor ill" not in one.screen
    found = await places(house)
    assert [found[clock] for clock in ("09:00", "09:30", "10:00")] == [(0, 0, True)] * 3
    assert [found[clock] for clock in ("10:30", "11:00", "11:30")] == [(0, 1, False)] * 3, "one place for each"


async def test_taking_the_kept_place_keeps_the_code_and_the_list_shows_who_has_not_answered(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=3)
    aye, sok, thi, mon = [await house.person(7 + n, language) for n, language in enumerate(("my", "km", "en", "en"))]
    codes = [await take(one, times[n]) for n, one in enumerate((aye, sok, thi, mon))]
    await closes(nurse, "/close tomorrow 09:00-11:00")
    took = spoken(house, "my", "✅ Take it")
    assert codes[0] in await aye.taps(took)
    await sok.taps(spoken(house, "km", "🕐 Other times"))
    await sok.taps(short_day(times[0].date(), "km"))
    await sok.taps("11:30")
    assert "You can book again at any time" in await thi.taps("✖️ Cancel")
    listed = await answers(nurse)
    assert "took the kept place: 1 · took another time: 1 · want none: 1 · no answer: 1 · not reached: 0" in listed
    assert f"10:30 {codes[3]} · Vaccination · no answer yet" in listed
    assert not any(code in listed for code in codes[:3])
    assert sum(taken for taken, _, _ in (await places(house)).values()) == 2
    await mon.taps("Take it")
    assert "Everybody has answered" in await nurse.taps("Refresh")
    day = await nurse.says("/today tomorrow")
    assert all(code in day for code in (codes[0], codes[1], codes[3]))
    assert codes[2] not in day


@ON_SQLITE
async def test_a_double_tap_takes_one_place_and_an_answer_stands(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=2)
    aye = await house.person(7)
    code = await take(aye, times[0])
    await closes(nurse, "/close tomorrow 09:00-09:30")
    _, data = aye._button("Take it")
    assert code in await aye.presses(data)
    assert code in await aye.presses(data)
    assert (await places(house))["09:30"] == (1, 0, False)
    async with house.app.database.reading() as session:
        booking = (await session.scalars(select(Booking))).one()
    assert (booking.status, booking.answer, booking.moves, booking.code) == (Status.STANDING, "taken", 1, code)


async def test_a_silent_person_loses_the_kept_place_hears_nothing_more_and_stays_on_the_list(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1, day=at(house, 4, "00:00").date())
    aye = await house.person(7)
    code = await take(aye, times[0])
    await closes(nurse, f"/close {times[0].date()} 09:00-09:30")
    assert KEPT in aye.screen
    heard = len(aye.texts)
    house.advance(hours=24, minutes=1)
    async with house.app.database.writing() as session:
        await lapse_all(house, session)
    await house.quiet()
    assert len(aye.texts) == heard
    assert (await places(house))["09:30"] == (0, 0, False)
    assert f"{code} · Vaccination · no answer yet" in await answers(nurse)
    assert code in await aye.taps("Take it"), "still free: they may have it"


async def lapse_all(house: House, session: AsyncSession) -> None:
    await lapsing.lapse(session, house.now)


@ON_SQLITE
async def test_a_kept_place_that_lapsed_and_went_to_somebody_else_leads_to_other_times(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    aye, other = await house.person(7), await house.person(8)
    await take(aye, times[0])
    await closes(nurse, "/close tomorrow 09:00-09:30")
    async with house.app.database.writing() as session:
        await session.execute(update(Hold).values(expires_at=house.now - timedelta(seconds=1)))
        await lapse_all(house, session)
    await take(other, times[1])
    assert "This time has just been taken" in await aye.taps("Take it")
    await aye.taps("Other times")
    await aye.taps("left")
    assert "09:30" not in aye.labels
    await aye.taps("10:00")
    assert "Your visit has moved" in " ".join(aye.texts)


@ON_SQLITE
async def test_nobody_is_kept_a_place_where_there_is_none_and_other_days_are_named(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    people = [await house.person(7 + n) for n in range(4)]
    for n, one in enumerate(people):
        await take(one, times[n])
    preview = await nurse.says("/close tomorrow 09:00-11:00")
    assert "For 2 of 4 the nearest free place is kept" in preview
    await nurse.taps("Yes, do it")
    kept = [KEPT in one.screen for one in people]
    assert kept == [True, True, False, False], "in the order of their times"
    assert "Please choose another day" in people[2].screen


@ON_SQLITE
async def test_whole_days_and_the_same_hours_of_several_days(house: House) -> None:
    nurse = await nurse_of(house)
    first, last = at(house, 2, "00:00"), at(house, 4, "00:00")
    span = f"{first.day}-{last.day} {first:%b}" if first.month == last.month else f"{first:%d %b} to {last:%d %b}"
    await closes(nurse, f"/close mae-sot {span}")
    await closes(nurse, f"/close mae-sot {at(house, 6, '00:00').date()} to {at(house, 7, '00:00').date()} 13:00-17:00")
    async with house.app.database.reading() as session:
        found = list(await session.scalars(select(Closure).order_by(Closure.starts_at)))
    assert [(one.starts_at, one.ends_at) for one in found] == [
        (first, at(house, 5, "00:00")),
        (at(house, 6, "13:00"), at(house, 6, "17:00")),
        (at(house, 7, "13:00"), at(house, 7, "17:00")),
    ]


@ON_SQLITE
async def test_what_cannot_be_closed_is_refused_in_a_clear_sentence(house: House) -> None:
    nurse = await nurse_of(house)
    assert "That time is over" in await nurse.says("/close today 08:00-09:00")
    assert "The end must be after the beginning" in await nurse.says("/close tomorrow 12:00-09:00")
    assert "Something is missing" in await nurse.says("/close mae-sot")
    assert "I did not understand this part: “31 feb”" in await nurse.says("/close mae-sot 31 feb")
    assert "/close mae-sot friday" in nurse.screen
    await closes(nurse, "/close tomorrow 09:00-12:00")
    assert "This time is closed already" in await nurse.says("/close tomorrow 10:00-11:00")
    assert "Close this time?" in await nurse.says("/close tomorrow 10:00-13:00")


@ON_SQLITE
async def test_a_closed_time_is_closed_for_holds_and_kept_places_too(house: House) -> None:
    """Whoever was kept a place in a time that closes in its turn is kept another one, and told once more."""
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    aye = await house.person(7)
    code = await take(aye, times[0])
    await closes(nurse, "/close tomorrow 09:00-09:30")
    heard = len(aye.texts)
    await closes(nurse, "/close tomorrow 09:30-10:00")
    assert len(aye.texts) == heard + 1
    assert "10:00" in aye.screen
    assert code in await aye.taps("Take it")
    assert (await places(house))["10:00"] == (1, 0, False)


@ON_SQLITE
async def test_people_without_telegram_and_unreachable_ones_stand_on_the_call_list(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=2)
    aye = await house.person(7)
    code = await take(aye, times[0])
    await nurse.says("/book mae-sot vaccination tomorrow 09:00")
    booked = CODE.findall(await nurse.taps("Yes, do it"))[-1]
    async with house.app.database.writing() as session:
        await session.execute(update(Person).where(Person.discreet.is_(True)).values(reachable=True))
    done = await closes(nurse, "/close tomorrow 09:00-09:30")
    assert "1 person has no Telegram: please call them" in done
    async with house.app.database.writing() as session:
        await session.execute(update(Owed).where(Owed.kind == "closed").values(state="unreachable"))
    listed = await answers(nurse)
    assert f"09:00 {booked} · Vaccination · 📞 no Telegram" in listed
    assert f"09:00 {code} · Vaccination · 📞 not reached" in listed
    assert "not reached: 2" in listed
    await nurse.taps(booked)
    assert "ended by the clinic" in nurse.screen


@ON_SQLITE
async def test_the_same_by_buttons(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    await take(await house.person(7), times[0])
    await nurse.says("/desk")
    await nurse.taps("Close a time")
    await nurse.taps(str(times[0].day))
    assert "1 person is booked" in await nurse.taps("The morning")
    assert "The time is closed" in await nurse.taps("Yes, do it")
    assert "Closed times" in await nurse.taps("Who has not answered")


@ON_SQLITE
async def test_a_nurse_of_another_clinic_closes_and_sees_nothing_here(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    await take(await house.person(7), times[0])
    await closes(nurse, "/close tomorrow 09:00-10:00")
    other = await nurse_of(house, "bangkok", telegram_id=501)
    refused = "only some clinic staff"
    await nurse.says("/closures")
    _, data = nurse._button("without an answer")
    assert refused in await other.presses(data)
    assert refused in await other.presses(encode(ClosePart("mae-sot", times[1].date(), "day")))
    assert refused in await other.says("/close mae-sot tomorrow 10:00-12:00")
    assert "No time is closed" in await other.says("/closures")


@pytest.mark.parametrize("language", LANGUAGES)
@ON_SQLITE
async def test_staff_close_in_their_own_language(house: House, language: str) -> None:
    nurse, times = await nurse_of(house, language=language), await house.opens()
    await take(await house.person(7), times[0])
    preview = await nurse.says("/close mae-sot tomorrow 09:00-10:00")
    assert spoken(house, language, "<b>Close this time?</b>") in preview
    assert is_in(language, preview)
    await nurse.taps(spoken(house, language, "✅ Yes, do it"))
    told = spoken(house, language, "✅ The time is closed. {count:person is|people are} being told.", count=1)
    assert told in nurse.screen


@ON_SQLITE
async def test_reminders_follow_the_visit_to_its_new_time(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1, day=at(house, 3, "00:00").date())
    aye = await house.person(7)
    await take(aye, times[0])
    await closes(nurse, f"/close {times[0].date()} 09:00-09:30")
    async with house.app.database.reading() as session:
        assert not list(await session.scalars(select(Owed).where(Owed.kind == "reminder")))
    await aye.taps("Take it")
    await it_becomes(house, at(house, 3, "08:00"))
    assert any("09:30" in text and "Reminder: today" in text for text in aye.texts)
    assert not any("Reminder" in text and "09:00" in text for text in aye.texts)
