"""What is the same in several tests of running alerts: letting the watch look, and many readers at once."""

from datetime import timedelta

from sqlalchemy import func, select, update

from alerts.report import Report, report_on
from delivery.rules import Kind
from people.recognise import settle_language
from storage.tables import Alert, Owed
from tests.house import House, Someone, called


async def watch(house: House) -> None:
    """What the watch does every second, now, and as often as it takes; and what it owes goes out."""
    house.app.alert_watch.every = timedelta(0)
    for _ in range(3):
        await house.by_hand(house.app.alert_watch.run())
        await house.quiet()


async def report(house: House, alert_id: int = 1) -> Report:
    async with house.app.database.reading() as session:
        return await report_on(session, alert_id)


async def states(house: House, kind: Kind) -> dict[str, int]:
    """How many rows of a kind stand where."""
    async with house.app.database.reading() as session:
        rows = await session.execute(select(Owed.state, func.count()).where(Owed.kind == kind).group_by(Owed.state))
        return {state: count for state, count in rows}  # noqa: C416 - mypy takes no Result for dict()


async def standing(house: House, alert_id: int = 1) -> Alert:
    async with house.app.database.reading() as session:
        return await session.get_one(Alert, alert_id)


async def many(house: House, count: int, language: str = "en", first: int = 100_000) -> list[int]:
    """Many people who want alerts, put straight into the database; their Telegram ids."""
    ids = [first + number for number in range(count)]
    async with house.app.database.writing() as session:
        for telegram_id in ids:
            house.simulator.world.person(telegram_id, name=called(telegram_id), language_code=language)
            house.simulator.world.acquaint(telegram_id)
            (await settle_language(session, telegram_id, language, house.now)).wants_alerts = True
    return ids


async def set_alert(house: House, alert_id: int = 1, **values: object) -> None:
    """Set what no button of this test sets."""
    async with house.app.database.writing() as session:
        await session.execute(update(Alert).where(Alert.id == alert_id).values(**values))


def follows(one: Someone) -> list[str]:
    """The messages of an operator that show how an alert gets on."""
    return [text for text in one.texts if text.startswith("Alert ")]


def got(house: House, telegram_id: int) -> int:
    """How many alerts stand in somebody's chat."""
    chat = house.simulator.world.chat(telegram_id)
    return sum(message.from_bot and message.text.startswith("📢") for message in chat.messages)
