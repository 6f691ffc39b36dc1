"""The bots that are compared, each in a process of its own, fed by webhook, sending to the same Bot API server.

`python -m benchmarks.servers KIND API FOLDER` prints its port as a line, then answers each line of standard input with
what it has used so far.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from time import process_time
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr

TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SECRET = "s" * 43
KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}, {"text": "b", "callback_data": "b"}]]}


async def serve_bare(api: str, _folder: Path) -> int:
    """The ceiling: aiohttp alone; an update comes, its text goes back with a keyboard."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))

    async def post(request: web.Request) -> web.Response:
        message = (await request.json())["message"]
        body = {"chat_id": message["chat"]["id"], "text": message["text"], "reply_markup": KEYBOARD}
        async with session.post(f"{api}/bot{TOKEN}/sendMessage", json=body) as answer:
            answer.raise_for_status()
            await answer.read()
        return web.Response()

    return await _listen(post)


async def serve_aiogram(api: str, _folder: Path) -> int:
    """The same echo as an aiogram bot."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import InlineKeyboardMarkup, Message, Update

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    keyboard = InlineKeyboardMarkup.model_validate(KEYBOARD)
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "", reply_markup=keyboard)

    async def post(request: web.Request) -> web.Response:
        await dispatcher.feed_update(bot, Update.model_validate(await request.json(), context={"bot": bot}))
        return web.Response()

    return await _listen(post)


async def serve_house(api: str, folder: Path) -> int:
    """This bot: webhook, person, database, screen, sent."""
    from bot import log
    from bot.app import App
    from bot.settings import Settings
    from storage.keys import new_ring

    log.set_up(level=40)
    settings = Settings(
        token=SecretStr(TOKEN),
        telegram_api=api,
        database_url=f"sqlite:///{folder / 'bot.db'}",
        keys=SecretStr(new_ring().written()),
        webhook_url="http://127.0.0.1:9/hook",
        webhook_secret=SecretStr(SECRET),
        port=0,
        send_rate=1000,
        free_rate=1000,
        embeddings=False,
        cache=folder / "cache",
    )
    app = App(settings)
    await app.start()
    return app.port


KINDS = {"aiohttp": serve_bare, "aiogram": serve_aiogram, "this bot": serve_house}


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


async def main(kind: str, api: str, folder: str) -> None:
    """Serve until standard input ends."""
    print(await KINDS[kind](api, Path(folder)), flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(used()), flush=True)
    os._exit(0)  # nothing to tidy: the database is a scratch file, and the parent has its figures


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
