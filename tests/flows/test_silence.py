"""The silence alarm: reminders that do not go out are told to staff, once, and truthfully."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from answers.ask import Finder
from bot.settings import Settings
from delivery.rules import Kind
from locales.languages import LANGUAGES
from people.authority import Role
from simulator.server import Simulator
from storage.tables import Owed
from tests.acts import ON_SQLITE, at, it_becomes, spoken, take
from tests.house import House, Someone

STAFF_READ = [language for language in LANGUAGES if language != "en"]


def alarms(one: Someone) -> list[str]:
    return [text for text in one.texts if "Reminders were silent" in text]


async def passes(house: House, minutes: int) -> None:
    """Time goes by evenly, and the alarm listens; nothing waits for what cannot be sent."""
    for _ in range(minutes):
        house.advance(minutes=1)
        await house.by_hand(house.app.silence.look())


async def turns(house: House) -> None:
    """Half a minute in which the sender has several turns."""
    for _ in range(6):
        house.advance(seconds=6)
        await house.quiet()


async def owed(house: House) -> list[str]:
    """What became of every alarm."""
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Owed.state).where(Owed.kind == Kind.SILENCE)))


async def metric(house: House) -> float:
    await house.app._measure()
    return float(house.app.metrics.registry.get_sample_value("reminder_silence_seconds") or 0)


@pytest.mark.parametrize("language", STAFF_READ)
@ON_SQLITE
async def test_when_reminders_alone_are_silent_staff_are_told_at_once(house: House, language: str) -> None:
    aye, min_, times = await house.person(7), await house.person(8), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot", language)
    other = await house.staff(501, Role.STAFF, "bangkok", language)
    codes = [await take(aye, times[1]), await take(min_, times[2])]
    house.simulator.world.clock.advance_to(at(house, 0, "17:29:50"))
    begin = at(house, 0, "17:30")
    async with house.app.database.writing() as session:  # before the minute comes: they wait for ever
        held = update(Owed).where(Owed.kind == Kind.REMINDER, Owed.due_at == begin)
        values = {"late_since": begin, "due_at": begin + timedelta(minutes=18)}
        await session.execute(held.values(values), execution_options={"synchronize_session": False})
    await house.by_hand(house.app.silence.look())
    quiet = len(other.texts)
    await passes(house, 10)
    title = spoken(house, language, "⚠️ <b>Reminders were silent</b> from {begin} to {end}.", begin="", end="")[:8]
    assert not [text for text in nurse.texts if title in text], "it is not ten minutes yet"
    assert 590 <= await metric(house) <= 615
    await passes(house, 5)
    await turns(house)
    [told] = [text for text in nurse.texts if title in text]
    assert "17:30" in told
    assert all(f"{clock} {code}" in told for clock, code in zip(("09:30", "10:00"), codes, strict=True))
    assert spoken(house, language, "{count:visit|visits} of which the people may not know:", count=2) in told
    assert len(other.texts) == quiet
    await nurse.taps("📞")
    assert all(code in nurse.screen for code in codes)
    assert spoken(house, language, "the reminder still waits") in nurse.screen
    await it_becomes(house, at(house, 0, "17:49"))
    assert [len([text for text in one.texts if "Reminder" in text]) for one in (aye, min_)] == [1, 1]
    assert await metric(house) == 0
    await passes(house, 3)
    await house.quiet()
    assert await owed(house) == ["sent"], "once a day"


async def test_when_nothing_can_be_sent_staff_are_told_once_it_can(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    await take(aye, times[1])
    await it_becomes(house, at(house, 0, "17:29:55"))
    await house.by_hand(house.app.silence.look())
    house.simulator.faults.add("429:1", "sendMessage")
    await passes(house, 14)
    assert alarms(nurse) == []
    assert len(await owed(house)) == 1, "it waits to be sent"
    house.simulator.faults.clear()
    await asyncio.sleep(1.1)  # until Telegram may be called again
    await turns(house)
    [told] = alarms(nurse)
    assert "All those that were late have gone out now." in told
    assert len([text for text in aye.texts if text.startswith("Reminder")]) == 1


async def test_a_bot_that_was_down_tells_when_it_is_back_and_lists_what_came_too_late(
    house_settings: Callable[..., Settings], simulator: Simulator, finder: Finder
) -> None:
    async with House(house_settings(), simulator, finder) as house:
        aye, times = await house.person(7), await house.opens()
        nurse = await house.staff(500, Role.STAFF, "mae-sot")
        code = await take(aye, times[1])
        await it_becomes(house, at(house, 0, "17:31"))
        assert len([text for text in aye.texts if text.startswith("Reminder")]) == 1
    simulator.world.clock.advance_to(at(house, 1, "09:10"))
    async with House(house_settings(), simulator, finder) as house:
        await house.by_hand(house.app.silence.look())
        await turns(house)
        [told] = alarms(nurse)
        assert f"09:30 {code}" in told
        assert len([text for text in aye.texts if text.startswith("Reminder")]) == 1, "too late for the second"
        await house.by_hand(house.app.silence.look())
        await house.quiet()
        assert len(alarms(nurse)) == 1


@ON_SQLITE
async def test_a_clock_that_is_set_anew_is_no_silence(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    await take(aye, times[1])
    await house.by_hand(house.app.silence.look())
    house.advance(hours=8)
    assert await house.by_hand(house.app.silence.look()) == 0
    await house.quiet()
    await passes(house, 12)
    await house.quiet()
    assert alarms(nurse) == []
