"""The clinic runs late: who is told, and who is not."""

from handlers.press_codec import encode
from handlers.presses.queue import RunLate
from tests.acts import ON_SQLITE, it_becomes, spoken
from tests.flows.queue_scene import CLINIC, booked, nurse_of, tomorrow
from tests.house import House


async def test_late_tells_only_who_is_not_there_and_nobody_twice(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:00", "09:30", "10:00", languages="my km th")
    await it_becomes(house, tomorrow("08:55"))
    await nurse.says(f"/here {people['09:00'][1]}")
    assert "2 people who are not there yet" in await nurse.says("/late 40")
    assert "2 people are told" in await nurse.taps("Yes, do it")

    def told(clock: str, minutes: int, time: str) -> bool:
        one, language = people[clock][0], {"09:00": "my", "09:30": "km", "10:00": "th"}[clock]
        sentence = "The clinic runs about {minutes:minute|minutes} late. You can come at {time}."
        return [
            text for text in one.texts if spoken(house, language, sentence, minutes=minutes, time=time) in text
        ] != []

    assert told("09:30", 40, "10:10")
    assert told("10:00", 40, "10:40")
    assert not told("09:00", 40, "09:40")
    assert "Nobody needs to be told" in await nurse.says("/late 50")
    await nurse.taps("Yes, do it")
    await it_becomes(house, tomorrow("09:20"))
    await nurse.says(f"/here {people['09:30'][1]}")
    assert "1 person who is" in await nurse.says("/late mae-sot 60 minutes")
    await nurse.taps("Yes, do it")
    assert told("10:00", 60, "11:00")
    assert not told("09:30", 60, "10:30")
    assert not any(people["10:00"][1] not in text for text in people["10:00"][0].texts if "11:00" in text)


@ON_SQLITE
async def test_a_late_notice_that_is_under_way_when_somebody_arrives_is_dropped(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:30")
    one, code = people["09:30"]
    await it_becomes(house, tomorrow("09:00"))
    await nurse.says(f"/here {code}")
    await nurse.says("/late 40")
    assert "Nobody needs to be told" in nurse.screen
    before = len(one.messages)
    await nurse.taps("Yes, do it")
    assert len(one.messages) == before


@ON_SQLITE
async def test_a_clinic_that_catches_up_says_so_to_whom_it_told(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "11:00")
    one, _ = people["11:00"]
    await it_becomes(house, tomorrow("09:00"))
    await nurse.presses(encode(RunLate(CLINIC, 45)))
    await nurse.taps("Yes, do it")
    await nurse.says("/late 0")
    assert "1 person who is" in nurse.screen
    await nurse.taps("Yes, do it")
    assert spoken(house, "my", "The clinic is on time again. Please come at {time}.", time="11:00") in one.screen


@ON_SQLITE
async def test_late_is_understood_in_other_digits_and_words(house: House) -> None:
    nurse = await nurse_of(house)
    for line in ("40", "๔๐", "၄၀", "៤០ នាទី", "mae-sot 40m", "40 minutes mae sot"):
        assert "40 minutes late?" in await nurse.says(f"/late {line}"), line
    assert "60 minutes late?" in await nurse.says("/late 1 h")
    assert "How late does the clinic run?" in await nurse.says("/late")
    assert "30 minutes late?" in await nurse.taps("30 minutes")
