"""A person's phone on the page: what they type, tap and read there, with a finger and eyes only."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from handlers.press_codec import Press, encode
from handlers.presses.pin import TapKey
from tests.house import PIN
from tests.promises.tree import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"


class Phone:
    """One phone. Buttons are named by what they carry, so that no translation is fixed here."""

    def __init__(self, page: Page, person: int) -> None:
        """`person` is a Telegram id."""
        self.page, self.id = page, person
        self.frame = page.locator(f'.phone[data-person="{person}"]')
        self.bubbles = self.frame.locator(".bubble.theirs")

    async def starts(self) -> None:
        """Press Start."""
        await self.frame.get_by_test_id("start").click()

    async def says(self, text: str) -> None:
        """Type and send; returns when the bot has written something new."""
        before = await self._newest_id()
        field = self.frame.get_by_test_id("composer")
        await field.fill(text)
        await field.press("Enter")
        await expect(self.bubbles.last).not_to_have_attribute("data-message-id", before)

    async def taps(self, press: Press | type[Press], which: int = 0) -> None:
        """Tap a button when it is there, and wait for its answer: exactly this one, or one of a kind by its place."""
        await self.buttons(press).nth(which).click()
        await expect(self.frame.locator(".key.waiting")).to_have_count(0)

    async def chooses_pin(self, pin: str = PIN) -> None:
        """Tap a PIN on the keypad that is shown, and once more."""
        for entered, digit in enumerate(pin * 2):
            await self.buttons(TapKey).get_by_text(digit, exact=True).click()
            await expect(self.frame.locator(".key.waiting")).to_have_count(0)
            if entered % len(pin) < len(pin) - 1:
                await self.reads("●" * (entered % len(pin) + 1) + "○")

    def buttons(self, press: Press | type[Press]) -> Locator:
        """The buttons of a kind in the newest message that has one."""
        if isinstance(press, Press):
            wanted = f'[data-data="{encode(press)}"]'
        else:
            code = press.code
            wanted = f'[data-data="{code}"], [data-data^="{code}."]'
        return self.bubbles.filter(has=self.page.locator(wanted)).last.locator(wanted)

    async def reads(self, words: str | re.Pattern[str]) -> str:
        """Wait for these words in a message of the bot; the newest message that has them."""
        await expect(self.bubbles.filter(has_text=words).last).to_be_visible()
        return await self.bubbles.filter(has_text=words).last.inner_text()

    async def read(self) -> str:
        """The newest message."""
        return await self.bubbles.last.inner_text()

    async def _newest_id(self) -> str:
        return await self.bubbles.last.get_attribute("data-message-id") or "" if await self.bubbles.count() else ""


async def photograph(page: Page, name: str) -> Path:
    """Keep a picture of the page under its name."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    await page.screenshot(path=path)
    return path
