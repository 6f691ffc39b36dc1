"""Groups: privacy mode, standing, forum topics, and the day a group gets another id."""

import pytest

from simulator.world import World
from tests.simulator.client import Caller

GROUP = -1001000000001


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("hello everybody", False),
        ("/queue", True),
        ("/queue@front_door_bot today", True),
        ("/queue@other_bot", False),
        ("ask @Front_Door_Bot about it", True),
        ("ask @front_door_bot2 about it", False),
    ],
)
async def test_privacy_mode_lets_only_what_is_meant_for_the_bot_through(
    call: Caller, world: World, text: str, reaches: bool
) -> None:
    world.group(GROUP, members=[7])
    world.say(7, text, chat_id=GROUP)
    assert bool((await call("getUpdates")).result) is reaches


async def test_a_reply_to_the_bot_reaches_it_and_a_reply_to_others_does_not(call: Caller, world: World) -> None:
    world.group(GROUP, members=[7, 8])
    sent = await call.send("who comes?", chat_id=GROUP)
    first = world.say(7, "I do", chat_id=GROUP, reply_to=sent["message_id"])
    world.say(8, "me too", chat_id=GROUP, reply_to=first.message_id)
    (update,) = (await call("getUpdates")).result
    assert update["message"]["text"] == "I do"
    assert update["message"]["reply_to_message"]["text"] == "who comes?"


async def test_an_administrator_bot_sees_everything(call: Caller, world: World) -> None:
    world.group(GROUP, members=[7], bot_is="administrator")
    world.say(7, "hello everybody", chat_id=GROUP)
    assert len((await call("getUpdates")).result) == 1


async def test_a_bot_shown_out_can_no_longer_write(call: Caller, world: World) -> None:
    world.group(GROUP, members=[7])
    world.set_standing(GROUP, "kicked", by=7)
    reply = await call("sendMessage", chat_id=GROUP, text="x")
    assert (reply.status, reply.refusal) == (403, "Forbidden: bot was kicked from the supergroup chat")
    world.set_standing(GROUP, "member", by=7)
    await call.send(chat_id=GROUP)
    assert (await call("leaveChat", chat_id=GROUP)).result is True
    reply = await call("getChat", chat_id=GROUP)
    assert reply.refusal == "Forbidden: bot is not a member of the supergroup chat"
    assert len([u for u in (await call("getUpdates")).result if "my_chat_member" in u]) == 2


async def test_members_and_administrators_are_told_apart(call: Caller, world: World) -> None:
    world.group(GROUP, members=[7, 8])
    world.set_standing(GROUP, "administrator", by=7, account_id=8)
    for person, status in ((7, "member"), (8, "administrator"), (world.bot.id, "member")):
        member = (await call("getChatMember", chat_id=GROUP, user_id=person)).result
        assert (member["status"], member["user"]["id"]) == (status, person)
    admins = (await call("getChatAdministrators", chat_id=GROUP)).result
    assert [admin["user"]["id"] for admin in admins] == [8]
    reply = await call("getChatMember", chat_id=GROUP, user_id=99)
    assert reply.refusal == "Bad Request: PARTICIPANT_ID_INVALID"


async def test_an_upgraded_group_answers_with_its_new_id(call: Caller, world: World) -> None:
    world.group(-42, title="Staff", members=[7])
    world.upgrade(-42, GROUP)
    reply = await call("sendMessage", chat_id=-42, text="x")
    assert reply.refusal == "Bad Request: group chat was upgraded to a supergroup chat"
    assert reply.body["parameters"] == {"migrate_to_chat_id": GROUP}
    assert (await call.send(chat_id=GROUP))["chat"]["type"] == "supergroup"
    first, second = (await call("getUpdates")).result
    assert first["message"]["migrate_to_chat_id"] == GROUP
    assert second["message"]["migrate_from_chat_id"] == -42


async def test_a_topic_lives_from_opening_to_deletion(call: Caller, world: World) -> None:
    world.group(GROUP, forum=True, members=[7])
    made = (await call("createForumTopic", chat_id=GROUP, name="Mae Tao")).result
    where = {"chat_id": GROUP, "message_thread_id": made["message_thread_id"]}
    sent = (await call("sendMessage", **where, text="x")).result
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (made["message_thread_id"], True)
    assert (await call("editForumTopic", **where, name="Clinic")).result is True
    assert (await call("closeForumTopic", **where)).result is True
    assert (await call("closeForumTopic", **where)).refusal == "Bad Request: TOPIC_NOT_MODIFIED"
    assert (await call("sendMessage", **where, text="administrators may")).result
    assert (await call("reopenForumTopic", **where)).result is True
    group = world.chat(GROUP).group
    assert group is not None
    assert group.topics[made["message_thread_id"]].name == "Clinic"
    assert (await call("deleteForumTopic", **where)).result is True
    assert (await call("sendMessage", **where, text="x")).refusal == "Bad Request: message thread not found"
    assert all(message.deleted for message in world.chat(GROUP).messages)


async def test_topics_need_a_forum_and_the_right_to_manage_it(call: Caller, world: World, aye: int) -> None:
    world.group(GROUP, members=[7])
    world.group(GROUP - 1, forum=True, members=[7], bot_is="member")
    refusals = [(await call("createForumTopic", chat_id=c, name="x")).refusal for c in (GROUP, GROUP - 1)]
    assert refusals == [
        "Bad Request: the chat is not a forum",
        "Bad Request: not enough rights to create a topic",
    ]
    for chat in (GROUP, aye):
        reply = await call("sendMessage", chat_id=chat, text="x", message_thread_id=5)
        assert reply.refusal == "Bad Request: message thread not found"


async def test_buttons_for_private_chats_are_refused_in_groups(call: Caller, world: World) -> None:
    world.group(GROUP, members=[7])
    keys = {"keyboard": [[{"text": "Phone", "request_contact": True}]]}
    reply = await call("sendMessage", chat_id=GROUP, text="x", reply_markup=keys)
    assert reply.refusal == "Bad Request: phone number can be requested in private chats only"
