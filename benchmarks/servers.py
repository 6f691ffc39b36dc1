"""The bots that are compared, each in a process of its own, fed by webhook, sending to the same Bot API server.

`python -m benchmarks.servers KIND SETTINGS` prints its port as a line, then answers each line of standard input with
what it has used so far: `?` at once, `profile` once it profiles itself, `profiled FILE` once that is written down.
"""

import asyncio
import cProfile
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import process_time
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr

TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SECRET = "s" * 43
KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}, {"text": "b", "callback_data": "b"}]]}
FAST = 20_000.0
"""Calls a second that the bot may make here: its pace must not be what is measured."""

Asked = dict[str, str]


async def serve_bare(asked: Asked) -> int:
    """The ceiling: aiohttp alone; an update comes, its text goes back with a keyboard."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
    url = f"{asked['api']}/bot{TOKEN}/sendMessage"

    async def post(request: web.Request) -> web.Response:
        message = (await request.json())["message"]
        body = {"chat_id": message["chat"]["id"], "text": message["text"], "reply_markup": KEYBOARD}
        async with session.post(url, json=body) as answer:
            answer.raise_for_status()
            await answer.read()
        return web.Response()

    return await _listen(post)


async def serve_aiogram(asked: Asked) -> int:
    """The same echo as an aiogram bot."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import InlineKeyboardMarkup, Message, Update

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(asked["api"])))
    keyboard = InlineKeyboardMarkup.model_validate(KEYBOARD)
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "", reply_markup=keyboard)

    async def post(request: web.Request) -> web.Response:
        await dispatcher.feed_update(bot, Update.model_validate(await request.json(), context={"bot": bot}))
        return web.Response()

    return await _listen(post)


async def serve_stock(asked: Asked) -> int:
    """The same echo as a python-telegram-bot as its documentation builds one behind a web server of one's own.

    Its own web server answers before an update is handled, so it could not be asked in a closed loop; everything else,
    and httpx above all, is as it comes, with a pool of connections that its documentation advises for many updates.
    """
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    keyboard = InlineKeyboardMarkup(
        [[InlineKeyboardButton(each["text"], callback_data="a") for each in KEYBOARD["inline_keyboard"][0]]]
    )

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        await update.message.reply_text(update.message.text or "", reply_markup=keyboard)

    built = Application.builder().token(TOKEN).base_url(f"{asked['api']}/bot").updater(None).connection_pool_size(16)
    application = built.build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    await application.initialize()
    await application.start()

    async def post(request: web.Request) -> web.Response:
        await application.process_update(Update.de_json(await request.json(), application.bot))
        return web.Response()

    return await _listen(post)


async def serve_house(asked: Asked) -> int:
    """This bot: webhook, person, database, screen, sent."""
    from bot import log
    from bot.app import App
    from bot.roles import Role
    from bot.settings import Settings

    log.set_up(level=40)
    folder = Path(asked["folder"])
    settings = Settings(
        token=SecretStr(TOKEN),
        telegram_api=asked["api"],
        database_url=asked.get("database") or f"sqlite:///{folder / 'bot.db'}",
        keys=SecretStr(asked["ring"]),
        webhook_url="http://127.0.0.1:9/hook",
        webhook_secret=SecretStr(SECRET),
        port=0,
        embeddings=asked.get("embeddings") == "on",
        cache=Path(asked.get("cache") or folder / "cache"),
    )
    settings = settings.model_copy(update={"send_rate": FAST, "free_rate": FAST})
    app = App(settings, role=Role(asked.get("role", "all")))
    await app.start()
    return app.port


Serve = Callable[[Asked], Awaitable[int]]
KINDS: dict[str, Serve] = {
    "aiohttp": serve_bare,
    "aiogram": serve_aiogram,
    "stock PTB": serve_stock,
    "this bot": serve_house,
}


async def _listen(post: Any) -> int:
    app = web.Application()
    app.router.add_post("/hook", post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    return int(runner.addresses[0][1])


def used() -> dict[str, float]:
    """CPU seconds, resident megabytes, open files and tasks of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "cpu": process_time(),
        "megabytes": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "tasks": len(asyncio.all_tasks()),
    }


async def main(kind: str, settings: str) -> None:
    """Serve until standard input ends."""
    print(await KINDS[kind](json.loads(settings)), flush=True)
    profile = cProfile.Profile()
    while line := await asyncio.to_thread(sys.stdin.readline):
        what, _, file = line.strip().partition(" ")
        if what == "profile":
            profile.enable()
        if what == "profiled":
            profile.disable()
            profile.dump_stats(file)
        print(json.dumps(used()), flush=True)
    os._exit(0)  # nothing to tidy: the database is a scratch file, and the parent has its figures


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
