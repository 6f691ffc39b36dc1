"""What happens elsewhere than in a private chat, or is no message at all: no effect, no reply, nothing of anybody."""

from typing import Any

import pytest

from bot.polling import ALLOWED
from tests.acts import ON_SQLITE
from tests.faults.rows import all_rows, changes
from tests.house import House

pytestmark = ON_SQLITE
GROUP, CHANNEL = -1001000000001, -1001000000002
WHO = {"id": 7, "is_bot": False, "first_name": "P", "language_code": "en"}
BOT = {"id": 5, "is_bot": True, "first_name": "B", "username": "b_bot"}
PRIVATE = {"id": 7, "type": "private", "first_name": "P"}
CHATS = (
    {"id": -5, "type": "group", "title": "G"},
    {"id": GROUP, "type": "supergroup", "title": "S"},
    {"id": CHANNEL, "type": "channel", "title": "C"},
)
TEXTS = ("/mine", "/mydata", "/start", "/forgetme", "/today", "my friend is not breathing", "dengue")
SAID = {"message_id": 990, "date": 1, "from": WHO, "text": "/mydata"}


def messages() -> list[dict[str, Any]]:
    """Every way in which a message can reach us that is none to us, from every kind of chat."""
    kinds = ("message", "edited_message", "channel_post", "edited_channel_post", "business_message",
             "edited_business_message", "guest_message")  # fmt: skip
    made: list[dict[str, Any]] = [{kind: SAID | {"chat": chat, "text": text}} for kind in kinds for chat in CHATS
                                  for text in TEXTS]  # fmt: skip
    made += [{kind: SAID | {"chat": PRIVATE, "business_connection_id": "b"}} for kind in kinds if kind != "message"]
    service: tuple[dict[str, Any], ...] = (
        {"new_chat_members": [WHO]}, {"left_chat_member": WHO}, {"new_chat_title": "x"}, {"group_chat_created": True},
        {"delete_chat_photo": True}, {"migrate_to_chat_id": -9}, {"video_chat_ended": {"duration": 1}},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": PRIVATE}}, {"write_access_allowed": {}},
        {"users_shared": {"request_id": 1, "users": [{"user_id": 8}]}},
        {"web_app_data": {"data": "x", "button_text": "y"}},
        {"successful_payment": {"currency": "XTR", "total_amount": 1, "invoice_payload": "x",
                                "telegram_payment_charge_id": "t", "provider_payment_charge_id": "p"}},
        {"refunded_payment": {"currency": "XTR", "total_amount": 1, "invoice_payload": "x",
                              "telegram_payment_charge_id": "t"}},
        {"passport_data": {"data": [], "credentials": {"data": "x", "hash": "y", "secret": "z"}}},
    )  # fmt: skip
    bare = {key: value for key, value in SAID.items() if key != "text"}
    made += [{"message": bare | {"chat": chat} | each} for chat in (PRIVATE, *CHATS) for each in service]
    made.append({"message": SAID | {"chat": PRIVATE, "from": BOT}})
    return made


def others() -> list[dict[str, Any]]:
    """Updates that are no messages."""
    member = {"user": WHO, "status": "member"}
    changed = {"chat": CHATS[1], "from": WHO, "date": 1, "old_chat_member": member, "new_chat_member": member}
    address = dict.fromkeys(("country_code", "state", "city", "street_line1", "street_line2", "post_code"), "TH")
    price = {"currency": "XTR", "total_amount": 1, "invoice_payload": "x"}
    boost = {"boost_id": "b", "source": {"source": "premium", "user": WHO}}
    poll = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
            "type": "regular", "allows_multiple_answers": False}  # fmt: skip
    return [
        {"inline_query": {"id": "1", "from": WHO, "query": "/mydata", "offset": ""}},
        {"chosen_inline_result": {"result_id": "1", "from": WHO, "query": "/mydata"}},
        {"shipping_query": {"id": "1", "from": WHO, "invoice_payload": "x", "shipping_address": address}},
        {"pre_checkout_query": {"id": "1", "from": WHO} | price},
        {"purchased_paid_media": {"from": WHO, "paid_media_payload": "x"}},
        {"poll": poll},
        {"poll_answer": {"poll_id": "1", "user": WHO, "option_ids": [0], "option_persistent_ids": ["a"]}},
        {"chat_member": changed},
        {"my_chat_member": changed},
        {"chat_join_request": {"chat": CHATS[1], "from": WHO, "user_chat_id": 7, "date": 1}},
        {"message_reaction": {"chat": PRIVATE, "message_id": 1, "user": WHO, "date": 1, "old_reaction": [],
                              "new_reaction": [{"type": "emoji", "emoji": "👍"}]}},
        {"message_reaction_count": {"chat": CHATS[2], "message_id": 1, "date": 1, "reactions": []}},
        {"business_connection": {"id": "b", "user": WHO, "user_chat_id": 7, "date": 1, "is_enabled": True}},
        {"deleted_business_messages": {"business_connection_id": "b", "chat": PRIVATE, "message_ids": [1]}},
        {"chat_boost": {"chat": CHATS[1], "boost": boost | {"add_date": 1, "expiration_date": 2}}},
        {"removed_chat_boost": {"chat": CHATS[1], "remove_date": 1} | boost},
        {"managed_bot": {"user": WHO, "bot": BOT}},
        {"an_update_of_tomorrow": {"from": WHO, "chat": PRIVATE, "text": "/mydata"}},
        {},
    ]  # fmt: skip


async def test_what_concerns_nobody_has_no_effect_and_no_answer(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    updates = [*messages(), *others()]
    assert len(updates) > 200
    assert sorted(ALLOWED) == ["callback_query", "message", "my_chat_member"]  # the others are not even asked for
    await house.app.shown.flush(house.app.database, house.now)
    before, calls, said = await all_rows(house.app.database), len(world.calls), len(aye.texts)
    for update in updates:
        number = world.bot.updates.next_id
        world.bot.updates.next_id += 1
        world.inject({"update_id": number, **update})
    await house.quiet()
    assert {call.method for call in list(world.calls)[calls:]} <= {"getUpdates"}
    assert changes(before, await all_rows(house.app.database)) == []
    assert len(aye.texts) == said
    assert "What do you need?" in await aye.says("/menu")


@pytest.mark.parametrize("standing", ["member", "administrator"])
async def test_in_a_group_the_bot_says_nothing_and_stops_every_spinner(house: House, standing: str) -> None:
    aye, world = await house.person(7), house.simulator.world
    group = world.group(GROUP, members=[7], bot_is=standing)  # type: ignore[arg-type]
    await house.app.shown.flush(house.app.database, house.now)
    before = await all_rows(house.app.database)
    for text in (*TEXTS, "/book@front_door_bot"):
        world.say(7, text, chat_id=GROUP)
    world.send(7, "photo", chat_id=GROUP)
    for data in ("lg1.my", "fx1", "mi1", "me1"):
        world.press(7, data, chat_id=GROUP)
    await house.quiet()
    assert [message for message in group.messages if message.from_bot] == []
    assert not any(call.chat_id == GROUP for call in world.calls)
    assert list(world.unanswered()) == []
    assert changes(before, await all_rows(house.app.database)) == []
    assert "What do you need?" in await aye.says("/menu")


async def test_a_press_below_an_inline_message_only_stops_its_spinner(house: House) -> None:
    await house.person(7)
    world = house.simulator.world
    await house.app.shown.flush(house.app.database, house.now)
    before, calls = await all_rows(house.app.database), len(world.calls)
    query = {"id": "404", "from": WHO, "chat_instance": "1", "inline_message_id": "x", "data": "fx1"}
    number = world.bot.updates.next_id
    world.bot.updates.next_id += 1
    world.inject({"update_id": number, "callback_query": query})
    await house.quiet()
    assert {call.method for call in list(world.calls)[calls:]} <= {"getUpdates", "answerCallbackQuery"}
    assert changes(before, await all_rows(house.app.database)) == []
