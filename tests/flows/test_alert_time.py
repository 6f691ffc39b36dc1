"""When an alert goes out: at once, at a time as people type it, never at night unless lives depend on it."""

from datetime import timedelta

import pytest

from alerts.rules import BANGKOK
from handlers.press_codec import encode
from handlers.presses.alerting import ChooseAlertWindow, ChooseLifeSafety, TypeAlertStart
from people.authority import Role
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken
from tests.flows.alerting import draft_of, figures, operators, reader, received, sends, window_passes, writes
from tests.house import House, Someone


async def plans(author: Someone, typed: str, button: str = "Day and time") -> str:
    """Type a day and a time for the draft that stands on the screen."""
    await author.says("/alert")
    await author.taps("When")
    await author.taps(button)
    return await author.says(typed)


async def with_pins(*people: Someone) -> None:
    for one in people:
        await one.has_pin()


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("th", "พรุ่งนี้ 14:00"),
        ("my", "မနက်ဖြန် ၁၄:၀၀"),
        ("km", "ថ្ងៃស្អែក ១៤:០០"),
        ("th", "{day} {month} {buddhist} 14.00 น."),
    ],
)
async def test_days_and_times_are_read_as_people_write_them_and_shown_back_in_their_era(
    house: House, language: str, typed: str
) -> None:
    author = await house.staff(700, Role.OPERATOR, language=language)
    say = house.app.house.catalogues.say(language).label
    wanted = at(house, 1, "14:00")
    months = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
    typed = typed.format(day=wanted.day, month=months[wanted.month - 1], buddhist=wanted.year + 543)
    await author.says("/alert")
    await author.taps(say("🕐 When"))
    asked = await author.taps(say("Day and time…"))
    assert is_in(language, asked)
    shown = await author.says(typed)
    assert (await draft_of(house)).starts_at == wanted
    era = {"th": str(wanted.year + 543), "my": "၂၀", "km": str(wanted.year)}[language]
    assert era in shown
    assert spoken(house, language, "🕐 <b>When does the alert go out?</b>") in shown


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31 february 14:00", "I do not understand “31 february”"),
        ("30 feb 2027 10:00", "I do not understand"),
        ("sometime", "I do not understand “sometime”"),
        ("tomorrow", "At what time of that day"),
        ("tomorrow 25:00", "I do not understand"),
        ("mae-sot", "I need a day and a time"),
        ("today 09:00", "That moment is over"),
        ("1 january 2020 10:00", "That moment is over"),
        ("{far} 10:00", "an alert can be planned for the next 90 days"),
    ],
)
async def test_a_time_that_cannot_be_is_refused_with_a_reason_and_asked_again(
    house: House, typed: str, said: str
) -> None:
    author, _ = await operators(house)
    far = (house.now + timedelta(days=100)).astimezone(BANGKOK).date().isoformat()
    assert said in await plans(author, typed.format(far=far))
    assert (await draft_of(house)).starts_at is None
    await author.says("tomorrow 14:00")
    assert (await draft_of(house)).starts_at == at(house, 1, "14:00")


@ON_SQLITE
async def test_a_time_alone_is_the_next_such_one(house: House) -> None:
    author, _ = await operators(house)
    await plans(author, "18:30")
    assert (await draft_of(house)).starts_at == at(house, 0, "18:30")
    await plans(author, "08:00")
    assert (await draft_of(house)).starts_at == at(house, 1, "08:00")
    assert "one minute after the approval" in await author.taps("At once")
    assert (await draft_of(house)).starts_at is None


@ON_SQLITE
async def test_a_command_ends_the_waiting_for_a_time(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.presses(encode(TypeAlertStart(1)))
    await author.says("/menu")
    await author.says("tomorrow 14:00")
    assert (await draft_of(house)).starts_at is None


async def test_an_alert_for_later_waits_for_its_hour_and_ends_with_its_window(house: House) -> None:
    author, approver = await operators(house)
    aye, later = await reader(house, 7, "en"), await reader(house, 8, "en")
    await writes(author, "en")
    await plans(author, "tomorrow 14:00")
    await author.presses(encode(ChooseAlertWindow(1, 2)))
    await author.says("/alert")
    assert "14:00" in author.screen
    await author.taps("Ask for approval")
    assert "14:00" in approver.screen
    await approver.taps("Approve and send")
    await window_passes(house)
    await it_becomes(house, at(house, 1, "13:59"))
    assert received(aye) == []
    await it_becomes(house, at(house, 0, "14:00") + timedelta(seconds=1))
    assert len(received(aye)) == len(received(later)) == 1


async def test_at_night_an_ordinary_alert_waits_for_the_morning_and_says_so(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await it_becomes(house, at(house, 0, "22:10"))
    await with_pins(author, approver)
    await writes(author, "en")
    assert "07:00, because nights are quiet" in author.screen
    await author.taps("Ask for approval")
    assert "07:00, because nights are quiet" in approver.screen
    await approver.taps("Approve and send")
    await window_passes(house)
    await it_becomes(house, at(house, 1, "06:59"))
    assert received(aye) == []
    await it_becomes(house, at(house, 0, "07:00") + timedelta(seconds=1))
    assert len(received(aye)) == 1


async def test_at_night_an_alert_about_danger_to_life_goes_out_at_once(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await it_becomes(house, at(house, 0, "22:10"))
    await with_pins(author, approver)
    await writes(author, "en")
    await author.presses(encode(ChooseLifeSafety(1, True)))
    assert "one minute after the approval" in author.screen
    await author.taps("Ask for approval")
    assert "Danger to life: yes" in approver.screen
    await approver.taps("Approve and send")
    assert received(aye) == []
    await window_passes(house)
    assert len(received(aye)) == 1


async def test_what_is_left_when_the_night_begins_waits_for_the_morning(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await it_becomes(house, at(house, 0, "20:58"))
    await with_pins(author, approver)
    await sends(house, author, approver, "en")
    await it_becomes(house, at(house, 0, "21:00") + timedelta(seconds=5))
    assert received(aye) == []
    assert figures(await approver.taps("Refresh"), "All") == {"waiting": 1}
    await it_becomes(house, at(house, 1, "07:00") + timedelta(seconds=5))
    assert len(received(aye)) == 1


@ON_SQLITE
async def test_what_would_be_over_by_the_morning_is_not_sent_at_all(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await it_becomes(house, at(house, 0, "20:58"))
    await with_pins(author, approver)
    await writes(author, "en")
    await author.presses(encode(ChooseAlertWindow(1, 2)))
    await author.says("/alert")
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")
    await it_becomes(house, at(house, 0, "21:01"))
    await it_becomes(house, at(house, 1, "07:01"))
    assert received(aye) == []
    assert figures(await approver.taps("Refresh"), "All") == {"too late": 1}


@ON_SQLITE
async def test_an_alert_whose_time_is_over_is_not_proposed_and_not_approved(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await plans(author, "today 12:00")
    await author.presses(encode(ChooseAlertWindow(1, 2)))
    await author.says("/alert")
    await author.taps("Ask for approval")
    await it_becomes(house, at(house, 0, "14:30"))
    await with_pins(author, approver)
    assert "Its time would be over before it could begin" in await approver.taps("Approve and send")
    await author.taps("Take it back")
    await author.says("/alert")
    assert "Its time would be over before it could begin" in author.screen
    assert "Its time would be over before it could begin" in await author.taps("Ask for approval")
    assert received(aye) == []


@ON_SQLITE
async def test_valid_until_comes_after_the_start(house: House) -> None:
    author, _ = await operators(house)
    await writes(author, "en")
    await plans(author, "tomorrow 14:00")
    assert "Then it would end before it begins" in await plans(author, "tomorrow 13:00", "Valid until")
    shown = await author.says("tomorrow 18:00")
    assert "Valid until: " in shown
    assert (await draft_of(house)).valid_until == at(house, 1, "18:00")
    house.advance(seconds=15)
    assert "Then it would end before it begins" in await plans(author, "tomorrow 19:00")
    await author.says("/alert")
    await author.taps("When")
    assert "Valid until: not said" in await author.taps("No end")
    assert (await draft_of(house)).valid_until is None


@ON_SQLITE
async def test_the_window_is_one_of_those_offered(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.taps("When")
    assert "out of date" in await author.presses(encode(ChooseAlertWindow(1, 3)))
    await author.presses(encode(ChooseAlertWindow(1, 48)))
    assert (await draft_of(house)).window_minutes == 48 * 60
