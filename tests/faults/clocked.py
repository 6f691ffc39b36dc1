"""`python -m bot` on a machine whose clock a test sets: `python -m tests.faults.clocked FILE COMMAND ...`.

The rule: everything in the process that asks for the time of day gets it moved by as many seconds as FILE says; what
counts seconds (`time.monotonic`) goes on evenly, as it does when a machine's clock is set.
"""

import sys
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path


def wrong(file: Path) -> timedelta:
    """How wrong the clock is."""
    return timedelta(seconds=float(file.read_text("ascii") or 0)) if file.exists() else timedelta()


def set_clock(file: Path, jump: timedelta) -> None:
    """Set the machine's clock, as far as that process knows it."""
    new = file.with_name(file.name + ".new")
    new.write_text(str(jump.total_seconds()), "ascii")
    new.replace(file)  # never half written


def move(file: Path) -> None:
    """Set the bot's clock and the scheduler's; before anything of the bot is imported."""
    from apscheduler.schedulers import base
    from apscheduler.triggers import interval

    from bot import clock

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Moved":
            moved = datetime.now(tz) + wrong(file)
            return cls.combine(moved.date(), moved.timetz())

    clock.wall = lambda: datetime.now(UTC) + wrong(file)
    base.datetime = interval.datetime = Moved


if __name__ == "__main__":
    move(Path(sys.argv.pop(1)))
    from bot.cli import main

    sys.exit(main())
