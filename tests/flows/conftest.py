"""Settings of a bot that a flow starts by itself."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.settings import Settings
from simulator.server import Simulator
from tests.conftest import settings_for


@pytest.fixture
def house_settings(database_url: str, simulator: Simulator) -> Callable[..., Settings]:
    """Make settings for this test's database and Telegram; keywords replace single ones."""

    def make(**overrides: Any) -> Settings:
        return settings_for(simulator.url, database_url, **overrides)

    return make
