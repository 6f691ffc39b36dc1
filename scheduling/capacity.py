"""How many places a single time has. Fewer than are given is possible, but only as previewed: overbooked by n."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import plans, rules, store, undoing
from scheduling.refusals import ChangedMeanwhile, NoPlaces, PlanTooLarge
from storage.audit import record
from storage.tables import Slot


@dataclass(frozen=True)
class Resized:
    """What another number of places would mean."""

    slot: Slot
    capacity: int
    walkin: int
    """Places kept for walk-ins give way before anybody is overbooked."""
    over: int


async def slot_at(
    session: AsyncSession, clinic_id: str, service: str, day: date, at: time, zone: ZoneInfo
) -> Slot | None:
    """The time of a service that starts then."""
    starts_at = datetime.combine(day, at, zone)
    found = await store.slots_between(session, clinic_id, *rules.day_bounds(day, zone))
    return next((slot for slot in found if slot.service == service and slot.starts_at == starts_at), None)


def resized(slot: Slot, capacity: int) -> Resized:
    """What giving a time this many places would mean.

    Raises:
        NoPlaces, PlanTooLarge: no places, or more than anyone means.
    """
    if capacity < 1:
        raise NoPlaces
    if capacity > plans.LARGEST_CAPACITY:
        raise PlanTooLarge(plans.LARGEST_CAPACITY)
    given = slot.taken + slot.held
    walkin = min(slot.walkin, max(0, capacity - given))
    return Resized(slot, capacity, walkin, rules.overbooked(capacity, walkin, given))


async def resize(
    session: AsyncSession, nurse_id: int, slot_id: int, seen: int, capacity: int, over: int, *, now: datetime
) -> Resized:
    """Give a time another number of places, as it was previewed.

    Args:
        seen: how many it had in the preview.
        over: by how many it would be overbooked in the preview.

    Raises:
        ChangedMeanwhile: another nurse changed or closed it, or somebody booked: it would be overbooked by more.
        NoPlaces, PlanTooLarge: as for `resized`.
    """
    slot = await store.slot_by_id(session, slot_id)
    if slot is None or slot.closed:
        raise ChangedMeanwhile
    await session.refresh(slot)
    new = resized(slot, capacity)
    data = {"slot_id": slot.id, "new": capacity, "capacity": slot.capacity, "walkin": slot.walkin}
    clinic_id = slot.clinic_id
    if not await store.give_capacity(session, slot.id, seen, capacity, new.walkin, over):
        raise ChangedMeanwhile
    await undoing.note(session, nurse_id, clinic_id, "capacity", data, now)
    await record(
        session, "capacity-changed", now=now, actor=nurse_id, subject=f"slot:{slot.id}", clinic_id=clinic_id,
        detail=f"{seen} to {capacity}, overbooked by {new.over}", chain=clinic_id,
    )  # fmt: skip
    return new


@undoing.undoes("capacity")
async def _undo(session: AsyncSession, data: dict[str, Any], now: datetime) -> None:
    """The places of before, but never fewer than are given by now; nothing if somebody has changed it since."""
    slot = await store.slot_by_id(session, data["slot_id"])
    if slot is None:
        return
    await session.refresh(slot)
    given = slot.taken + slot.held
    walkin = min(data["walkin"], max(0, data["capacity"] - given))
    await store.give_capacity(session, slot.id, data["new"], max(data["capacity"], given), walkin, 0)
