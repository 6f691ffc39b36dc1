"""The demo in a real browser. Under CI a missing browser is a failure; elsewhere the tests are skipped."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from answers.ask import Finder
from tests.browser.chromium import HOW_TO_GET_IT, find_chromium, open_page
from tests.browser.scene import People, Scene, open_scene
from tests.conftest import settings_for


@pytest.fixture(scope="session")
def chromium() -> str:
    found = find_chromium()
    if found is None:
        pytest.fail(HOW_TO_GET_IT)
    return found


@pytest.fixture
async def scene(chromium: str, finder: Finder, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(settings_for("http://127.0.0.1", "sqlite://"), finder, tmp_path) as opened:
        yield opened


@pytest.fixture
async def page(chromium: str, scene: Scene) -> AsyncIterator[Page]:
    async with open_page(chromium, scene.simulator.url) as opened:
        yield opened


@pytest.fixture
def people(page: Page) -> People:
    return People(page)
