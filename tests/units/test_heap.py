"""Setting aside what a start made, in processes of their own: a test's own process was settled long before."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _told(code: str) -> list[str]:
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_what_a_start_made_is_set_aside_once() -> None:
    code = """
import gc
from bot import heap
before = gc.get_freeze_count()
heap.settle()
aside = gc.get_freeze_count()
later = [[] for _ in range(100)]
heap.settle()
print(aside > before + 1000, gc.get_freeze_count() <= aside, gc.get_threshold()[0] == heap.YOUNG)
"""
    assert _told(code) == ["True", "True", "True"]


def test_what_is_forgotten_later_still_goes() -> None:
    code = """
import weakref
from bot import heap
class Circle: pass
heap.settle()
made = []
for _ in range(3 * heap.YOUNG):
    one = Circle()
    one.itself = one
    made.append(weakref.ref(one))
print(sum(each() is not None for each in made) < 2 * heap.YOUNG)
"""
    assert _told(code) == ["True"]
