"""Questions: danger first, then an answer, a choice, or an honest "I do not know"."""

import shutil
from dataclasses import replace
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from answers.ask import Finder
from answers.danger import load_signs
from answers.texts import TopicTexts, context
from answers.topics import CATEGORIES
from handlers.screens.asking import CATEGORY_NAMES
from handlers.screens.danger import SAY_IN_THAI
from locales.catalogue import FOLDER, Catalogues
from locales.languages import LANGUAGES, NATIVE
from locales.zawgyi import is_zawgyi, to_unicode, to_zawgyi
from tests.acts import ON_SQLITE, is_in, spoken, until
from tests.house import House
from tests.outage import away

CALL = "🚑 <b>This may be an emergency. Call 1669 now.</b> The call is free, day and night."
NONSENSE = "my neighbour plays the guitar too loud at night"
DENGUE = {"th": "ไข้เลือดออก", "my": "သွေးလွန်တုပ်ကွေး", "km": "គ្រុនឈាម", "en": "dengue"}
NOT_BREATHING = {
    "th": "ลูกไม่หายใจ",
    "my": "အသက်မရှူတော့ဘူး",
    "km": "មិនដកដង្ហើម",
    "en": "my friend is not breathing",
}


@ON_SQLITE
async def test_a_question_in_ones_own_words_finds_its_answer(house: House) -> None:
    aye = await house.person(7)
    for language, question in DENGUE.items():
        await aye.presses(f"lg1.{language}")
        screen = await aye.says(question)
        assert house.app.house.texts.title("dengue", language) in screen
        assert is_in(language, screen)
        assert spoken(house, language, "🚑 Emergency? Call 1669. It is free, day and night.") in screen


@ON_SQLITE
async def test_a_stranger_is_answered_in_the_language_of_the_question(house: House) -> None:
    aye = house.someone(7, "en")
    for language, question in DENGUE.items():
        assert house.app.house.texts.title("dengue", language) in await aye.says(question)


@ON_SQLITE
async def test_when_not_sure_the_bot_asks_back_and_a_tap_answers(house: House) -> None:
    aye = await house.person(7)
    assert "Did you mean one of these?" in await aye.says("hospital")
    choice = aye.labels[0]
    assert choice in await aye.taps(choice)


@ON_SQLITE
async def test_what_nobody_can_answer_is_said_plainly_with_a_way_on(house: House) -> None:
    aye = await house.person(7)
    sorry = "I am sorry, I have no answer to this. Try other words, or look through the topics."
    for language in LANGUAGES:
        await aye.presses(f"lg1.{language}")
        assert spoken(house, language, sorry) in await aye.says(NONSENSE)
        assert spoken(house, language, "❓ Topics") in aye.labels
        assert spoken(house, language, "🚑 Emergency") in aye.labels


@ON_SQLITE
async def test_small_talk_gets_a_polite_word(house: House) -> None:
    aye, som = await house.person(7), await house.person(8, "th")
    assert "You are welcome" in await aye.says("Thank you!! 🙏")
    assert "Hello. How can I help you?" in await aye.says("hello")
    assert spoken(house, "th", "You are welcome. Take care of yourself.") in await som.says("ขอบคุณค่ะ")


@ON_SQLITE
async def test_a_danger_sign_is_met_with_the_emergency_card_first(house: House) -> None:
    stranger, known = house.someone(7, "en"), await house.person(8)
    for language, words in NOT_BREATHING.items():
        await known.presses(f"lg1.{language}")
        for one in (stranger, known):
            card = await one.says(words)
            assert spoken(house, language, CALL) in card
            assert SAY_IN_THAI in card
            assert is_in(language, card)


@ON_SQLITE
async def test_a_danger_sign_written_below_a_picture_counts_and_the_picture_goes(house: House) -> None:
    aye = await house.person(7)
    house.simulator.world.send(7, "photo", caption=NOT_BREATHING["en"])
    await house.quiet()
    assert "Call 1669 now" in aye.screen
    assert house.simulator.world.chat(7).messages[-2].deleted


@ON_SQLITE
async def test_the_card_names_first_aid_and_opens_it(house: House) -> None:
    aye = await house.person(7)
    await aye.says(NOT_BREATHING["en"])
    title = house.app.house.texts.title("breathing-choking-allergy", "en")
    assert title in await aye.taps(title)


@ON_SQLITE
async def test_a_possible_danger_is_asked_about_above_the_answer(house: House, finder: Finder) -> None:
    sentences = [text for sign in load_signs() if sign.lang == "en" for text in sign.sentences]
    soft = next(text for text in sentences if (found := finder.ask(text, "en")).danger and not found.hard)
    aye = await house.person(7)
    screen = await aye.says(soft)
    assert screen.startswith("⚠️ Is this happening now?")
    assert "This may be an emergency" in await aye.taps("Emergency")


async def test_a_danger_sign_is_answered_while_the_database_is_away(house: House, database_url: str) -> None:
    aye = await house.person(7, "my")
    world = house.simulator.world
    async with away(database_url):
        world.say(7, NOT_BREATHING["my"])
        world.person(8, language_code="km")
        world.say(8, NOT_BREATHING["km"])
        stranger = house.someone(8)
        await until(lambda: bool(stranger.messages) and spoken(house, "my", CALL) in aye.screen)
        assert spoken(house, "km", CALL) in stranger.screen
    await house.quiet()
    assert is_in("my", await aye.says("/menu"))


@ON_SQLITE
async def test_an_answer_can_be_shown_in_thai(house: House) -> None:
    aye = await house.person(7)
    for language in ("my", "km", "en"):
        await aye.presses(f"lg1.{language}")
        await aye.presses("to1.dengue.")
        thai = await aye.taps(spoken(house, language, "Show this in Thai"))
        assert house.app.house.texts.title("dengue", "th") in thai
        assert is_in("th", thai)


def without_translation(folder: Path, topic: str, language: str) -> Catalogues:
    """The catalogues, but one answer's translation is stale: its English has changed since."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / language / "LC_MESSAGES" / "answers.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    next(entry for entry in catalog if entry.context == context(topic, "answer")).flags.add("fuzzy")
    with path.open("wb") as written:
        write_po(written, catalog)
    return Catalogues(folder)


@ON_SQLITE
async def test_a_stale_translation_is_withheld_and_the_other_languages_offered(house: House, tmp_path: Path) -> None:
    catalogues = without_translation(tmp_path / "locales", "dengue", "my")
    texts = TopicTexts(house.app.house.topics, catalogues)
    house.app.dispatcher.unit.house = replace(house.app.house, texts=texts)
    aye = await house.person(7, "my")
    screen = await aye.says("သွေးလွန်တုပ်ကွေး")
    missing = "I have no checked text about this in your language yet. You can read it in:"
    assert spoken(house, "my", missing) in screen
    assert NATIVE["my"] not in aye.labels
    assert house.app.house.texts.title("dengue", "th") in await aye.taps(NATIVE["th"])


@ON_SQLITE
async def test_every_topic_can_be_found_by_tapping(house: House) -> None:
    aye, texts = await house.person(7, "km"), house.app.house.texts
    await aye.says("/menu")
    await aye.taps(spoken(house, "km", "❓ Topics"))
    names = [spoken(house, "km", CATEGORY_NAMES[category]) for category in CATEGORIES]
    assert set(names) < set(aye.labels)
    found: set[str] = set()
    for category in CATEGORIES:
        house.advance(seconds=2)
        await aye.presses(f"cg1.{category}")
        found |= set(aye.labels)
    assert {texts.title(topic, "km") for topic in house.app.house.topics} <= found
    await aye.presses("cg1.infectious")
    title = texts.title("dengue", "km")
    assert title in await aye.taps(title)


@ON_SQLITE
async def test_zawgyi_is_read_like_any_other_burmese(house: House) -> None:
    aye = await house.person(7, "my")
    await aye.says(to_zawgyi("သွေးလွန်တုပ်ကွေး"))
    shown = [
        text for message in aye.messages for text in (message.text, *(str(each["text"]) for each in message.buttons))
    ]
    assert any(house.app.house.texts.title("dengue", "my") in text for text in shown)
    card = await aye.says(to_zawgyi(NOT_BREATHING["my"]))
    assert is_zawgyi(card), "whoever writes it, reads it"
    assert spoken(house, "my", CALL) in to_unicode(card)


@ON_SQLITE
async def test_an_answer_says_who_has_checked_it_and_when(house: House) -> None:
    aye = await house.person(7)
    screen = await aye.presses("to1.dengue.")
    assert "Last checked: " in screen
    assert "no health worker or native reader has checked this text yet" in screen
    assert "Source: " in screen


@ON_SQLITE
async def test_a_question_is_not_kept(house: House) -> None:
    aye = await house.person(7)
    await aye.says("dengue in my village")
    await aye.says(NONSENSE)
    path = Path(house.app.database.writer.url.database or "")
    for file in (path, path.with_name(path.name + "-wal")):
        assert b"my village" not in file.read_bytes()
        assert b"guitar" not in file.read_bytes()
