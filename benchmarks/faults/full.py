"""The bot on a disk that fills: `python -m benchmarks.faults.full run`.

The rule: the disk is full as long as there is a file `full` in the folder it runs in, which is looked at each time.
"""

import sys
from pathlib import Path

from sqlalchemy import Connection, Engine, event

FULL = Path("full")
MOST_PAGES = 1_073_741_823
"""What SQLite allows by itself."""


def bound(connection: Connection) -> None:
    """Let SQLite's file grow no further while the disk is full: what needs one more page gets SQLITE_FULL."""
    if connection.dialect.name == "sqlite":  # fewer pages than there are means as many as there are
        connection.exec_driver_sql(f"PRAGMA max_page_count={1 if FULL.exists() else MOST_PAGES}")


if __name__ == "__main__":
    event.listen(Engine, "begin", bound)
    from bot.cli import main

    sys.exit(main())
