"""Whom an alert concerns.

The rule: one set of conditions counts the audience and owes to it, so that the number approved is the number told.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alerts.rules import NEWS, listed
from storage.tables import Alert, Booking, Mute, Person, Slot

NEAR = timedelta(days=30)
"""Who had, or will have, a visit at a clinic within so long belongs to its area."""
KEPT = ("standing", "done")
"""Visits that say so: not those that were cancelled or closed."""


def concerned(alert: Alert, now: datetime) -> list[ColumnElement[bool]]:
    """What is true of everybody in an alert's audience.

    By province: whoever chose it, and whoever wants alerts from everywhere. By clinic: whoever chose its province, and
    whoever has a visit there around `now`. A topic that was turned off counts, unless lives depend on it.
    """
    wanted = Person.wants_news if alert.topic == NEWS else Person.wants_alerts
    found: list[ColumnElement[bool]] = [wanted.is_(True)]
    if languages := listed(alert.languages):
        found.append(Person.language.in_(languages))
    provinces = listed(alert.provinces)
    if alert.clinic_id:
        found.append(or_(Person.alert_province.in_(provinces), _visits(alert.clinic_id, now)))
    elif provinces:
        found.append(Person.alert_province.in_([*provinces, ""]))
    if not alert.life_safety:
        found.append(~exists().where(Mute.person_id == Person.id, Mute.topic == alert.topic))
    return found


def _visits(clinic_id: str, now: datetime) -> ColumnElement[bool]:
    around = (
        select(Booking.person_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(
            Slot.clinic_id == clinic_id,
            Slot.starts_at >= now - NEAR,
            Slot.starts_at <= now + NEAR,
            Booking.status.in_(KEPT),
            Booking.person_id.is_not(None),
        )
    )
    return Person.id.in_(around)


async def audience(session: AsyncSession, alert: Alert, now: datetime) -> dict[str, tuple[int, int]]:
    """By language, how many people an alert concerns, and how many of these cannot be reached at the moment."""
    rows = await session.execute(
        select(Person.language, Person.reachable, func.count())
        .where(*concerned(alert, now))
        .group_by(Person.language, Person.reachable)
    )
    found: dict[str, tuple[int, int]] = {}
    for language, reachable, count in rows:
        people, lost = found.get(language, (0, 0))
        found[language] = (people + count, lost + (0 if reachable else count))
    return found
