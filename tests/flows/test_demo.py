"""`python -m bot demo` as a newcomer runs it: one address, and a clean end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from answers.ask import Finder
from bot.demo import PEOPLE
from tests.promises.tree import ROOT
from tests.thrift import many

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
COMMAND = [sys.executable, "-m", "bot", "demo"]


@pytest.fixture
def settings(finder: Finder, search_cache: Path) -> dict[str, str]:
    """An environment in which the search has been learnt already."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return mine | {"BOT_EMBEDDINGS": "false", "BOT_CACHE": str(search_cache), "BOT_DEMO_PORT": "0"}


@pytest.fixture
def demo(settings: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        COMMAND, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with running:
        yield running
        running.kill()


def read_to(demo: subprocess.Popen[str], words: str) -> str:
    """What it printed, up to a line with these words."""
    assert demo.stdout
    printed = ""
    for line in demo.stdout:
        printed += line
        if words in line:
            return printed
    raise AssertionError(f"it ended, and printed: {printed}")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM][: many(1, 2)])
def test_the_demo_names_one_address_and_ends_when_told(demo: subprocess.Popen[str], end: signal.Signals) -> None:
    (address,) = ADDRESS.findall(read_to(demo, "Ctrl+C"))
    with urlopen(f"{address}sim/state") as answer:
        state = json.load(answer)
    assert [person["id"] for person in state["people"]] == list(PEOPLE)
    with urlopen(f"{address}sim/events"):  # a page that is open
        told = time.monotonic()
        demo.send_signal(end)
        assert demo.wait(10) == 0
        assert time.monotonic() - told < 10
    assert demo.stdout
    assert "Traceback" not in demo.stdout.read()


def test_a_port_in_use_is_one_clear_line(settings: dict[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            COMMAND, cwd=ROOT, env=settings | {"BOT_DEMO_PORT": str(port)}, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {port} is in use" in done.stderr
