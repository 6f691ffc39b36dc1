"""The ticket: what it says and to whom, the picture, the calendar file, the place on the map."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Event
from PIL import Image, features

from bot.commands.check import picture_faults
from handlers.press_codec import encode
from handlers.presses.ticket import TicketFile, TicketMap, TicketPicture
from locales.formats import long_day
from people.store import find_person
from scheduling import store
from scheduling.clinics import PACKAGED, read_clinics
from simulator.messages import Message
from tests.acts import ON_SQLITE, cleared, is_in, spoken, take
from tests.house import House, Someone, called

PICTURE, FILE, MAP = "🖼", "📆", "📍"
FILLED_IN = """
[clinics.mae-sot.address]
en = "12 Test Road"
th = "12 ถนนทดสอบ"
my = "၁၂ စမ်းသပ်လမ်း"
km = "១២ ផ្លូវសាក"
[clinics.mae-sot.how_to_get_there]
en = "Blue gate behind the market."
th = "ประตูสีฟ้าหลังตลาด"
my = "ဈေးနောက်က အပြာရောင်တံခါး။"
km = "ទ្វារពណ៌ខៀវក្រោយផ្សារ។"
[services.vaccination.cost]
en = "free"
th = "ฟรี"
my = "အခမဲ့"
km = "ឥតគិតថ្លៃ"
[services.vaccination.not_needed]
en = "a passport or a work permit"
th = "หนังสือเดินทางหรือใบอนุญาตทำงาน"
my = "ပတ်စပို့ သို့မဟုတ် အလုပ်ပါမစ်"
km = "លិខិតឆ្លងដែន ឬប័ណ្ណការងារ"
"""


async def own_phone(house: House, telegram_id: int, language: str = "en") -> Someone:
    """Somebody who alone uses their phone."""
    one = await house.person(telegram_id, language)
    async with house.app.database.writing() as session:
        person = await find_person(session, telegram_id)
        assert person
        person.discreet = False
    return one


async def booking_id(house: House, code: str) -> int:
    async with house.app.database.reading() as session:
        found = await store.visit_by_code(session, code)
    assert found
    return int(found[0].id)


def picture_in(message: Message) -> Image.Image:
    assert message.kind == "photo"
    assert message.file
    return Image.open(io.BytesIO(message.file.content))


def event_in(message: Message) -> tuple[Calendar, Event]:
    assert message.file
    calendar = Calendar.from_ical(message.file.content)
    [event] = calendar.walk("VEVENT")
    assert isinstance(calendar, Calendar)
    assert isinstance(event, Event)
    return calendar, event


@pytest.mark.parametrize("language", ["my", "km"])
async def test_the_ticket_speaks_the_readers_language_on_top_and_thai_below(house: House, language: str) -> None:
    aye, times = await own_phone(house, 7, language), await house.opens()
    code = await take(aye, times[1])
    lines = aye.screen.splitlines()
    clinics, day = house.app.house.clinics, times[1].date()
    own = [at for at, line in enumerate(lines) if long_day(day, language) in line]
    thai = [at for at, line in enumerate(lines) if long_day(day, "th") in line]
    assert own
    assert thai
    assert own[0] < thai[0]
    assert aye.screen.count(code) == 2
    for wanted in (language, "th"):
        assert clinics.clinics["mae-sot"].name[wanted] in aye.screen
        assert clinics.services["vaccination"].name[wanted] in aye.screen
    assert spoken(house, "th", "I speak Burmese." if language == "my" else "I speak Khmer.") in lines
    assert "1669" in lines[-1]


@ON_SQLITE
async def test_on_a_shared_phone_the_bare_line_comes_first_and_everything_after_a_tap(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    assert "Vaccination" not in aye.screen
    assert PICTURE not in "".join(aye.labels)
    await aye.taps("Show details")
    assert "Vaccination" in aye.screen
    assert [label[0] for label in aye.labels[:2]] == [PICTURE, FILE]


@ON_SQLITE
async def test_nothing_is_said_that_the_clinics_file_does_not_say(house: House) -> None:
    aye, times = await own_phone(house, 7), await house.opens()
    code = await take(aye, times[1])
    for word in ("Cost:", "Address:", "Getting there:", "Phone:", "You do not need:", MAP):
        assert word not in aye.screen + "".join(aye.labels)
    await aye.presses(encode(TicketMap(await booking_id(house, code))))
    assert [message.kind for message in aye.messages if message.kind != "text"] == []


@ON_SQLITE
async def test_address_way_cost_and_what_is_not_needed_are_told_in_both_languages_and_the_pin_is_sent(
    house: House, tmp_path: Path
) -> None:
    filled = tmp_path / "clinics.toml"
    pin = 'province = "Tak"\nlatitude = 16.71\nlongitude = 98.57\nphone = "055 000 000"'
    filled.write_text(PACKAGED.read_text("utf-8").replace('province = "Tak"', pin) + FILLED_IN, "utf-8")
    unit = house.app.dispatcher.unit
    house.app.house = replace(house.app.house, clinics=read_clinics(filled))
    unit.house = house.app.sender.house = house.app.house
    aye, times = await own_phone(house, 7, "my"), await house.opens()
    await take(aye, times[1])
    for sentence in ("၁၂ စမ်းသပ်လမ်း", "ဈေးနောက်က အပြာရောင်တံခါး။", "အခမဲ့", "ပတ်စပို့ သို့မဟုတ် အလုပ်ပါမစ်", "055 000 000"):
        assert sentence in aye.screen
    await aye.taps(MAP)
    words, place = aye.messages[-2:]
    assert "ဈေးနောက်က" in words.text
    assert place.kind == "venue"
    assert place.content
    assert place.content["venue"]["location"] == {"latitude": 16.71, "longitude": 98.57}
    assert place.content["venue"]["address"] == "၁၂ စမ်းသပ်လမ်း"


async def test_the_picture_is_sent_with_its_code_as_caption(house: House) -> None:
    aye, times = await own_phone(house, 7, "my"), await house.opens()
    code = await take(aye, times[1])
    await aye.taps(PICTURE)
    shown = aye.messages[-1]
    assert picture_in(shown).size[0] == 1080
    assert code in shown.text
    assert is_in("my", shown.text)


@ON_SQLITE
async def test_the_picture_on_a_shared_phone_leaves_out_what_the_visit_is_for_until_asked(house: House) -> None:
    aye, min_ = await house.person(7), await own_phone(house, 8)
    times = await house.opens()
    await take(aye, times[1])
    await aye.taps("Show details")
    await aye.taps(PICTURE)
    bare = aye.messages[-1]
    assert bare.protect_content
    await aye.taps("With what it is for")
    full = aye.messages[-1]
    assert picture_in(full).height > picture_in(bare).height
    await take(min_, times[1])
    await min_.taps(PICTURE)
    assert picture_in(min_.messages[-1]).height == picture_in(full).height
    assert not min_.messages[-1].protect_content


async def test_on_a_shared_phone_picture_and_pin_are_gone_after_ten_minutes(house: House) -> None:
    aye, min_ = await house.person(7), await own_phone(house, 8)
    times = await house.opens()
    for one in (aye, min_):
        await take(one, times[1])
    await aye.taps("Show details")
    for one in (aye, min_):
        await one.taps(PICTURE)
        assert one.messages[-1].kind == "photo"
    await cleared(house)
    house.advance(minutes=10, seconds=5)
    await house.quiet()
    assert [message.kind for message in aye.messages if message.kind != "text"] == []
    assert min_.messages[-1].kind == "photo"


@ON_SQLITE
async def test_where_letters_cannot_be_joined_there_is_a_qr_code_alone_and_the_check_says_why(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "check", lambda name: False)
    aye, times = await own_phone(house, 7), await house.opens()
    await take(aye, times[1])
    assert f"{PICTURE} QR code" in aye.labels
    await aye.taps(PICTURE)
    wide, high = picture_in(aye.messages[-1]).size
    assert wide == high
    assert "libfribidi0" in picture_faults()[0]


@ON_SQLITE
async def test_a_picture_that_cannot_be_drawn_leaves_its_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    aye, times = await own_phone(house, 7), await house.opens()
    code = await take(aye, times[1])
    monkeypatch.setattr("handlers.pictures.ticket.draw_code", lambda *_: 1 / 0)
    await aye.taps(PICTURE)
    assert aye.messages[-1].kind == "text"
    assert code in aye.screen


async def test_the_calendar_file_names_neither_service_nor_person(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    code = await take(aye, times[1])
    await aye.taps("Show details")
    await aye.taps(FILE)
    message = aye.messages[-1]
    calendar, event = event_in(message)
    assert message.file
    assert message.file.name == f"{code}.ics"
    assert not message.protect_content
    assert calendar["METHOD"] == "PUBLISH"
    assert event["SUMMARY"] == f"Appointment {code}"
    assert event.decoded("DTSTART") == times[1]
    assert b"DTSTART:" in message.file.content
    assert b"Z\r\n" in message.file.content
    assert event["SEQUENCE"] == 0
    assert "LOCATION" not in event
    assert not event.walk("VALARM")
    for word in ("Vaccination", "IOM", "Mae Sot", "front-door-bot", called(7)):
        assert word not in message.file.content.decode()
    assert str(event["UID"]) == f"{await booking_id(house, code):x}@appointment.invalid"


@ON_SQLITE
async def test_on_a_phone_of_ones_own_the_calendar_knows_the_clinic_and_rings(house: House) -> None:
    aye, times = await own_phone(house, 7, "km"), await house.opens()
    await take(aye, times[1])
    await aye.taps(FILE)
    _, event = event_in(aye.messages[-1])
    assert event["LOCATION"] == house.app.house.clinics.clinics["mae-sot"].name["km"]
    assert is_in("km", str(event["SUMMARY"]))
    [bell] = event.walk("VALARM")
    assert bell.decoded("TRIGGER") == -timedelta(hours=2)


async def test_a_moved_visit_counts_up_and_a_cancelled_one_takes_itself_out(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    code = await take(aye, times[1])
    press = encode(TicketFile(await booking_id(house, code)))
    await aye.presses(press)
    _, first = event_in(aye.messages[-1])
    await aye.taps("Move")
    await aye.taps(f"{times[4].day}·")
    await aye.taps("11:00")
    await aye.presses(press)
    _, moved = event_in(aye.messages[-1])
    assert (moved["UID"], moved["SEQUENCE"]) == (first["UID"], 1)
    assert moved.decoded("DTSTART") == times[4]
    await aye.taps("Cancel")
    await aye.taps("Yes, cancel it")
    await aye.taps("Take it out of my calendar")
    calendar, gone = event_in(aye.messages[-1])
    assert (calendar["METHOD"], gone["STATUS"], gone["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert gone["UID"] == first["UID"]


async def test_a_ticket_is_its_owners_alone(house: House) -> None:
    aye, min_ = await house.person(7), await house.person(8)
    times = await house.opens()
    code = await take(aye, times[1])
    number = await booking_id(house, code)
    for press in (TicketPicture(number, True), TicketFile(number), TicketMap(number)):
        assert "not there any more" in await min_.presses(encode(press))
    assert all(message.kind == "text" for message in min_.messages)
