"""Who waits too long is named to the leads; who erases everything is gone from the group too."""

import pytest
from sqlalchemy import select

from people.store import find_person
from storage.personal import kept_about
from storage.tables import Conversation, Line, Owed, Wipe
from tests.acts import ON_SQLITE, at, cleared, count, is_in, it_becomes
from tests.flows.handoff_scene import ANSWER, AYE, GROUP, PLAIN, QUESTION, asks, room
from tests.house import House


@pytest.mark.parametrize("language", ["th", "my", "km", "en"])
async def test_whoever_waits_too_long_is_named_to_the_leads_once(house: House, language: str) -> None:
    there = await room(house, language=language)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    house.advance(minutes=59)
    await house.by_hand(house.app.escalating.run())
    await house.quiet()
    assert not any(text.startswith("⏳") for text in there.texts)
    house.advance(minutes=2)
    for _ in range(3):
        await house.by_hand(house.app.escalating.run())
        house.advance(seconds=10)
    await house.quiet()
    assert sum(text.startswith("⏳") for text in there.texts) == 1
    assert there.messages[-1].thread_id == there.message(QUESTION["en"]).thread_id
    assert there.lead.screen.startswith("⏳")
    assert is_in(language, there.lead.screen)
    assert not there.nurse.screen.startswith("⏳")
    assert QUESTION["en"] in await there.lead.taps("👁")
    assert b"bot_handoff_late_total 1.0" in house.app.metrics.text()


@ON_SQLITE
async def test_nights_weekends_and_holidays_do_not_count_as_waiting(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await it_becomes(house, at(house, 2, "16:00"))  # a Friday
    await asks(aye, QUESTION["en"])
    await it_becomes(house, at(house, 2, "23:00"))
    await house.by_hand(house.app.escalating.run())
    await house.quiet()
    assert not any(text.startswith("⏳") for text in there.texts)
    await it_becomes(house, at(house, 3, "08:59"))  # the Monday after
    await house.by_hand(house.app.escalating.run())
    assert not any(text.startswith("⏳") for text in there.texts)
    await it_becomes(house, at(house, 0, "09:01"))
    await house.by_hand(house.app.escalating.run())
    await house.quiet()
    assert any(text.startswith("⏳") for text in there.texts)


@ON_SQLITE
async def test_an_answer_in_time_wakes_nobody_and_a_new_question_waits_anew(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    house.advance(minutes=90)
    await house.by_hand(house.app.escalating.run())
    await asks(aye, "and what about the other child")
    house.advance(minutes=50)
    await house.by_hand(house.app.escalating.run())
    await house.quiet()
    assert not any(text.startswith("⏳") for text in there.texts)
    house.advance(minutes=20)
    await house.by_hand(house.app.escalating.run())
    await house.quiet()
    assert there.texts[-1].startswith("⏳")


@pytest.mark.parametrize("forum", [True, False])
async def test_whoever_erases_everything_is_gone_from_the_group_too(house: House, forum: bool) -> None:
    there = await room(house, GROUP if forum else PLAIN, forum=forum)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await aye.taps("✏️ Write more")
    await aye.says("she is four years old")
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    assert "conversation_lines" in str(await _kept(house))
    await aye.says("/forgetme")
    await aye.taps("Yes, erase everything")
    await cleared(house)
    await house.quiet()
    assert not any(QUESTION["en"] in text or "four years" in text for text in there.texts)
    assert "the person deleted their data" in there.texts[-1]
    assert await count(house, Conversation) == await count(house, Line) == await count(house, Wipe) == 0
    async with house.app.database.reading() as session:
        assert not [row for row in await session.scalars(select(Owed)) if row.person_id == AYE]
    answered = len(there.texts)
    await there.writes("hello?", there.messages[-1].thread_id)
    assert len(there.texts) == answered, "nobody is there to be answered"


async def _kept(house: House) -> dict[str, object]:
    async with house.app.database.reading() as session:
        person = await find_person(session, AYE)
        assert person
        return dict(await kept_about(session, person))
