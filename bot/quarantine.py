"""Updates that fail again and again: counted, and set aside after three tries, so that nobody waits behind them."""

from datetime import datetime

from storage.database import Database
from storage.tables import Quarantined

TRIES = 3
"""After so many failures an update is confirmed without effect."""


async def count(database: Database, update_id: int, now: datetime) -> int:
    """Note one more failure of an update; how many there are now. Zero when even this cannot be written."""
    try:
        async with database.writing() as session:
            row = await session.get(Quarantined, update_id)
            if row is None:
                row = Quarantined(update_id=update_id, tries=0, last_tried_at=now)
                session.add(row)
            row.tries, row.last_tried_at = row.tries + 1, now
            return row.tries
    except Exception:  # whatever is wrong, the update is not lost: it comes again
        return 0
