"""`python -m tests.browser.pictures`: takes the README's picture of the demo anew."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import expect

from answers.texts import TopicTexts
from answers.topics import load_topics
from bot.house import build_finder
from handlers.presses.alert_running import AlertReport
from handlers.presses.alerting import ApproveAlert, ProposeAlert, WriteAlert
from handlers.presses.asking import BrowseTopics, OpenCategory
from handlers.presses.visits import ShowVisit
from locales.catalogue import Catalogues
from locales.languages import LANGUAGES
from tests.browser.chromium import HOW_TO_GET_IT, WIDE, find_chromium, open_page
from tests.browser.scene import People, book, open_scene, pass_hours, settle_in
from tests.conftest import settings_for
from tests.promises.tree import ROOT

PICTURE = ROOT / "docs" / "images" / "demo.png"
WIDTH = 1400
"""Pixels of the picture."""
FLOOD = "မဲဆောက်မှာ ရေကြီးနေပါတယ်။ ရေကို ကျိုသောက်ပါ။"


async def take(chromium: str, target: Path) -> None:
    """Play the scene and photograph it."""
    settings = settings_for("http://127.0.0.1", "sqlite://")
    finder = build_finder(settings, TopicTexts(load_topics(), Catalogues()))
    with TemporaryDirectory() as folder:
        async with (
            open_scene(settings, finder, Path(folder)) as scene,
            open_page(chromium, scene.simulator.url, scale=WIDTH / WIDE["width"]) as page,
        ):
            await play(People(page))
            target.parent.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=target)


async def play(people: People) -> None:
    """A visit and its reminder, the nurse's day, an alert that two operators send, and an answer."""
    aye, sokha, noi, dara, mali = people.aye, people.sokha, people.noi, people.dara, people.mali
    await settle_in(aye, "my", shared=True)
    code = await book(aye)
    await aye.says("/alerts_on")
    await dara.says("/alert")
    await dara.taps(WriteAlert, LANGUAGES.index("my"))
    await dara.says(FLOOD)
    await dara.taps(ProposeAlert)
    await dara.chooses_pin()
    await mali.reads(FLOOD)
    await mali.taps(ApproveAlert)
    await mali.chooses_pin()
    await pass_hours(people.page, 1)
    await aye.reads(FLOOD)
    await mali.taps(AlertReport)
    await pass_hours(people.page, 7)
    await expect(aye.buttons(ShowVisit)).to_be_visible()
    await noi.says("/today แม่สอด พรุ่งนี้")
    await noi.reads(code)
    await settle_in(sokha, "km", shared=True)
    await sokha.taps(BrowseTopics())
    await sokha.taps(OpenCategory("documents-fear"))
    await people.page.wait_for_timeout(500)


if __name__ == "__main__":
    found = find_chromium()
    if found is None:
        sys.exit(HOW_TO_GET_IT)
    asyncio.run(take(found, PICTURE))
