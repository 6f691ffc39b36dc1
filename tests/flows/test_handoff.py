"""Ask a health worker: agreed to, passed on without a name, answered, read, ended; in every language."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.press_codec import encode
from handlers.presses.handoff import EndTalk, ReadAnswer, WriteMore
from handoff.rules import KEEP_ANSWERED, KEEP_CLOSED, KEEP_WAITING, LONGEST, MOST_WAITING
from people.authority import Role
from storage.tables import Conversation, Line
from tests.acts import ON_SQLITE, at, count, is_in, it_becomes, spoken
from tests.flows.handoff_scene import ANSWER, AYE, QUESTION, asks, room, staffed
from tests.house import House, Someone, called

NONSENSE = "my neighbour plays the guitar too loud at night"


async def lines(house: House) -> list[Line]:
    """Every line, oldest first."""
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Line).order_by(Line.at, Line.id)))


@pytest.mark.parametrize("language", ["th", "my", "km", "en"])
async def test_a_question_goes_to_the_group_without_a_name_and_its_answer_comes_back(
    house: House, language: str
) -> None:
    there = await room(house)
    aye = await house.person(AYE, language)
    told = await asks(aye, QUESTION[language])
    clinic = house.app.house.clinics.clinics["mae-sot"].name
    assert clinic[language] in told
    assert "08:30-16:30" in told
    assert is_in(language, told)
    question = there.message(QUESTION[language])
    assert question.thread_id in there.topics
    assert there.topics[question.thread_id].endswith(f"· {language.upper()}")
    assert not any(called(AYE) in text or f" {AYE} " in text for text in (*there.texts, *there.topics.values()))
    assert await there.replies(ANSWER[language], question) == there.texts[-1]
    assert "on its way" in there.texts[-1]
    assert ANSWER[language] not in aye.screen, "a shared phone shows no answer by itself"
    answer = await aye.taps("👁")
    assert ANSWER[language] in answer
    assert clinic[language] in answer
    assert called(500) not in answer
    assert await count(house, Line) == 2
    async with house.app.database.reading() as session:
        kept = {line.source: line.text for line in await session.scalars(select(Line))}
    assert kept["person"] is None, "once answered, the question is forgotten"


@ON_SQLITE
@pytest.mark.parametrize("language", ["th", "my", "km", "en"])
async def test_what_nobody_could_answer_is_passed_on_with_three_taps(house: House, language: str) -> None:
    there = await room(house)
    aye = await house.person(AYE, language, agreed=False)
    await aye.says(NONSENSE)
    await aye.taps("🙋")
    told = await aye.taps("✅")
    assert spoken(house, language, "The answer comes here, in this chat.") in told
    assert there.message(NONSENSE)


@ON_SQLITE
async def test_a_command_carries_its_question_along(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    assert "“may I come on sunday”" in await aye.says("/ask may I come on sunday")
    await aye.taps("✅")
    assert there.message("may I come on sunday")


@ON_SQLITE
async def test_several_clinics_are_chosen_from_and_one_without_staff_is_not_offered(house: House) -> None:
    await staffed(house)
    aye = await house.person(AYE)
    assert "Ask the health workers of IOM clinic Mae Sot" in await aye.says("/ask")
    await house.staff(501, Role.STAFF, "bangkok")
    assert "Which clinic should read your question?" in await aye.says("/ask")
    assert [label for label in aye.labels if "🏥" in label] == ["🏥 IOM clinic Bangkok", "🏥 IOM clinic Mae Sot"]
    assert "Bangkok" in await aye.taps("Bangkok")


@ON_SQLITE
async def test_without_any_health_worker_that_is_said_before_anything_is_kept(house: House) -> None:
    aye = await house.person(AYE)
    assert "no health worker can answer here" in await aye.says("/ask")
    assert "🚑 Emergency" in aye.labels
    assert await count(house, Conversation) == 0


@ON_SQLITE
async def test_a_stranger_chooses_a_language_first(house: House) -> None:
    await staffed(house)
    assert "Please choose your language first." in await house.someone(AYE).says("/ask")


@ON_SQLITE
async def test_closing_hours_are_told_when_it_is_asked(house: House) -> None:
    await room(house)
    aye = await house.person(AYE)
    assert "They are not there now" not in await asks(aye, QUESTION["en"])
    await it_becomes(house, at(house, 2, "19:00"))  # a Friday evening
    monday = house.now.date() + timedelta(days=3)
    told = await asks(aye, "and one more thing please")
    assert "They are not there now. They are back: Monday" in told
    assert f"{monday.day} " in told


@ON_SQLITE
async def test_more_goes_into_the_same_topic_and_other_words_are_still_answered_by_the_bot(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await aye.taps("✏️ Write more")
    await aye.says("she is four years old")
    first, second = there.message(QUESTION["en"]), there.message("she is four years old")
    assert first.thread_id == second.thread_id
    assert len(there.topics) == 1
    assert house.app.house.texts.title("dengue", "en") in await aye.says("dengue")
    assert not any(text.startswith("dengue") for text in there.texts)


async def test_a_reply_to_an_answer_goes_on_with_the_conversation(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    await aye.taps("👁")
    shown = aye.messages[-1]
    house.simulator.world.say(AYE, "thank you, at what time", reply_to=shown.message_id)
    await house.quiet()
    assert "on its way" in aye.screen
    assert there.message("thank you, at what time").thread_id == there.message(QUESTION["en"]).thread_id


@ON_SQLITE
async def test_danger_comes_first_also_in_a_conversation_and_the_staff_are_told(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await aye.taps("✏️ Write more")
    await aye.says("my child is not breathing")
    assert any("Call 1669 now" in text for text in aye.texts)
    assert "The emergency card was shown to this person." in there.message("not breathing").text
    await aye.says("my friend is not breathing")  # in no step: the words stay here, the fact does not
    assert "Call 1669 now" in aye.screen
    assert "wrote of a danger. The emergency card was shown at once." in there.texts[-1]
    assert not any("my friend" in text for text in there.texts)


@ON_SQLITE
async def test_a_picture_is_not_passed_on_and_the_question_is_still_waited_for(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await aye.says("/ask")
    await aye.taps("✅")
    assert "I cannot pass on photos" in await aye.sends("photo")
    before = len(there.messages)
    await aye.says(QUESTION["en"])
    assert len(there.messages) == before + 1


@ON_SQLITE
async def test_whoever_needs_no_answer_any_more_ends_it_and_the_words_are_gone(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    assert "your words are erased here" in await aye.taps("✔️")
    assert "needs no answer any more" in there.texts[-1]
    assert [line.text for line in await lines(house)] == [None]
    assert "🙋 Ask a health worker" in aye.labels
    await asks(aye, "one more question if I may")
    assert len(there.topics) == 1, "the same person finds the same topic"


@ON_SQLITE
async def test_other_peoples_conversations_are_not_there(house: House) -> None:
    there = await room(house)
    aye, min_ = await house.person(AYE), await house.person(8)
    await asks(aye, QUESTION["en"])
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    question, answer = await lines(house)
    for press in (WriteMore(question.conversation_id), EndTalk(question.conversation_id)):
        assert "not there any more" in await min_.presses(encode(press))
    for line in (question, answer):
        assert "not kept any more" in await min_.presses(encode(ReadAnswer(line.id)))


@ON_SQLITE
async def test_a_long_message_is_cut_and_that_is_said_and_many_are_refused(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    assert "passed on only the beginning" in await asks(aye, "word " * 300)
    assert len(max(there.texts, key=len)) < LONGEST + 300
    for number in range(MOST_WAITING - 1):
        house.advance(minutes=1)
        await asks_more(aye, f"and number {number}")
    assert f"{MOST_WAITING} of your messages wait" in await asks_more(aye, "one too many")


async def asks_more(one: Someone, text: str) -> str:
    await one.taps("✏️ Write more")
    return await one.says(text)


@ON_SQLITE
async def test_words_are_forgotten_in_time(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    assert ANSWER["en"] in await aye.taps("👁")
    house.advance(hours=KEEP_ANSWERED.total_seconds() / 3600 + 1)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert [line.text for line in await lines(house)] == [None, None]
    answer = (await lines(house))[-1]
    assert "not kept any more" in await aye.presses(encode(ReadAnswer(answer.id)))


@ON_SQLITE
async def test_a_question_nobody_answers_in_a_week_ends_with_a_kind_word(house: House) -> None:
    await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    house.advance(days=KEEP_WAITING.days, hours=1)
    await house.by_hand(house.app.housekeeping.run(house.now))
    await house.quiet()
    assert "Nobody could answer your message in time" in aye.screen
    assert [line.text for line in await lines(house)] == [None]
    house.advance(days=KEEP_CLOSED.days, hours=1)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await count(house, Conversation) == await count(house, Line) == 0


@ON_SQLITE
async def test_a_phone_of_ones_own_shows_the_answer_at_once_and_keeps_none_of_it(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE, agreed=False)
    await aye.starts()
    await aye.says("/privacy")
    await aye.taps("🙈")
    await asks(aye, QUESTION["en"])
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    assert ANSWER["en"] in aye.screen
    assert [line.text for line in await lines(house)] == [None, None]
