"""Bots made with well-known libraries, unchanged, against the simulator."""

import asyncio

import pytest
from aiogram import Bot as AiogramBot
from aiogram import Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton as AiogramButton
from aiogram.types import InlineKeyboardMarkup as AiogramMarkup
from aiogram.types import Message as AiogramMessage
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram import Message as TelegramMessage
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler

from simulator.server import Simulator
from simulator.world import World
from tests.simulator.client import until


def ptb(simulator: Simulator, token: str | None = None) -> Bot:
    token = token or simulator.world.bot.token
    return Bot(token, base_url=f"{simulator.url}/bot", base_file_url=f"{simulator.url}/file/bot")


def aiogram(simulator: Simulator) -> AiogramBot:
    server = TelegramAPIServer.from_base(simulator.url)
    return AiogramBot(simulator.world.bot.token, session=AiohttpSession(api=server))


async def test_python_telegram_bot_sends_edits_deletes_and_fetches(
    simulator: Simulator, world: World, aye: int
) -> None:
    async with ptb(simulator) as bot:
        assert bot.username == "front_door_bot"
        buttons = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
        sent = await bot.send_message(aye, "<b>hi</b>", parse_mode="HTML", reply_markup=buttons)
        assert (sent.text_html, sent.reply_markup) == ("<b>hi</b>", buttons)
        edited = await bot.edit_message_text("ho", aye, sent.message_id)
        assert isinstance(edited, TelegramMessage)
        assert (edited.text, edited.reply_markup) == ("ho", None)
        document = await bot.send_document(aye, b"data", filename="a.txt", caption="c")
        assert document.document is not None
        assert await (await document.document.get_file()).download_as_bytearray() == b"data"
        assert await bot.delete_messages(aye, [sent.message_id, document.message_id])
        assert (await bot.get_chat(aye)).first_name == "Aye"
        assert await bot.set_my_commands([("book", "Book")], language_code="my")
    assert not world.refused


async def test_python_telegram_bot_raises_its_own_errors(
    simulator: Simulator, world: World, aye: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with ptb(simulator) as bot:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(77, "x")
        world.block(aye)
        with pytest.raises(Forbidden, match="blocked"):
            await bot.send_message(aye, "x")
        world.group(-42, members=[7])
        world.upgrade(-42, -10042)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(-42, "x")
        assert moved.value.new_chat_id == -10042
        simulator.faults.add("429:4", "sendMessage", count=1)
        with pytest.raises(RetryAfter, match="4"):
            await bot.send_message(-10042, "x")
        await bot.set_webhook("https://127.0.0.1:1/")
        with pytest.raises(Conflict):
            await bot.get_updates()
    with pytest.raises(InvalidToken):
        async with ptb(simulator, "1:no"):
            pass


async def test_a_stock_python_telegram_bot_application_polls(simulator: Simulator, world: World) -> None:
    async def greet(update: Update, _: object) -> None:
        assert update.message is not None
        await update.message.reply_text("hi", reply_markup=InlineKeyboardMarkup.from_button(
            InlineKeyboardButton("go", callback_data="go")
        ))  # fmt: skip

    async def go(update: Update, _: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("gone")
        await update.callback_query.edit_message_text("went")

    app = Application.builder().bot(ptb(simulator)).build()
    app.add_handlers([CommandHandler("start", greet), CallbackQueryHandler(go)])
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(poll_interval=0, timeout=5)
        world.start(5)
        await world.quiet()
        await until(lambda: bool(world.chat(5).messages[-1].buttons))
        query_id = world.press(5, "go")
        await world.quiet()
        await until(lambda: world.chat(5).messages[-1].text == "went")
        await app.updater.stop()
        await app.stop()
    assert world.answers[query_id]["text"] == "gone"
    assert not world.refused


async def echo(message: AiogramMessage) -> None:
    await message.answer(
        f"<b>{message.text}</b>",
        parse_mode="HTML",
        reply_markup=AiogramMarkup(inline_keyboard=[[AiogramButton(text="x", callback_data="x")]]),
    )


async def test_an_aiogram_bot_echoes_by_polling(simulator: Simulator, world: World) -> None:
    bot, dispatcher = aiogram(simulator), Dispatcher()
    dispatcher.message.register(echo)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=2))
    for word in ("one", "two", "three"):
        world.say(5, word)
    await world.quiet(8)
    await until(lambda: len(world.chat(5).messages) == 6)
    await dispatcher.stop_polling()
    await polling
    echoed = [m.text for m in world.chat(5).messages if m.from_bot]
    assert sorted(echoed) == ["one", "three", "two"]
    assert not world.refused


async def test_an_aiogram_bot_answers_in_the_webhook_response(simulator: Simulator, world: World) -> None:
    async def answer(message: AiogramMessage) -> object:
        return message.answer(f"you said {message.text}")

    bot, dispatcher = aiogram(simulator), Dispatcher()
    dispatcher.message.register(answer)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="s3").register(app, "/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3")
    world.say(5, "hello")
    await world.quiet()
    await bot.session.close()
    await runner.cleanup()
    assert [m.text for m in world.chat(5).messages] == ["hello", "you said hello"]
    assert not world.refused
