"""A staff group in a test: linked by a lead, with a nurse in it; what stands in it, and what the nurse does there."""

import asyncio
import re
from dataclasses import dataclass

from sqlalchemy import func, select

from delivery.rules import Kind
from people.authority import Role
from simulator.messages import Message
from storage.tables import Owed
from tests.house import PATIENCE, House, Someone

GROUP = -1001000000077
PLAIN = -4077
LEAD, NURSE, AYE = 801, 500, 7
CODE = re.compile(r"/link ([0-9a-f]{32})")
QUESTION = {
    "my": "ကလေးက သုံးရက်လောက် ချောင်းဆိုးနေတယ် ဘာလုပ်ရမလဲ",
    "km": "កូនខ្ញុំក្អកបីថ្ងៃហើយ តើត្រូវធ្វើយ៉ាងណា",
    "th": "ลูกไอมาสามวันแล้ว ต้องทำอย่างไร",
    "en": "my child has been coughing for three days, what should I do",
}
ANSWER = {
    "my": "မနက်ဖြန် ဆေးခန်းကို လာခဲ့ပါ",
    "km": "សូមមកគ្លីនិកថ្ងៃស្អែក",
    "th": "พรุ่งนี้มาที่คลินิกนะคะ",
    "en": "Please bring the child tomorrow morning.",
}


@dataclass
class Room:
    """The staff group of a clinic."""

    house: House
    chat_id: int
    lead: Someone
    nurse: Someone

    @property
    def messages(self) -> list[Message]:
        """What the bot wrote there and has not deleted, oldest first."""
        chat = self.house.simulator.world.chat(self.chat_id)
        return [one for one in chat.messages if one.from_bot and one.kind != "service" and not one.deleted]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def topics(self) -> dict[int, str]:
        """Names of the topics that were not deleted, by number."""
        group = self.house.simulator.world.chat(self.chat_id).group
        assert group
        return {number: topic.name for number, topic in group.topics.items()}

    def message(self, words: str) -> Message:
        """The newest message of the bot with these words."""
        return next(one for one in reversed(self.messages) if words in one.text)

    async def replies(self, text: str, to: Message, by: int = NURSE) -> str:
        """A reply to a message of the bot."""
        world = self.house.simulator.world
        world.say(by, text, chat_id=self.chat_id, reply_to=to.message_id, thread_id=to.thread_id)
        await self.house.quiet()
        return self.texts[-1]

    async def writes(self, text: str, thread: int | None = None, by: int = NURSE) -> str:
        """A message that replies to nothing."""
        self.house.simulator.world.say(by, text, chat_id=self.chat_id, thread_id=thread)
        await self.house.quiet()
        return self.texts[-1]

    async def taps(self, label: str, by: int = NURSE) -> str:
        """Tap the newest button in the group whose label contains `label`; the newest or changed message."""
        for message in reversed(self.messages):
            for button in message.buttons:
                if label in str(button["text"]):
                    data = str(button["callback_data"])
                    self.house.simulator.world.press(by, data, message_id=message.message_id, chat_id=self.chat_id)
                    await self.house.quiet()
                    return self.texts[-1]
        raise AssertionError(f"no button {label!r} in {self.texts}")


async def staffed(house: House, language: str = "en") -> tuple[Someone, Someone]:
    """A lead and a nurse of Mae Sot."""
    lead = await house.staff(LEAD, Role.LEAD, "mae-sot", language)
    return lead, await house.staff(NURSE, Role.STAFF, "mae-sot", language)


async def room(house: House, chat_id: int = GROUP, *, forum: bool = True, language: str = "en") -> Room:
    """The linked staff group of Mae Sot."""
    lead, nurse = await staffed(house, language)
    house.simulator.world.group(chat_id, forum=forum, members=[LEAD, NURSE])
    made = Room(house, chat_id, lead, nurse)
    await link(made)
    return made


async def link(made: Room) -> str:
    """The lead makes a code in private and sends it in the group."""
    await made.lead.says("/staff_group")
    found = CODE.search(await made.lead.taps("🔗"))
    assert found
    made.house.simulator.world.say(LEAD, f"/link {found[1]}", chat_id=made.chat_id)
    await made.house.quiet()
    return made.texts[-1]


async def asks(one: Someone, question: str) -> str:
    """Ask the staff of Mae Sot through `/ask`: choose where asked, agree, type, send."""
    await one.says("/ask")
    names = one.house.app.house.clinics.clinics["mae-sot"].name.values()
    if not any("✅" in label for label in one.labels):
        await one.taps(next(name for name in names if any(name in label for label in one.labels)))
    if any("✅" in label for label in one.labels):
        await one.taps("✅")
    return await says(one, question)


async def says(one: Someone, words: str) -> str:
    """Type something for the staff, and wait until they have it, also where a topic must be opened first."""
    await one.says(words)
    waits = (
        select(func.count()).select_from(Owed).where(Owed.kind == Kind.GROUP, Owed.state.in_(("pending", "claimed")))
    )
    async with asyncio.timeout(PATIENCE):
        while True:
            async with one.house.app.database.reading() as session:
                if not await session.scalar(waits):
                    break
            await asyncio.sleep(0.02)
    await one.house.quiet()
    return one.screen
