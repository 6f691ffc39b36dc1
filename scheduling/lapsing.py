"""What is done every second about places: those kept for minutes go back, and on to whoever waits.

The rule: safe in any number of processes and at any time; each place goes back once. On PostgreSQL each step touches
one slot, so that nobody who changes two of them can be in its way.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import offers, store
from scheduling.rules import Why
from scheduling.store import waiting as rows
from scheduling.waiting_rules import OfferState


async def lapse(session: AsyncSession, now: datetime, most: int = 200) -> int:
    """Give back up to `most` places whose hold is over, and end offers nobody can take any more; how many.

    The places given back are noted: `offers.pass_on`, in the same transaction, offers them to the next.
    """
    ended = 0
    for hold in sorted(await store.expired_holds(session, now, most), key=lambda hold: hold.slot_id):
        if not await store.release(session, hold):
            continue
        ended += 1
        if hold.why == Why.OFFER:
            await rows.end_offer(session, hold.subject_id, OfferState.LAPSED)
    return ended + (await offers.end_dead(session, now, most - ended) if ended < most else 0)


async def look(session: AsyncSession, now: datetime) -> tuple[bool, bool]:
    """Whether there is anything for `lapse` to do, and whether anybody waits; reads only, from indexes."""
    over, stands, waits = await rows.pulse(session, now)
    return over or (stands and bool(await rows.dead_offers(session, 1))), waits
