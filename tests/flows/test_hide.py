"""/hide: the chat is cleared, and nothing says of what."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from delivery.rules import Kind
from simulator.messages import Message
from storage.tables import Owed, Shown, Wipe
from tests.acts import ON_SQLITE, at, cleared, count, it_becomes, take
from tests.house import House, Someone


def standing(one: Someone) -> list[Message]:
    """Every message in the chat, whoever wrote it, that is not deleted."""
    return [message for message in one.world.chat(one.id).messages if not message.deleted]


async def somebody(house: House) -> Someone:
    """Somebody whose first message is remembered too: it came from a stranger, of whom nothing is written down, so it
    is forgotten when a second ends before they choose a language.
    """
    one = await house.person(7)
    house.app.shown.note(7, one.world.chat(7).messages[0].message_id, house.now)
    return one


def deletions(house: House) -> list[int]:
    """How many messages each call of deleteMessages named."""
    calls = [call for call in house.simulator.world.calls if call.method == "deleteMessages"]
    return [len(call.params["message_ids"]) for call in calls]


async def test_hide_deletes_what_both_wrote_and_leaves_one_bare_line(house: House) -> None:
    aye, times = await somebody(house), await house.opens()
    await take(aye, times[1])
    await aye.says("where can I get a health card")
    assert len(standing(aye)) > 4
    await aye.says("/hide")
    await cleared(house)
    [left] = standing(aye)
    assert left.text == "Done."
    assert aye.labels == ["☰ Menu"]
    assert await count(house, Wipe) == 0
    assert "My visits" in await aye.says("/mine")


async def test_reminders_and_tickets_are_hidden_too_and_the_visit_stays(house: House) -> None:
    aye, times = await somebody(house), await house.opens()
    code = await take(aye, times[1])
    await it_becomes(house, at(house, 0, "17:31"))
    assert any(code in message.text for message in standing(aye))
    await aye.says("/privacy")
    await aye.taps("Clear this chat")
    await cleared(house)
    assert [message.text for message in standing(aye)] == ["Done."]
    await it_becomes(house, at(house, 1, "07:01"))
    assert code in aye.screen


@ON_SQLITE
async def test_what_is_older_than_telegram_lets_a_bot_delete_is_left_alone_and_not_remembered(house: House) -> None:
    aye = await somebody(house)
    await cleared(house)
    old = {message.message_id for message in standing(aye)}
    house.advance(hours=49)
    await aye.says("/menu")
    await aye.says("/hide")
    await cleared(house)
    assert {message.message_id for message in standing(aye)} - {aye.messages[-1].message_id} == old
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await count(house, Shown) == 1, "only the bare line"


@ON_SQLITE
async def test_a_long_chat_is_cleared_a_hundred_messages_at_a_time(house: House) -> None:
    aye = await somebody(house)
    for _ in range(110):
        aye.world.say(aye.id, "/menu")
        house.advance(seconds=1)
        await house.quiet()
    await aye.says("/hide")
    await cleared(house)
    assert [message.text for message in standing(aye)] == ["Done."]
    assert max(deletions(house)) == 100
    assert sum(deletions(house)) >= 220


@ON_SQLITE
async def test_one_message_that_cannot_be_deleted_spoils_nothing(house: House) -> None:
    aye = await somebody(house)
    await aye.says("/menu")
    house.simulator.faults.add("400:message can't be deleted for everyone", "deleteMessages")
    house.simulator.faults.add("400:message can't be deleted", "deleteMessage", count=1)
    await aye.says("/hide")
    await cleared(house)
    assert len(standing(aye)) == 2


@ON_SQLITE
async def test_trouble_on_the_way_is_met_with_another_try(house: House) -> None:
    aye = await somebody(house)
    for trouble in ("429:1", "reset_after", "500", "reset"):
        house.simulator.faults.add(trouble, "deleteMessages", count=1)
    await aye.says("/hide")
    async with asyncio.timeout(20):
        while await count(house, Wipe):
            await asyncio.sleep(0.1)  # the 429 is real time
            house.advance(minutes=5)
    assert [message.text for message in standing(aye)] == ["Done."]


@ON_SQLITE
async def test_a_chat_that_stays_out_of_reach_is_given_up_after_two_days(house: House) -> None:
    aye = await somebody(house)
    house.simulator.faults.add("403", "deleteMessages")
    await aye.says("/hide")
    await house.by_hand(house.app.wiper.drain())
    assert await count(house, Wipe) == 1
    house.advance(hours=49)
    await cleared(house)
    assert await count(house, Wipe) == 0


@ON_SQLITE
async def test_of_strangers_nothing_is_remembered(house: House) -> None:
    reader = house.someone(7)
    await reader.says("how much is the health card")
    await reader.presses("ca1")
    assert "Done." in await reader.says("/hide")
    await cleared(house)
    assert (await count(house, Shown), await count(house, Wipe)) == (0, 0)


@ON_SQLITE
async def test_hiding_leaves_no_cover_that_would_come_later(house: House) -> None:
    aye, times = await somebody(house), await house.opens()
    await take(aye, times[1])
    await aye.taps("Show details")
    await aye.says("/hide")
    await cleared(house)
    house.advance(minutes=11)
    await house.quiet()
    assert [message.text for message in standing(aye)] == ["Done."]
    async with house.app.database.reading() as session:
        rows = await session.execute(select(Owed.kind).where(Owed.kind == Kind.COVER))
        assert list(rows) == []


async def test_a_failed_write_keeps_every_id_for_the_next_second(house: House) -> None:
    shown = house.app.shown
    await somebody(house)
    await cleared(house)
    before = await count(house, Shown)
    shown.note(7, 900, house.now)
    shown.note(8, 901, house.now)
    shown.note(7, 902, house.now - timedelta(hours=50))
    assert set(shown.of(7)) == {900, 902}
    await cleared(house)
    assert await count(house, Shown) == before + 1
    assert not shown.of(7)
    assert not shown.of(8)
