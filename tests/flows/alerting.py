"""What operators and their readers do in several tests."""

import re

from people.authority import Role
from storage.tables import Alert
from tests.acts import spoken
from tests.house import House, Someone

TEXTS = {
    "th": "น้ำท่วมที่แม่สอด อย่าเดินลุยน้ำ",
    "my": "မဲဆောက်မှာ ရေကြီးနေတယ်။ ရေထဲ မဆင်းပါနဲ့။",
    "km": "ទឹកជំនន់នៅម៉ែសត។ កុំដើរកាត់ទឹក។",
    "en": "Flood in Mae Sot. Do not walk through the water.",
}
NAMES = {"th": "ไทย", "my": "မြန်မာ", "km": "ខ្មែរ", "en": "English"}


async def draft_of(house: House, number: int = 1) -> Alert:
    async with house.app.database.reading() as session:
        return await session.get_one(Alert, number)


def exactly(house: House, language: str, text: str) -> str:
    """An alert as its readers see it."""
    parts = (
        spoken(house, language, "📢 <b>Health alert</b>"),
        text,
        spoken(house, language, "To stop alerts: /alerts_off"),
    )
    return "\n\n".join(parts)


async def reader(house: House, telegram_id: int, language: str) -> Someone:
    """Somebody who wants alerts."""
    one = await house.person(telegram_id, language)
    await one.says("/alerts_on")
    return one


async def operators(house: House) -> tuple[Someone, Someone]:
    return await operator(house, 700), await operator(house, 701)


async def operator(house: House, telegram_id: int) -> Someone:
    """Somebody who may write and approve, and has just given their PIN."""
    one = await house.staff(telegram_id, Role.OPERATOR)
    await one.has_pin()
    return one


async def writes(author: Someone, *languages: str) -> None:
    """Write a new alert in these languages; the draft stays."""
    await author.says("/alert")
    for language in languages:
        await author.taps(NAMES[language])
        await author.says(TEXTS[language])


async def sends(house: House, author: Someone, approver: Someone, *languages: str) -> None:
    """Write, propose and approve; the cancel window has begun."""
    await writes(author, *languages)
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")


async def window_passes(house: House) -> None:
    house.advance(seconds=61)
    await house.quiet()


def received(one: Someone) -> list[str]:
    return [text for text in one.texts if text.startswith("📢")]


def figures(screen: str, line: str) -> dict[str, int]:
    """The counts of one line of a report."""
    counts = next(each for each in screen.splitlines() if each.startswith(line)).partition(": ")[2]
    return {what: int(number) for number, what in re.findall(r"(\d+) ([^,]+)", counts)}
