"""A Chromium that is already on this machine: nothing is downloaded for these tests."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, ViewportSize, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_IT = "no Chromium found: to run the browser tests install one, on Debian `apt-get install chromium`"
WIDE = ViewportSize(width=1720, height=1106)
"""Five phones side by side."""
SMALL = ViewportSize(width=390, height=844)


def find_chromium() -> str | None:
    """The first browser on the path."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@asynccontextmanager
async def open_page(executable: str, url: str, *, scale: float = 1) -> AsyncIterator[Page]:
    """A page of its own browser; it fails at the end if the page itself reported a fault."""
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = await browser.new_page(
            viewport=WIDE, device_scale_factor=scale, color_scheme="light", reduced_motion="reduce"
        )
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(error.message))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        await page.goto(url)
        yield page
        await browser.close()
    assert faults == []
