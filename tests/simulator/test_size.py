"""The simulator stays quick and small, so that it measures the bot and not itself."""

from time import process_time

from simulator.api import BotApi
from simulator.faults import Faults
from simulator.pace import Pace
from simulator.world import World

BUTTONS = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}


async def test_a_call_costs_far_less_than_half_a_millisecond() -> None:
    world = World()
    world.acquaint(5)
    api = BotApi(world, Pace.unlimited(), Faults())
    before = process_time()
    for number in range(2000):
        text = f"<b>{number}</b> hello /book"
        call = {"chat_id": 5, "text": text, "parse_mode": "HTML", "reply_markup": BUTTONS}
        assert (await api.perform(world.bot, "sendMessage", call)).status == 200
    assert process_time() - before < 1.0


async def test_memory_is_bounded_when_asked() -> None:
    world = World(remember=50, keep_messages=3)
    api = BotApi(world, Pace.unlimited(), Faults())
    for person in range(1, 201):
        world.acquaint(person)
        for number in range(5):
            await api.perform(world.bot, "sendMessage", {"chat_id": person, "text": str(number)})
        await api.perform(world.bot, "answerCallbackQuery", {"callback_query_id": world.press(person, "x")})
    assert (len(world.calls), len(world.answers), len(world.presses)) == (50, 50, 0)
    assert all([m.message_id for m in chat.messages] == [3, 4, 5] for chat in world.chats())
    assert world.chat(7).find(2) is None
    assert [m.text for m in world.chat(7).messages] == ["2", "3", "4"]
