"""A control: the bot without its fence. Whoever lost the lease of a row writes all the same.

`python -m benchmarks.delivery.unfenced run`, instead of `python -m bot run`.
"""

import sys

from sqlalchemy import ColumnElement, FromClause

from bot.cli import main
from delivery import claiming


def _no_fence(fate: FromClause) -> tuple[ColumnElement[bool], ...]:
    return ()


def switch_off() -> None:
    """From now on the number of a claim says nothing."""
    claiming._fence = _no_fence


if __name__ == "__main__":
    switch_off()
    sys.exit(main())
