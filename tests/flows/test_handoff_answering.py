"""Staff answer: by replies in their group or in private; nothing goes out that nobody meant to send."""

import pytest
from sqlalchemy import delete, select

from handlers.press_codec import encode
from handlers.presses.handoff import CloseTalk, ReadAnswer, SeeTalk, SendLine, TypeAnswer
from handoff.rules import LEADS, STAFF
from people.authority import RULES, Action, Role
from people.store import find_person
from storage.audit import newest
from storage.tables import Conversation, Grant, Line
from tests.acts import ON_SQLITE, count, is_in, spoken
from tests.flows.handoff_scene import ANSWER, AYE, LEAD, NURSE, QUESTION, asks, room, staffed
from tests.house import House


async def open_answer(house: House, telegram_id: int = AYE) -> str:
    """Tap the newest announced answer."""
    return await house.someone(telegram_id).taps("👁")


@pytest.mark.parametrize("language", ["my", "km", "th"])
async def test_words_in_another_language_are_asked_about_before_they_go(house: House, language: str) -> None:
    there = await room(house)
    aye = await house.person(AYE, language)
    await asks(aye, QUESTION[language])
    asked = await there.replies(ANSWER["en"], there.message(QUESTION[language]))
    assert "this is not translated. Send it anyway?" in asked
    assert spoken(house, language, "👁 Read it") not in aye.labels
    await there.taps("Send it anyway")
    assert ANSWER["en"] in await open_answer(house)


@ON_SQLITE
async def test_what_is_not_sent_after_all_is_forgotten(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE, "my")
    await asks(aye, QUESTION["my"])
    await there.replies(ANSWER["en"], there.message(QUESTION["my"]))
    data = [str(button["callback_data"]) for button in there.messages[-1].buttons]
    assert "Nothing was sent." in await there.taps("No, do not send")
    house.simulator.world.press(NURSE, data[0], message_id=there.messages[-1].message_id, chat_id=there.chat_id)
    await house.quiet()
    async with house.app.database.reading() as session:
        [draft] = await session.scalars(select(Line).where(Line.source == "staff"))
    assert (draft.state, draft.text) == ("dropped", None)
    assert not any("👁" in label for label in aye.labels)


@ON_SQLITE
async def test_talk_among_colleagues_in_the_topic_goes_out_only_when_they_say_so(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    thread = there.message(QUESTION["en"]).thread_id
    assert "Shall I send this to the person?" in await there.writes("I think she means the vaccine.", thread)
    assert not any("👁" in label for label in aye.labels)
    await there.taps("✅ Send")
    assert "I think she means" in await open_answer(house)
    before = len(there.texts)
    await there.writes("lunch at twelve")
    assert len(there.texts) == before, "outside every topic the bot is silent"


@ON_SQLITE
async def test_whoever_holds_no_role_there_is_not_even_answered(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    visitor, other = await house.person(66), await house.staff(67, Role.STAFF, "bangkok")
    house.simulator.world.group(there.chat_id, members=[66, 67, 68])
    await asks(aye, QUESTION["en"])
    before = list(there.texts)
    for one in (visitor.id, other.id, 68):
        await there.replies(ANSWER["en"], there.message(QUESTION["en"]), by=one)
        await there.writes("/close", there.message(QUESTION["en"]).thread_id, by=one)
        await there.taps("📋", by=one)
        await there.taps("✔️", by=one)
    assert there.texts == before
    assert not any("👁" in label for label in aye.labels)
    assert await count(house, Line) == 1


@ON_SQLITE
async def test_a_role_that_was_taken_away_answers_nobody_any_more(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    async with house.app.database.writing() as session:
        nurse = await find_person(session, NURSE)
        assert nurse
        await session.execute(delete(Grant).where(Grant.person_id == nurse.id))
    before = list(there.texts)
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    assert there.texts == before
    assert not any("👁" in label for label in aye.labels)


@ON_SQLITE
async def test_pictures_of_staff_are_refused(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    question = there.message(QUESTION["en"])
    world = house.simulator.world
    world.send(
        NURSE, "photo", there.chat_id, caption="look", reply_to=question.message_id, thread_id=question.thread_id
    )
    await house.quiet()
    assert "Photos, files and voice messages are not passed on" in there.texts[-1]
    assert "look" not in aye.screen


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_staff_end_a_conversation_and_the_person_knows_the_way_back(house: House, language: str) -> None:
    there = await room(house)
    aye = await house.person(AYE, language)
    await asks(aye, QUESTION[language])
    question = there.message(QUESTION[language])
    await there.writes("/close", question.thread_id)
    assert "has ended. The person is told how to ask again." in there.texts[-1]
    assert spoken(house, language, "The health workers have ended this conversation. We hope it helped.") in aye.screen
    assert "/ask" in aye.screen
    group = house.simulator.world.chat(there.chat_id).group
    assert group
    assert group.topics[question.thread_id or 0].closed
    await asks(aye, "10:30 ?")
    assert not group.topics[question.thread_id or 0].closed, "the same topic is opened again"
    assert there.texts[-1].startswith("🙋")


@ON_SQLITE
async def test_two_answers_at_once_both_arrive_in_their_order(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    question = there.message(QUESTION["en"])
    world = house.simulator.world
    for person, text in ((NURSE, "first from the nurse"), (LEAD, "second from the lead")):
        world.say(person, text, chat_id=there.chat_id, reply_to=question.message_id, thread_id=question.thread_id)
    await house.quiet()
    async with house.app.database.reading() as session:
        told = list(await session.scalars(select(Line.state).where(Line.source == "staff").order_by(Line.at, Line.id)))
    assert told == ["sent", "sent"]
    shown = [message for message in aye.messages if "You have a message" in message.text]
    assert len(shown) == 2
    words = []
    for message in shown:
        world.press(AYE, str(message.buttons[0]["callback_data"]), message_id=message.message_id)
        await house.quiet()
        words.append(message.text)
    assert ["first" in words[0], "second" in words[1]] == [True, True]


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_without_a_group_the_staff_answer_in_private(house: House, language: str) -> None:
    _, nurse = await staffed(house, language)
    aye = await house.person(AYE, language)
    await asks(aye, QUESTION[language])
    assert QUESTION[language] in nurse.screen
    assert is_in(language, nurse.screen)
    await nurse.says("/inbox")
    assert QUESTION[language] in await nurse.taps("⏳")
    await nurse.taps("✏️")
    await nurse.says(ANSWER[language])
    assert ANSWER[language] in await open_answer(house)
    assert spoken(house, language, "Nobody waits for an answer.") not in await nurse.says("/inbox")
    await nurse.taps(language.upper())
    await nurse.taps("✔️")
    assert spoken(house, language, "Nobody waits for an answer.") in await nurse.says("/inbox")


@ON_SQLITE
async def test_buttons_of_another_clinic_do_nothing(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    other = await house.staff(67, Role.STAFF, "bangkok")
    await asks(aye, QUESTION["en"])
    await there.writes("a draft", there.message(QUESTION["en"]).thread_id)
    async with house.app.database.reading() as session:
        [talk] = await session.scalars(select(Conversation))
        [draft] = await session.scalars(select(Line).where(Line.state == "draft"))
    for press in (SeeTalk(talk.id), TypeAnswer(talk.id), CloseTalk(talk.id), SendLine(draft.id)):
        assert "only some clinic staff" in await other.presses(encode(press))
    assert "no clinic" not in await other.says("/inbox")
    assert "Nobody waits" in other.screen


@ON_SQLITE
async def test_a_draft_is_read_by_nobody_who_guesses_its_number(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    colleague = await house.staff(67, Role.STAFF, "mae-sot")
    await asks(aye, QUESTION["en"])
    await there.writes("I think she means the vaccine.", there.message(QUESTION["en"]).thread_id)
    async with house.app.database.reading() as session:
        [draft] = await session.scalars(select(Line).where(Line.state == "draft"))
    for one in (aye, colleague, there.nurse):
        assert "not kept any more" in await one.presses(encode(ReadAnswer(draft.id)))
        assert "vaccine" not in one.screen
    await there.taps("✅ Send")
    assert "she means the vaccine" in await open_answer(house), "what was sent is read by whom it is for"
    assert "not kept any more" in await colleague.presses(encode(ReadAnswer(draft.id)))


@ON_SQLITE
async def test_hints_help_staff_who_cannot_read_the_question(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE, "my")
    await asks(aye, QUESTION["my"])
    text = there.message(QUESTION["my"]).text
    assert "ချောင်းဆိုး = ไอ / cough" in text
    assert "ကလေး = ลูก / child" in text


@ON_SQLITE
async def test_answers_stand_in_the_audit_log_without_their_words(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    await there.writes("/close", there.message(QUESTION["en"]).thread_id)
    async with house.app.database.reading() as session:
        noted = await newest(session, 10)
    assert {"handoff-answer", "handoff-closed", "group-linked", "group-code"} <= {entry.action for entry in noted}
    assert {entry.detail for entry in noted if entry.action.startswith("handoff")} == {""}


def test_the_roles_that_are_written_to_are_those_that_may_answer() -> None:
    assert set(STAFF) == set(RULES[Action.ANSWER].roles or ())
    assert set(LEADS) == set(RULES[Action.LINK_GROUP].roles or ())
