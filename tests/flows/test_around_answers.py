"""Around the answer: votes, other languages, recordings, kept questions, Zawgyi readers, withheld drafts."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from answers.loop import tell_answered
from bot.commands.maintenance import content_patch
from bot.commands.release import tell_whoever_asked
from locales.zawgyi import is_zawgyi, to_zawgyi
from people.authority import Role
from scheduling.clinics import EmergencyRoom
from storage.tables import Question, Vote
from tests.acts import ON_SQLITE
from tests.house import House, Someone

pytestmark = ON_SQLITE

UNANSWERED = "my neighbour plays the guitar too loud at night"


async def _answer(one: Someone) -> str:
    await one.presses("to1.hics-price.")
    return one.screen


async def _asks_in_vain(one: Someone) -> None:
    await one.says(UNANSWERED)
    if "Did you mean" in one.screen:
        await one.taps("Something else")
    assert "no answer" in one.screen


async def test_a_vote_is_counted_by_week_and_nobody_is_remembered(house: House) -> None:
    aye = await house.person(7)
    await _answer(aye)
    await aye.taps("It did not")
    assert "Try other words" in aye.screen
    async with house.app.database.reading() as session:
        vote = (await session.scalars(select(Vote))).one()
    assert (vote.topic_id, vote.language, vote.helped, vote.did_not) == ("hics-price", "en", 0, 1)
    assert vote.week.weekday() == 0
    assert {column.name for column in Vote.__table__.columns} == {"topic_id", "language", "week", "helped", "did_not"}


async def test_an_answer_can_be_read_in_another_language(house: House) -> None:
    aye = await house.person(7)
    await _answer(aye)
    await aye.taps("Other language")
    assert "မြန်မာ" in aye.labels
    await aye.taps("မြန်မာ")
    assert any("\u1000" <= letter <= "\u109f" for letter in aye.screen)


async def test_an_editor_reads_a_topic_aloud_and_people_can_listen(house: House) -> None:
    editor, aye = await house.staff(600, Role.EDITOR), await house.person(7)
    await _answer(editor)
    editor.world.send(editor.id, "voice", reply_to=editor.messages[-1].message_id)
    await house.quiet()
    assert "The recording is kept" in editor.screen
    await _answer(aye)
    await aye.taps("Listen")
    assert aye.messages[-1].kind == "voice"


async def test_a_voice_of_anybody_else_is_not_a_recording(house: House) -> None:
    aye = await house.person(7)
    await _answer(aye)
    aye.world.send(aye.id, "voice", reply_to=aye.messages[-1].message_id)
    await house.quiet()
    assert "I can only read typed words" in aye.screen
    await _answer(aye)
    assert not [label for label in aye.labels if "Listen" in label]


async def test_an_unanswered_question_is_kept_only_after_a_tap_and_never_readable(house: House) -> None:
    aye = await house.person(7)
    await _asks_in_vain(aye)
    async with house.app.database.reading() as session:
        assert (await session.scalars(select(Question))).all() == []
    await aye.taps("Keep my question")
    assert "without your name" in aye.screen
    async with house.app.database.reading() as session:
        kept = (await session.scalars(select(Question))).one()
    assert kept.text == UNANSWERED


async def test_an_editor_makes_a_kept_question_a_phrasing_and_whoever_asked_is_told_once(house: House) -> None:
    aye, editor = await house.person(7), await house.staff(600, Role.EDITOR)
    await _asks_in_vain(aye)
    await aye.taps("Keep my question")
    assert "1 open" in await editor.says("/content")
    await editor.taps("Open questions")
    assert UNANSWERED in editor.screen
    async with house.app.database.reading() as session:
        question = (await session.scalars(select(Question))).one()
    await editor.presses(f"cp1.{question.id}.mental-health-support")
    assert "no more open questions" in editor.screen
    before = len(aye.messages)
    assert await tell_whoever_asked(house.app.house, house.app.database, lambda: house.now) == 0
    await _release(house, question)
    await _release(house, question)
    await house.quiet()
    assert len(aye.messages) == before + 1
    assert "Now there is an answer" in aye.screen


async def _release(house: House, question: Question) -> None:
    """The next content release: the phrasing is in its file."""
    async with house.app.database.writing() as session:
        released = {("en", "mental-health-support", question.text)}
        await tell_answered(session, house.app.house.finder.ask, released, house.now)


async def test_nobody_but_editors_sees_kept_questions(house: House) -> None:
    aye = await house.person(7)
    assert "only some clinic staff" in await aye.says("/content")
    assert "only some clinic staff" in await aye.presses("cn1.0")


async def test_whoever_writes_zawgyi_is_asked_once_and_then_reads_zawgyi(house: House) -> None:
    aye = await house.person(7, "my")
    await aye.says(to_zawgyi("ကျန်းမာရေး အာမခံကတ် ဘယ်လောက်လဲ"))
    second = next(label for label in aye.labels if label.startswith("2"))
    await aye.taps(second)
    assert is_zawgyi(aye.screen)
    await aye.says("/menu")
    assert is_zawgyi(aye.screen)
    assert is_zawgyi(await aye.says("/today")), "a refusal too"
    assert is_zawgyi(await aye.says(to_zawgyi("အမေ အသက်မရှူတော့ဘူး"))), "and the emergency card"
    assert "1669" in aye.screen


async def test_unreviewed_answers_are_withheld_where_the_deployment_says_so(house: House) -> None:
    aye = await house.person(7)
    strict = replace(house.app.house, hides_drafts=True)
    house.app.dispatcher.unit.house = strict
    assert "still being checked" in await _answer(aye)


async def test_the_emergency_card_leads_to_an_emergency_room_where_one_was_named(house: House) -> None:
    aye = await house.person(7, "my")
    await aye.says("/menu")
    await aye.presses("em1")
    assert len(aye.labels) == 2, "none is packaged: a wrong one could cost a life"
    texts = {"en": "Test hospital", "th": "โรงพยาบาลทดสอบ", "my": "စမ်းသပ်ဆေးရုံ", "km": "មន្ទីរពេទ្យសាកល្បង"}
    room = EmergencyRoom(name=texts, way=texts)
    clinics = house.app.house.clinics.model_copy(update={"emergency_rooms": {"tak": room}})
    house.app.dispatcher.unit.house = replace(house.app.house, clinics=clinics)
    await aye.presses("em1")
    await aye.presses("er1")
    await aye.taps("စမ်းသပ်ဆေးရုံ")
    assert "โรงพยาบาลทดสอบ" in aye.screen


async def test_the_next_content_release_is_exported_as_a_patch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    aye, editor = await house.person(7), await house.staff(600, Role.EDITOR)
    await _asks_in_vain(aye)
    await aye.taps("Keep my question")
    async with house.app.database.reading() as session:
        question = (await session.scalars(select(Question))).one()
    await editor.presses(f"cp1.{question.id}.mental-health-support")
    monkeypatch.setenv("BOT_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("BOT_KEYS", house.settings.keys.get_secret_value())
    patch = await content_patch()
    assert "+++ b/answers/phrasings/en/mental-health-support.txt" in patch
    assert f"+{UNANSWERED}" in patch
