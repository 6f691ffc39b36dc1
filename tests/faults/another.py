"""What another process of the bot has for itself: connections to the database, and a client with a pace of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot

from bot.gate import Gate
from bot.telegram_http import AiohttpRequest
from bot.telegram_out import TelegramOut
from simulator.server import Simulator
from storage.database import Database
from tests.conftest import TOKEN


@asynccontextmanager
async def another_process(telegram: Simulator, database_url: str) -> AsyncIterator[tuple[Database, TelegramOut]]:
    """Its database and its way out."""
    database = Database(database_url)
    async with Bot(TOKEN, base_url=f"{telegram.url}/bot", request=AiohttpRequest()) as bot:
        gate = Gate(200, 200, database)
        yield database, TelegramOut(bot, gate)
        await gate.close()
    await database.close()
