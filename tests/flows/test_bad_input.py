"""Whatever people and others send: a kind, correct answer or silence; never an exception, never a stuck spinner."""

from typing import Any

from people.authority import Role
from tests.acts import ON_SQLITE, is_in, spoken
from tests.faults.rows import all_rows
from tests.house import House, Someone

pytestmark = ON_SQLITE
LANGUAGES = ["th", "my", "km", "en"]
OUTDATED = "This button is out of date"


async def still_works(one: Someone) -> bool:
    return "What do you need?" in await one.says("/menu")


async def test_an_unknown_command_is_answered_in_ones_own_language(house: House) -> None:
    aye = await house.person(7)
    for language, command in zip(LANGUAGES, ("/weather", "/BOOOK now", "/" + "x" * 4095, "/ช่วยด้วย"), strict=True):
        await aye.presses(f"lg1.{language}")
        answer = spoken(house, language, "I do not know this command. Here is what I can do: /help")
        assert await aye.says(command) == answer


async def test_a_command_is_known_in_any_case_with_the_name_of_the_bot_and_over_lines(house: House) -> None:
    aye, nurse = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot")
    assert "Which clinic" in await aye.says("/BOOK@front_door_bot")
    assert "Open these times?" in await nurse.says("/open\nmae-sot vaccination\ntomorrow 09:00-12:00")


async def test_what_is_not_text_gets_a_kind_word(house: House) -> None:
    aye = await house.person(7)
    kinds = ("sticker", "voice", "location", "contact", "dice", "venue")
    for language, kind in zip(LANGUAGES * 2, kinds, strict=False):
        await aye.presses(f"lg1.{language}")
        answer = "I can only read typed words. Please type your question in a few words."
        assert spoken(house, language, answer) in await aye.sends(kind)
        assert is_in(language, aye.screen)


async def test_a_picture_is_never_opened_and_goes_from_the_chat(house: House) -> None:
    aye, world = await house.person(7, "my"), house.simulator.world
    please = "For your safety, please do not send photos of papers."
    whole = f"{please} I did not open it and have removed it from this chat. Please type your question in words."
    for kind in ("photo", "document", "video", "animation"):
        sent = world.send(7, kind, content=b"passport", caption="ဒါ ကျမ စာရွက်")
        await house.quiet()
        assert spoken(house, "my", whole) in aye.screen
        assert sent.deleted, kind
    methods = [call.method for call in world.calls]
    assert "getFile" not in methods
    assert methods.count("deleteMessage") == 4


ROUND = {"video_note": {"length": 240, "duration": 3}, "audio": {"duration": 3}}
"""Kinds that people in the simulator cannot send by themselves."""


async def test_nothing_that_is_sent_is_ever_fetched_and_no_contact_or_place_is_kept_or_shown(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    phone, north, east = "66812345678", 16.77777, 98.55555
    for kind in ("photo", "document", "video", "voice", "sticker", "animation", "dice"):
        assert await aye.sends(kind)
    world.send(7, "contact", phone_number=phone)
    world.send(7, "location", latitude=north, longitude=east)
    world.send(7, "venue", latitude=north, longitude=east)
    for kind, content in ROUND.items():
        file = {"file_id": "AgACAgUAAxkBAAI", "file_unique_id": "AQAD", "file_size": 9}
        world.inject(private(house, {kind: file | content}))
    await house.quiet()
    assert len(aye.texts) >= 12
    assert {call.method for call in world.calls} & {"getFile", "getUserProfilePhotos"} == set()
    kept = str(await all_rows(house.app.database, leave_out=set()))
    for trace in (phone, str(north), str(east), "AgACAgUAAxkBAAI"):
        assert trace not in " ".join(aye.texts)
        assert trace not in kept
        assert trace not in str([call.params for call in world.calls])


def private(house: House, content: dict[str, Any]) -> dict[str, Any]:
    """An update in which person 7 sends something in their own chat."""
    number = house.simulator.world.bot.updates.next_id
    house.simulator.world.bot.updates.next_id += 1
    who, chat = {"id": 7, "is_bot": False, "first_name": "P"}, {"id": 7, "type": "private"}
    return {"update_id": number, "message": {"message_id": 990, "date": 1, "chat": chat, "from": who} | content}


async def test_the_longest_text_is_answered(house: House) -> None:
    aye = await house.person(7)
    for letter in ("x", "ก", "က", "ក", "🙏", "<", "\u0301", "ၐ"):
        before = len(aye.texts)
        await aye.says(letter * (2048 if len(letter.encode("utf-16-le")) > 2 else 4096))
        assert len(aye.texts) > before, letter
        assert "went wrong" not in aye.screen, letter


async def test_a_text_of_almost_nothing_is_answered(house: House) -> None:
    aye = await house.person(7)
    for text in (".", "?", "\u200b.", "🙏", "...", "/", "/ ", "/ book", "@", "0", "\u202e\u200f!", "\u2800"):
        before = len(aye.texts)
        await aye.says(text)
        assert len(aye.texts) == before + 1, text
        assert "went wrong" not in aye.screen, text


async def test_halves_of_letters_and_zeros_do_no_harm(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    for person, text in ((7, "\ud83d help \x00"), (500, "/today \ud83d\x00x"), (500, "/noshow \x00\udc00")):
        number = world.bot.updates.next_id
        world.bot.updates.next_id += 1
        chat, who = {"id": person, "type": "private"}, {"id": person, "is_bot": False, "first_name": "P"}
        message = {"message_id": 990, "date": 1, "chat": chat, "from": who, "text": text}
        world.inject({"update_id": number, "message": message})
    await house.quiet()
    assert "went wrong" not in " ".join(aye.texts + nurse.texts)
    assert await still_works(aye)


HOSTILE = [
    "<b>bold</b> & <a href='tg://user?id=1'>x</a>",
    "\u202eRTL\u200f \u200bzero\u200d <i>",
    "{name} %s {0} \\",
    "'; DROP TABLE people;--",
]


async def test_hostile_text_is_shown_as_it_was_typed(house: House) -> None:
    author = await house.staff(700, Role.OPERATOR)
    for text in HOSTILE:
        await author.says("/alert")
        await author.taps("English")
        await author.says(text)
        preview = author.messages[-2]
        assert preview.text == f"📢 Health alert\n\n{text}\n\nTo stop alerts: /alerts_off"
        heading, *rest = preview.entities or []
        assert (heading["type"], heading["offset"], heading["length"]) == ("bold", 3, 12)
        assert [each for each in rest if each["type"] not in ("mention", "url", "bot_command")] == []


async def test_hostile_words_to_the_desk_are_shown_as_they_were_typed(house: House) -> None:
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    assert "“<b>x</b>”" in await nurse.says("/today <b>x</b>")
    assert "code <B>X</B>" in await nurse.says("/noshow <b>x</b>")
    assert "I find no visit with the code" in await nurse.says("/noshow " + "Z" * 4000)
    assert "I did not understand this part" in await nurse.says("/open " + "z" * 4000)
    assert "Close this time?" in await nurse.says("/close tomorrow 09:00-12:00 " + "ill " * 900)


async def test_a_button_of_another_time_is_out_of_date_in_ones_own_language(house: House) -> None:
    aye = await house.person(7)
    old = ("bk0", "old.button.1", "bs1.mae-sot", "bt1.-1", "bt1.01", "to1.no-such-topic.", "cg1.nothing", "bc1.moon")
    for language, data in zip(LANGUAGES * 2, old, strict=True):
        await aye.presses(f"lg1.{language}")
        assert await aye.presses(data) == spoken(house, language, "This button is out of date. Here is the menu again.")
        assert aye.labels[-1] == spoken(house, language, "☰ Menu")


async def test_the_greatest_numbers_and_days_are_just_out_of_date(house: House) -> None:
    aye, nurse = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot")
    numbers = "bt1." + "z" * 55, "bt1.1y2p0ij32e8e8"
    for data in (*numbers, "bd1.mae-sot.vaccination.26ch7", "dk1.mae-sot.1", "dk1.mae-sot.26ch7"):
        for one in (aye, nurse):
            assert OUTDATED in await one.presses(data), data
    assert "not open any more" in await aye.presses("bt1.1y2p0ij32e8e7")


async def test_a_press_on_a_message_that_is_gone_still_gets_its_screen(house: House) -> None:
    aye = await house.person(7)
    aye.world.press(7, "me1", message_id=987_654)
    await house.quiet()
    assert "What do you need?" in aye.screen


async def test_a_stranger_who_presses_anything_is_asked_for_a_language(house: House) -> None:
    aye = house.someone(7)
    await aye.starts()
    assert "Please choose your language first" in await aye.presses("bt1.1")
    assert aye.labels == ["ไทย", "မြန်မာ", "ខ្មែរ", "English"]


async def test_an_edited_message_is_not_answered_again(house: House) -> None:
    aye = await house.person(7)
    said = aye.world.say(7, "dengue")
    await house.quiet()
    before = len(aye.texts)
    aye.world.edit(7, said.message_id, "my friend is not breathing")
    await house.quiet()
    assert len(aye.texts) == before
