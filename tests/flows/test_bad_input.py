"""Whatever people and others send: a kind, correct answer or silence; never an exception, never a stuck spinner."""

import random
from dataclasses import fields
from typing import Any

from sqlalchemy import func, select

from handlers.press_codec import PRESSES
from handlers.presses.choosing import ForgetMe
from handlers.presses.visits import TakeSlot
from people.authority import Role
from storage.tables import Alert, Booking, Grant, Person, Quarantined, Slot
from tests.acts import ON_SQLITE, is_in, spoken, take
from tests.house import House, Someone

pytestmark = ON_SQLITE
LANGUAGES = ["th", "my", "km", "en"]
OUTDATED = "This button is out of date"
SILENT_GROUP = -1001000000001


async def state(house: House) -> dict[str, int]:
    """How many rows there are of what an attack would like to change."""
    counts = {}
    async with house.app.database.reading() as session:
        for table in (Person, Booking, Grant, Alert, Slot, Quarantined):
            counts[table.__name__] = int(await session.scalar(select(func.count()).select_from(table)) or 0)
        counts["taken"] = int(await session.scalar(select(func.sum(Slot.taken))) or 0)
    return counts


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
        assert preview.text == f"Preview, English:\n\n{text}"
        assert [each for each in preview.entities or [] if each["type"] not in ("mention", "url")] == []


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


OWN = {kind: code for code, kind in PRESSES.items()}


def mutations(count: int) -> list[str]:
    """Buttons of ours with something wrong: bytes changed, parts dropped, doubled or exchanged, numbers too large."""
    draw = random.Random(7)
    letters = "0123456789abcdefghijklmnopqrstuvwxyz-.ABC_ ก\U0001f64f\x00"
    parts = ["0", "1", "2", "9", "zzzzzzzzzzzzz", "3w5e11264sg0", "mae-sot", "vaccination", "2gosa7p", "", "owner"]
    made = []
    for _ in range(count):
        code, kind = draw.choice(list(PRESSES.items()))
        values = [draw.choice(parts) for _ in fields(kind)]  # type: ignore[arg-type]
        data = list(".".join([code, *values])[:60])
        for _ in range(draw.choice((0, 0, 1, 3))):
            data[draw.randrange(len(data))] = draw.choice(letters)
        text = "".join(data)
        made.append(text if len(text.encode()) <= 64 else text[:16])
    return made


async def test_forged_buttons_change_nothing_of_anybody_else_and_every_one_is_answered(house: House) -> None:
    """What a person may do themselves (a language, a switch, a free place) they may forge too; nothing more."""
    times = await house.opens()
    victim = await house.person(9)
    code = await take(victim, times[1])
    thief = await house.person(7)
    before = await state(house)
    message = thief.messages[-1].message_id
    own = (OWN[TakeSlot], OWN[ForgetMe])
    for data in mutations(300):
        if not data.startswith(own):
            thief.world.press(7, data, message_id=message)
    await house.quiet()
    assert list(thief.world.unanswered()) == []
    assert await state(house) == before
    assert "went wrong" not in " ".join(thief.texts)
    await victim.says("/mine")
    assert any(code in label for label in victim.labels)


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


async def test_in_a_group_the_bot_says_nothing_and_stops_every_spinner(house: House) -> None:
    world = house.simulator.world
    await house.person(7)
    group = world.group(SILENT_GROUP, members=[7], bot_is="administrator")
    for text in ("/start", "/book@front_door_bot", "my friend is not breathing", "dengue"):
        world.say(7, text, chat_id=SILENT_GROUP)
    world.send(7, "photo", chat_id=SILENT_GROUP)
    world.press(7, "lg1.my", chat_id=SILENT_GROUP)
    await house.quiet()
    assert [message for message in group.messages if message.from_bot] == []
    assert not any(call.chat_id == SILENT_GROUP for call in world.calls)
    assert list(world.unanswered()) == []
    assert "English" in " ".join(await _labels(house, 7))


async def _labels(house: House, person: int) -> list[str]:
    one = house.someone(person)
    await one.says("/menu")
    return one.labels


async def test_an_edited_message_is_not_answered_again(house: House) -> None:
    aye = await house.person(7)
    said = aye.world.say(7, "dengue")
    await house.quiet()
    before = len(aye.texts)
    aye.world.edit(7, said.message_id, "my friend is not breathing")
    await house.quiet()
    assert len(aye.texts) == before


NOBODYS: list[dict[str, dict[str, Any]]] = [
    {"edited_message": {"text": "/menu"}},
    {"channel_post": {"text": "/menu"}},
    {"message": {"text": "/menu", "from": {"id": 5, "is_bot": True, "first_name": "B"}}},
    {"message": {"new_chat_title": "x"}},
    {"message": {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}}}},
    {"message": {"text": "/menu", "chat": {"id": -5, "type": "channel", "title": "x"}}},
    {"poll": {"id": "1"}},
]


async def test_what_concerns_nobody_is_passed_over(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    before = len(world.calls)
    who, chat = {"id": 7, "is_bot": False, "first_name": "P"}, {"id": 7, "type": "private"}
    common = {"message_id": 990, "date": 1, "chat": chat, "from": who}
    for update in NOBODYS:
        number = world.bot.updates.next_id
        world.bot.updates.next_id += 1
        world.inject({"update_id": number, **{kind: common | content for kind, content in update.items()}})
    await house.quiet()
    assert {call.method for call in list(world.calls)[before:]} <= {"getUpdates"}
    assert await still_works(aye)
