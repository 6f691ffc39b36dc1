"""The bot's web server in a test, as Telegram and an operator's tools see it."""

import json
from io import BytesIO
from typing import Any

from aiohttp import ClientSession
from sqlalchemy import func, select

from storage.tables import Person
from tests.house import House

SECRET = "a-secret-of-more-than-32-letters-for-tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
EVERY_POST = {HEADER: SECRET, "Content-Type": "application/json"}


class Door:
    """The bot's web server as Telegram and an operator's tools see it."""

    def __init__(self, house: House, session: ClientSession) -> None:
        self.house, self.session = house, session
        self.url = f"http://127.0.0.1:{house.app.port}"
        self._number = 500_000_000

    async def post(self, body: Any, headers: dict[str, str] | None = None) -> int:
        """The status of one post; `body` as JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(
            f"{self.url}/telegram", data=BytesIO(raw), headers=EVERY_POST if headers is None else headers
        ) as answer:
            self.retry_after = answer.headers.get("Retry-After")
            return answer.status

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()

    def press(self, data: str, person: int = 7, number: int | None = None) -> dict[str, Any]:
        """An update in which a person presses a button."""
        self._number += 1
        chat = {"id": person, "type": "private", "first_name": "P"}
        who = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
        message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
        query = {"id": f"q{self._number}", "from": who, "chat_instance": "1", "message": message, "data": data}
        return {"update_id": number or self._number, "callback_query": query}


async def people(house: House) -> int:
    async with house.app.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(Person)) or 0)
