"""What is due and has not gone out, as /metrics tells it."""

from datetime import timedelta

from delivery.claiming import backlog
from delivery.owing import owe
from delivery.rules import Kind, Lane
from people.recognise import settle_language
from storage.database import Database
from tests.conftest import next_wednesday


async def test_the_backlog_counts_what_is_due_by_lane_and_its_oldest(database: Database) -> None:
    now = next_wednesday()
    async with database.writing() as session:
        person = await settle_language(session, 7, "my", now)
        for number, minutes in enumerate((10, 3, -5)):
            due_at = now - timedelta(minutes=minutes)
            await owe(session, Kind.RECEIPT, str(number), person.id, number, due_at=due_at)
    async with database.reading() as session:
        assert await backlog(session, now) == {Lane.VISITS: (2, now - timedelta(minutes=10))}
