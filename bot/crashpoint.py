"""Named points at which a test can kill this process: `CRASHPOINT=name[:nth]`. Nothing happens otherwise.

The rule: each name stands here once and in the code once. A name that is not here refuses the start: a test would wait
for a death that never comes.
"""

import os
import signal
from typing import Literal, get_args

from bot.settings import BadSettings

Point = Literal[
    "looked",
    "before-commit",
    "before-group-commit",
    "committed",
    "replied",
    "claimed",
    "sent",
    "settled",
    "thread-opened",
    "wipe-claimed",
    "wiped",
]
POINTS: tuple[Point, ...] = get_args(Point)


def planned(text: str) -> tuple[str, int]:
    """The name in `text`, and at which time this process comes by it ends; no name and 0 when nothing is planned.

    Raises:
        BadSettings: there is no such point, or no such number.
    """
    if not text:
        return "", 0
    name, _, nth = text.partition(":")
    if name not in POINTS:
        raise BadSettings(f"CRASHPOINT: there is no point of this name; there are {', '.join(POINTS)}")
    if not (nth or "1").isdecimal() or int(nth or 1) < 1:
        raise BadSettings("CRASHPOINT: the number after the colon counts from 1")
    return name, int(nth or 1)


_NAME, _LEFT = planned(os.environ.get("CRASHPOINT", ""))
_left = [_LEFT]


def crashpoint(name: Point) -> None:
    """End the process with SIGKILL here, the nth time it comes by, if a test asked for it."""
    if name == _NAME:
        _left[0] -= 1
        if _left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
