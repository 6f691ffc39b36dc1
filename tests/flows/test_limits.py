"""How often one person may do something, as they meet it: a kind word, and danger signs whatever the limit."""

import asyncio

from sqlalchemy import func, select

from bot.clock import new_secret
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from handlers.presses.choosing import AcceptInvite
from handlers.start import INVITE_PREFIX
from people import invites
from people.authority import Role
from people.limits import What
from storage.database import Database
from storage.tables import Booking, Limit, Slot
from tests.acts import ON_SQLITE, is_in, take
from tests.house import House, Someone

QUICK = "You are quick! Please wait a few seconds."
TRIED = "You have tried many times in a short time."
GUESSED = "Several codes or links did not work."
MENU = "What do you need?"


async def counted(database: Database, what: What) -> int:
    async with database.reading() as session:
        return int(await session.scalar(select(func.sum(Limit.count)).where(Limit.what == what)) or 0)


async def floods(one: Someone, many: int, text: str = "/menu") -> list[str]:
    """Write so many times at once; what the bot wrote back."""
    before = len(one.messages)
    for _ in range(many):
        one.world.say(one.id, text)
    await one.house.quiet()
    while late := one.house.app.out._late:  # one chat gets them one after the other
        await asyncio.wait(late)
    return one.texts[before:]


async def test_twenty_are_answered_then_one_kind_word_then_silence_until_the_ten_seconds_are_over(house: House) -> None:
    aye, min_ = await house.person(7), await house.person(8)
    house.advance(seconds=11)
    said = await floods(aye, 40)
    assert [MENU in text for text in said] == [True] * 20 + [False]
    assert said[-1] == QUICK
    assert MENU in await min_.says("/menu")
    house.advance(seconds=11)
    assert MENU in await aye.says("/menu")


@ON_SQLITE
async def test_a_danger_sign_is_answered_whatever_the_limit(house: House) -> None:
    aye = await house.person(7)
    await floods(aye, 40)
    assert any("1669" in text for text in await floods(aye, 1, "my friend is not breathing"))


@ON_SQLITE
async def test_beyond_the_limit_a_button_says_why_a_picture_still_goes_and_nothing_is_done(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    await floods(aye, 40)
    await house.quiet()
    query = world.press(7, "lg1.my", message_id=aye.messages[-1].message_id)
    picture = world.send(7, "photo", content=b"passport")
    before = len(aye.messages)
    await house.quiet()
    assert world.answers[query]["text"] == QUICK
    assert picture.deleted
    assert len(aye.messages) == before
    house.advance(seconds=11)
    assert not is_in("my", await aye.says("/menu"))


@ON_SQLITE
async def test_the_word_is_said_in_ones_own_language(house: House) -> None:
    aye = await house.person(7, "km")
    house.advance(seconds=11)
    assert is_in("km", (await floods(aye, 21))[-1])


@ON_SQLITE
async def test_the_first_update_in_ten_seconds_costs_no_write_and_the_second_counts_both(house: House) -> None:
    aye = house.someone(7)
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 0
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 2
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 3
    house.advance(seconds=11)
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 3


async def test_five_tries_for_a_place_then_a_word_when_to_try_again_and_what_else_there_is(house: House) -> None:
    times = await house.opens(capacity=1)
    for number, at in enumerate(times[:5]):
        await take(await house.person(50 + number), at)
    aye, slots = await house.person(7), await _slots(house)
    for slot in slots[:5]:
        assert "Someone has just taken the last place" in await aye.presses(encode(KeepPlace(slot, False, "", False)))
    refused = await aye.presses(encode(KeepPlace(slots[5], False, "", False)))
    assert TRIED in refused
    assert "60 minutes" in refused or "1 hour" in refused
    assert "call the clinic" in refused
    assert "🗓 My visits" in aye.labels
    assert "Which clinic" in await aye.says("/book")
    house.advance(minutes=61)
    await aye.presses(encode(KeepPlace(slots[5], False, "", False)))
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Booking)) == 6


async def _slots(house: House) -> list[int]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Slot.id).order_by(Slot.starts_at)))


async def test_after_five_codes_that_do_not_exist_even_a_right_one_waits_a_quarter_of_an_hour(house: House) -> None:
    times = await house.opens()
    aye, noi = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot")
    code = await take(aye, times[0])
    house.advance(days=1, hours=3)
    for guess in ("AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD", "EEEEEE"):
        assert "I find no visit" in await noi.says(f"/noshow {guess}")
    assert GUESSED in await noi.says(f"/noshow {code}")
    assert "IOM clinic Mae Sot" in await noi.says("/today")
    house.advance(minutes=16)
    assert "did not come" in await noi.says(f"/noshow {code}")


@ON_SQLITE
async def test_right_codes_and_refusals_that_are_no_guesses_count_nothing(house: House) -> None:
    times = await house.opens()
    aye, noi = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot")
    code = await take(aye, times[0])
    for _ in range(7):
        assert "has not begun yet" in await noi.says(f"/noshow {code}")
    house.advance(days=1, hours=3)
    for _ in range(7):
        assert "did not come" in await noi.says(f"/noshow {code}")
    assert await counted(house.app.database, What.CODES) == 0


async def _link(house: House) -> str:
    async with house.app.database.writing() as session:
        return await invites.invite(session, Role.STAFF, "mae-sot", now=house.now, new_secret=new_secret)


@ON_SQLITE
async def test_after_five_links_that_do_not_work_a_good_one_waits_and_the_menu_does_not(house: House) -> None:
    noi, good = await house.person(500), await _link(house)
    for _ in range(5):
        assert "This link does not work" in await noi.starts(INVITE_PREFIX + new_secret())
    assert GUESSED in await noi.starts(INVITE_PREFIX + good)
    assert MENU in await noi.starts()
    house.advance(minutes=16)
    assert "Your role" in await noi.starts(INVITE_PREFIX + good)


@ON_SQLITE
async def test_links_tried_by_the_button_that_strangers_get_are_counted_too(house: House) -> None:
    noi = await house.person(500)
    for _ in range(5):
        assert "This link does not work" in await noi.presses(encode(AcceptInvite("en", new_secret())))
    assert GUESSED in await noi.presses(encode(AcceptInvite("en", await _link(house))))
