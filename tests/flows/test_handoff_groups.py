"""The staff group: linked, moved, lost; topics deleted and closed; who cannot be reached, who waits, who leaves."""

import pytest
from sqlalchemy import select

from handoff.rules import CODE_LIFE
from people.authority import Role
from storage.tables import Conversation, GroupCode, Line, StaffGroup
from tests.acts import ON_SQLITE, count, is_in
from tests.flows.handoff_scene import (
    ANSWER,
    AYE,
    CODE,
    GROUP,
    LEAD,
    NURSE,
    PLAIN,
    QUESTION,
    asks,
    link,
    room,
    says,
    staffed,
)
from tests.house import House

OTHER = GROUP - 1


async def talk_of(house: House) -> Conversation:
    """The one conversation."""
    async with house.app.database.reading() as session:
        return (await session.scalars(select(Conversation))).one()


async def group_of(house: House) -> StaffGroup | None:
    """The one linked group."""
    async with house.app.database.reading() as session:
        return (await session.scalars(select(StaffGroup))).one_or_none()


@pytest.mark.parametrize("language", ["th", "my", "km", "en"])
async def test_a_lead_links_a_group_with_a_code_that_works_once(house: House, language: str) -> None:
    there = await room(house, language=language)
    assert house.app.house.clinics.clinics["mae-sot"].name[language] in there.texts[-1]
    assert is_in(language, there.texts[-1])
    code = next(found[1] for text in there.lead.texts if (found := CODE.search(text)))
    house.simulator.world.group(OTHER, members=[LEAD])
    house.simulator.world.say(LEAD, f"/link {code}", chat_id=OTHER)
    await house.quiet()
    group = await group_of(house)
    assert group
    assert group.chat_id == str(GROUP)
    assert group.language == language
    async with house.app.database.reading() as session:
        [kept] = await session.scalars(select(GroupCode))
    assert code.encode() not in kept.code_hash


@ON_SQLITE
async def test_only_a_lead_of_that_clinic_uses_a_code_and_only_for_a_day(house: House) -> None:
    lead, nurse = await staffed(house)
    other = await house.staff(67, Role.LEAD, "bangkok")
    assert "only some clinic staff" in await nurse.says("/staff_group")
    await lead.says("/staff_group")
    found = CODE.search(await lead.taps("🔗"))
    assert found
    world = house.simulator.world
    world.group(GROUP, forum=True, members=[NURSE, other.id, 68, LEAD])
    for one in (NURSE, other.id, 68):
        world.say(one, f"/link {found[1]}", chat_id=GROUP)
        await house.quiet()
        assert await group_of(house) is None
    house.advance(seconds=CODE_LIFE.total_seconds() + 1)
    world.say(LEAD, f"/link {found[1]}", chat_id=GROUP)
    await house.quiet()
    assert await group_of(house) is None
    assert "This code does not work" in [one.text for one in world.chat(GROUP).messages if one.from_bot][-1]


@ON_SQLITE
async def test_linking_another_group_moves_everything_there(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    house.simulator.world.group(OTHER, forum=True, members=[LEAD, NURSE])
    there.chat_id = OTHER
    await link(there)
    await asks(aye, "are you still there")
    assert there.message("are you still there").thread_id in there.topics
    assert await count(house, StaffGroup) == 1


@ON_SQLITE
async def test_one_group_serves_one_clinic(house: House) -> None:
    there = await room(house)
    bangkok = await house.staff(67, Role.LEAD, "bangkok")
    house.simulator.world.group(GROUP, members=[67])
    await bangkok.says("/staff_group")
    found = CODE.search(await bangkok.taps("🔗"))
    assert found
    house.simulator.world.say(67, f"/link {found[1]}", chat_id=GROUP)
    await house.quiet()
    assert "the staff group of another clinic" in there.texts[-1]


@ON_SQLITE
async def test_a_lead_unlinks_the_group(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await there.lead.says("/staff_group")
    assert "is unlinked" in await there.lead.taps("✖️")
    before = list(there.texts)
    await asks(aye, QUESTION["en"])
    assert QUESTION["en"] in there.nurse.screen
    assert there.texts == before


@pytest.mark.parametrize("how", ["kicked", "left"])
async def test_shown_out_of_the_group_the_leads_are_told_and_nothing_is_lost(house: House, how: str) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    house.simulator.world.set_standing(GROUP, how, by=NURSE)  # type: ignore[arg-type]
    await house.quiet()
    assert await group_of(house) is None
    assert "I am not in the staff group of IOM clinic Mae Sot any more" in there.lead.screen
    assert not any("any more" in text for text in there.nurse.texts)
    await asks(aye, QUESTION["en"])
    assert QUESTION["en"] in there.nurse.screen
    assert QUESTION["en"] in there.lead.screen


async def test_a_group_that_is_gone_without_a_word_is_noticed_by_the_next_question(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    group = house.simulator.world.chat(GROUP).group
    assert group
    group.standings[house.simulator.world.bot.id] = "kicked"
    await asks(aye, QUESTION["en"])
    assert QUESTION["en"] in there.nurse.screen
    assert any("I am not in the staff group" in text for text in there.lead.texts)
    await there.nurse.taps("✏️")
    await there.nurse.says(ANSWER["en"])
    assert ANSWER["en"] in await aye.taps("👁")


async def test_a_group_that_becomes_a_supergroup_keeps_its_conversations(house: House) -> None:
    there = await room(house, PLAIN, forum=False)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    house.simulator.world.upgrade(PLAIN, OTHER)
    await house.quiet()
    there.chat_id = OTHER
    await asks(aye, "are you still there")
    group = await group_of(house)
    assert group
    assert group.chat_id == str(OTHER)
    await there.replies(ANSWER["en"], there.message("are you still there"))
    assert ANSWER["en"] in await aye.taps("👁")


async def test_without_topics_a_conversation_hangs_together_by_replies(house: House) -> None:
    there = await room(house, PLAIN, forum=False)
    aye, min_ = await house.person(AYE), await house.person(8, "my")
    await asks(aye, QUESTION["en"])
    await asks(min_, QUESTION["my"])
    await aye.taps("✏️ Write more")
    await aye.says("she is four years old")
    first, more = there.message(QUESTION["en"]), there.message("she is four years old")
    assert more.reply_to is first
    await there.replies(ANSWER["my"], there.message(QUESTION["my"]))
    assert ANSWER["my"] in await min_.taps("👁")
    await there.replies(ANSWER["en"], more)
    assert ANSWER["en"] in await aye.taps("👁")
    await there.writes("/close")
    assert "reply to one of its messages" in there.texts[-1]
    await there.replies("/close", first)
    assert "have ended this conversation" in aye.screen


@ON_SQLITE
async def test_without_the_right_to_open_topics_replies_take_over(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    group = house.simulator.world.chat(GROUP).group
    assert group
    group.standings[house.simulator.world.bot.id] = "member"
    await asks(aye, QUESTION["en"])
    assert there.message(QUESTION["en"]).thread_id is None
    await there.replies(ANSWER["en"], there.message(QUESTION["en"]))
    assert ANSWER["en"] in await aye.taps("👁")
    house.simulator.world.set_standing(GROUP, "administrator", by=LEAD)
    await house.quiet()
    await asks(aye, "and now in a topic")
    assert there.message("and now in a topic").thread_id in there.topics


async def test_a_deleted_topic_is_opened_anew_and_says_that_it_continues(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    [old] = there.topics
    group = house.simulator.world.chat(GROUP).group
    assert group
    del group.topics[old]
    await aye.taps("✏️ Write more")
    await says(aye, "are you still there")
    [new] = there.topics
    again = there.message("are you still there")
    assert again.thread_id == new != old
    assert "continues here" in again.text
    await there.replies(ANSWER["en"], again)
    assert ANSWER["en"] in await aye.taps("👁")


@ON_SQLITE
async def test_a_topic_that_staff_closed_by_hand_is_opened_again_by_new_words(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    [number] = there.topics
    world = house.simulator.world
    chat = world.chat(GROUP)
    assert chat.group
    chat.group.topics[number].closed = True
    closing = world.post(
        chat, world.person(NURSE), world.bot, kind="service", content={"forum_topic_closed": {}}, thread_id=number
    )
    world._deliver("message", closing, world.bot)
    await house.quiet()
    assert not (await talk_of(house)).thread_open
    await aye.taps("✏️ Write more")
    await says(aye, "are you still there")
    assert not chat.group.topics[number].closed
    assert there.message("are you still there").thread_id == number


@pytest.mark.parametrize("language", ["th", "my", "km", "en"])
async def test_who_has_blocked_the_bot_is_shown_in_the_topic(house: House, language: str) -> None:
    there = await room(house, language=language)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    house.simulator.world.block(AYE)
    await house.quiet()
    question = there.message(QUESTION["en"])
    await there.replies(ANSWER["en"], question)
    assert there.texts[-1].startswith("⚠️")
    assert is_in(language, there.texts[-1])
    assert there.messages[-1].thread_id == question.thread_id
    assert there.messages[-1].reply_to is not None
    assert there.messages[-1].reply_to.text == ANSWER["en"]


@ON_SQLITE
async def test_what_is_typed_in_other_groups_is_nobodys_business(house: House) -> None:
    lead, _ = await staffed(house)
    world = house.simulator.world
    world.group(OTHER, members=[LEAD, NURSE], bot_is="administrator")
    for text in ("/ask me", "/close", "/mine", "/link", "/link 0", "dengue", "my child is not breathing"):
        world.say(LEAD, text, chat_id=OTHER)
    world.press(LEAD, "zz1", chat_id=OTHER)
    world.press(LEAD, "me1", chat_id=OTHER)
    await house.quiet()
    answers = [one.text for one in world.chat(OTHER).messages if one.from_bot]
    assert all("This code does not work" in text for text in answers)
    assert len(answers) <= 1
    assert await count(house, Line) == 0
    assert lead.screen
