"""Taking a closure back: times open again, and whoever has not answered has the old place, and is told once.

The rule: nobody who has chosen another time is moved, and nobody is told of an opening who never heard of the closing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import withdraw
from delivery.rules import Kind
from scheduling import openings, plans, restoring, store
from scheduling.clinics import Clinics
from scheduling.rules import Status
from scheduling.store import closures as rows
from scheduling.undoing import CLINICS, Undone
from storage.tables import Booking, Slot

UNSAID = "pending"
"""The message about the closing has not left."""


async def reopen(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    """Take a closure back; how many visits have their old place again, and how many cannot have it."""
    closures, before = data["closures"], dict(data["slots"])
    known = [await rows.closure_by_id(session, closure_id) for closure_id in closures]
    clinic_ids = {closure.clinic_id for closure in known if closure}
    for clinic_id in sorted(clinic_ids):
        await store.hold_clinic(session, clinic_id)
    for person_id in sorted({person.id for _, _, person, _ in await rows.ended_by(session, closures) if person}):
        await store.hold_person(session, person_id)
    ended = await rows.ended_by(session, closures)  # as it is now that these people do nothing else
    await rows.drop_closures(session, closures)
    await rows.reopen_closed(session, list(before))
    back = lost = 0
    for booking, slot, _, told in ended:
        if booking.status != Status.CLOSED or booking.answer:
            continue  # they have another time, or want none
        if not await _give_back(session, booking, slot, before.get(slot.id, 0), data[CLINICS], now):
            lost += 1
            continue
        back += 1
        if told == UNSAID:
            await withdraw(session, booking.id, Kind.CLOSED)
        else:
            await restoring.tell(session, Kind.REOPENED, booking, now)
    for clinic_id in sorted(clinic_ids & data[CLINICS].clinics.keys()):
        site = plans.site_of(clinic_id, data[CLINICS].clinics[clinic_id])
        await openings.fill_clinic(session, site, now=now)  # what openings could not make while it was closed
    return Undone(back, lost)


async def _give_back(
    session: AsyncSession, booking: Booking, slot: Slot, before: int, clinics: Clinics, now: datetime
) -> bool:
    if slot.starts_at <= now:
        return False
    try:
        await restoring.refuse(session, booking, slot, now)
    except restoring.IN_THE_WAY:
        return False  # they have made other plans meanwhile
    if not await rows.take_back(session, slot.id, before):
        return False
    if not await rows.stand_again(session, booking, slot.id, "", now):
        await store.give_place(session, slot.id)
        return False
    await session.refresh(booking)
    await restoring.release_kept(session, booking.id)
    await restoring.owe_reminders(session, booking, slot, clinics, now)
    return True
