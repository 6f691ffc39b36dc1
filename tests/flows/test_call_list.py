"""The call list: whom no reminder reaches, before the visit; and that two nurses do not call the same person."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.calling import TickCall
from locales.languages import LANGUAGES
from people.authority import Role
from storage.tables import Booking, Owed
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

TODAY = "Reminder: today at {time}, Thai time."


def reminders(one: Someone) -> list[str]:
    return [text for text in one.texts if text.startswith("Reminder")]


async def booking_of(house: House, code: str) -> Booking:
    async with house.app.database.reading() as session:
        return (await session.scalars(select(Booking).where(Booking.code == code))).one()


async def test_whoever_blocked_the_bot_is_on_the_call_list_before_the_visit_and_comes_back_as_before(
    house: House,
) -> None:
    aye, nurse, times = await house.person(7, "my"), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    code = await take(aye, times[1])
    await aye.says("/alerts_on")
    before = len(aye.texts)
    house.simulator.world.block(7)
    await it_becomes(house, at(house, 0, "17:31"))
    assert len(aye.texts) == before
    day = await nurse.says("/today tomorrow")
    assert "Messages do not reach" in day
    assert f"09:30 {code}" in day.partition("Messages do not reach")[2]
    await aye.starts()
    assert is_in("my", aye.screen)
    assert spoken(house, "my", "🔔 Health alerts: on") in aye.labels
    assert "Messages do not reach" not in await nurse.says("/today tomorrow")
    await it_becomes(house, at(house, 1, "07:01"))
    assert spoken(house, "my", TODAY, time="09:30") in aye.screen


@ON_SQLITE
async def test_whoever_vanished_without_a_word_is_found_out_by_the_reminder(house: House) -> None:
    aye, nurse, times = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    min_ = await house.person(8)
    code = await take(aye, times[1])
    await take(min_, times[1])
    house.simulator.world.people[7].deactivated = True
    await it_becomes(house, at(house, 0, "17:31"))
    day = await nurse.says("/today tomorrow")
    assert f"09:30 {code}" in day.partition("Messages do not reach")[2]
    assert len(reminders(min_)) == 1


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
@ON_SQLITE
async def test_staff_are_told_once_in_the_evening_whom_to_call_and_two_do_not_call_the_same(
    house: House, language: str
) -> None:
    aye, min_, times = await house.person(7), await house.person(8), await house.opens()
    nurses = [await house.staff(number, Role.STAFF, "mae-sot", language) for number in (500, 501)]
    other = await house.staff(502, Role.STAFF, "bangkok", language)
    code, reached = await take(aye, times[1]), await take(min_, times[1])
    house.simulator.world.block(7)
    await it_becomes(house, at(house, 0, "17:31"))
    quiet = len(other.texts)
    call = "📞 Reminders did not reach {count:visit|visits}. Please call before the visit, if you can."
    told = spoken(house, language, call, count=1)
    await it_becomes(house, at(house, 0, "18:00:05"))
    for _ in range(3):
        await house.by_hand(house.app.notices.run())
        await house.quiet()
    for nurse in nurses:
        assert sum(told in text for text in nurse.texts) == 1
        notice = next(text for text in nurse.texts if told in text)
        assert f"09:30 {code} · {spoken(house, language, 'messages are blocked')}" in notice
        assert reached not in notice
    assert len(other.texts) == quiet
    first, second = nurses
    await first.taps("📞")
    await first.taps(code)
    assert "✓" in first.screen
    tick = encode(TickCall("mae-sot", (await booking_of(house, code)).id, True))
    await second.presses(tick)
    assert (await booking_of(house, code)).called_at
    said = [answer.get("text") for answer in house.simulator.world.answers.values()]
    assert said[-1] == spoken(house, language, "A colleague has noted this call already.")
    assert spoken(house, language, "Sorry, only some clinic staff or operators can do this.") in await other.presses(
        tick
    )
    elsewhere = await other.presses(encode(TickCall("bangkok", (await booking_of(house, code)).id, True)))
    assert code not in elsewhere


@ON_SQLITE
async def test_a_visit_without_a_fitting_reminder_is_on_the_call_list(house: House) -> None:
    aye, nurse, times = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    code = await take(aye, times[1])
    async with house.app.database.writing() as session:  # as for a visit so early that the quiet hours leave no time
        await session.execute(delete(Owed).where(Owed.kind == Kind.REMINDER))
        unseen = {"synchronize_session": False}
        await session.execute(
            update(Booking).values(changed_at=house.now - timedelta(hours=1)), execution_options=unseen
        )
    assert f"{code} · no reminder was possible" in await nurse.says("/today tomorrow")
