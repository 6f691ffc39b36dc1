"""Opening times: made up to the horizon, changed and ended without moving anybody.

The rule: an opening decides which empty times there are; a time that anybody has or holds stays as it is, and a time
that a nurse changed by hand stays as she left it.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import foreseeing, holidays, making, plans, store, undoing
from scheduling.clinics import Clinic
from scheduling.foreseeing import Effect
from scheduling.plans import Site, Template
from scheduling.refusals import ChangedMeanwhile, OpeningGone
from storage.audit import record
from storage.tables import Opening

LONGEST_NAME = 40
"""Letters of an opening's name."""


async def make(
    session: AsyncSession, nurse_id: int | None, template: Template, site: Site, minutes: int, *, now: datetime
) -> tuple[Opening, int]:
    """Make an opening and its times up to the horizon; with how many of them are new. The same again makes none.

    Args:
        minutes: how long a visit takes.

    Raises:
        NoPlaces, PlanTooLarge, PlanEmpty, PlanPast, PlanWithoutDays: as for `plans.check`.
    """
    plans.check(template, site.today(now))
    await store.hold_clinic(session, site.clinic_id)
    for known in await store.openings_of(session, site.clinic_id, site.today(now)):
        if making.template_of(known) == template:
            return known, await _fill(session, known, site, now)
    opening = Opening(minutes=minutes, name="", ended_on=None, made_until=None)
    making.write_into(opening, template)
    session.add(opening)
    await session.flush()
    made = await _fill(session, opening, site, now)
    await _note(session, nurse_id, "opening-made", opening, site, {}, now)
    await _record(session, "times-opened", opening, nurse_id, now, f"{made} times")
    return opening, made


async def change(
    session: AsyncSession, nurse_id: int | None, opening: Opening, template: Template, site: Site, *, now: datetime
) -> Effect:
    """Give an opening another template: empty times go, change or are added; what people have stays.

    Doing it twice does it once.
    """
    await store.hold_clinic(session, site.clinic_id)
    before = _written(opening)
    planned = await foreseeing.effect(session, opening, template, site, now=now)
    gone, changed, _ = await foreseeing.sort_times(session, opening, template, site, now)
    removed = await store.take_away(session, [slot.id for slot in gone])
    altered = 0
    for slot, walkin in changed:
        altered += await store.give_capacity(
            session, slot.id, slot.capacity, template.capacity, walkin, 0, languages=",".join(template.languages)
        )
    making.write_into(opening, template)
    opening.ended_on = None
    new = await _fill(session, opening, site, now)
    if _written(opening) != before:
        await _note(session, nurse_id, "opening-changed", opening, site, {"before": before}, now)
        await _record(session, "opening-changed", opening, nurse_id, now, f"{new} new, {removed} gone")
    return replace(planned, new=new, gone=removed, changed=altered)


async def end(
    session: AsyncSession, nurse_id: int | None, opening: Opening, on: date, site: Site, *, now: datetime
) -> Effect:
    """End an opening: from the day `on` it has no empty times any more. Ending it twice does it once."""
    await store.hold_clinic(session, site.clinic_id)
    before, template = _written(opening), plans.ending(making.template_of(opening), on)
    gone, _, kept = await foreseeing.sort_times(session, opening, template, site, now)
    removed = await store.take_away(session, [slot.id for slot in gone])
    opening.ended_on = min(on, opening.ended_on or on)
    await session.flush()
    if _written(opening) != before:
        await _note(session, nurse_id, "opening-ended", opening, site, {"before": before}, now)
        await _record(session, "opening-ended", opening, nurse_id, now, f"{removed} gone, {len(kept)} stay")
    return Effect(0, removed, 0, len(kept), sum(slot.taken + slot.held for slot in kept))


async def own_opening(session: AsyncSession, opening_id: int, clinic_ids: list[str], today: date) -> Opening:
    """An opening of one of these clinics that is not over.

    Raises:
        OpeningGone: there is none; one of another clinic looks the same.
    """
    opening = await store.opening_by_id(session, opening_id)
    if opening is None or opening.clinic_id not in clinic_ids:
        raise OpeningGone
    last = making.template_of(opening).valid_until
    if (opening.ended_on and opening.ended_on <= today) or (last is not None and last < today):
        raise OpeningGone
    return opening


async def unchanged(
    session: AsyncSession, opening_id: int, before: dict[str, Any], clinics: Mapping[str, Clinic], *, now: datetime
) -> tuple[Opening, Site]:
    """An opening that is still as it was previewed, with its clinic held until the commit.

    Raises:
        ChangedMeanwhile: somebody changed or ended it since.
    """
    opening = await store.opening_by_id(session, opening_id)
    if opening is None or opening.clinic_id not in clinics:
        raise ChangedMeanwhile
    site = plans.site_of(opening.clinic_id, clinics[opening.clinic_id])
    await store.hold_clinic(session, site.clinic_id)
    opening = await store.opening_by_id(session, opening_id)
    if opening is None or making.template_of(opening).written() != before:
        raise ChangedMeanwhile
    return opening, site


async def name(session: AsyncSession, nurse_id: int | None, opening: Opening, written: str, *, now: datetime) -> None:
    """Call an opening something, for staff."""
    if opening.name != written:
        opening.name = written
        await session.flush()
        await _record(session, "opening-named", opening, nurse_id, now, "")


async def fill_clinic(session: AsyncSession, site: Site, *, now: datetime) -> int:
    """Make whatever a clinic's openings want and is not there: after a closure was taken back, say. How many."""
    await store.hold_clinic(session, site.clinic_id)
    made = 0
    for opening in await store.openings_of(session, site.clinic_id, site.today(now)):
        made += await _fill(session, opening, site, now)
    return made


async def fill_days_to_come(session: AsyncSession, site: Site, now: datetime) -> int:
    """The daily step: make the times of days that came within the horizon; any number of times, late or at once."""
    if not await store.openings_to_make(session, site.clinic_id, site.horizon(now)):
        return 0
    return await fill_clinic(session, site, now=now)


async def _fill(session: AsyncSession, opening: Opening, site: Site, now: datetime) -> int:
    closed = await holidays.closed_days(session, site.clinic_id, site.today(now), site.horizon(now))
    made = await making.fill(session, opening, site, closed, now)
    await session.flush()
    return made


def _written(opening: Opening) -> dict[str, Any]:
    """An opening's own values as JSON, so that it can be put back."""
    ended = opening.ended_on.isoformat() if opening.ended_on else None
    return making.template_of(opening).written() | {
        "valid_until": opening.valid_until.isoformat() if opening.valid_until else None,
        "ended_on": ended,
    }


async def _note(
    session: AsyncSession,
    nurse_id: int | None,
    kind: str,
    opening: Opening,
    site: Site,
    data: dict[str, Any],
    now: datetime,
) -> None:
    if nurse_id is None:
        return  # by the clinics file, or by taking something back
    data = {"opening_id": opening.id, "site": asdict(site), **data}
    await undoing.note(session, nurse_id, site.clinic_id, kind, data, now)


async def _record(
    session: AsyncSession, action: str, opening: Opening, nurse_id: int | None, now: datetime, detail: str
) -> None:
    clinic_id, subject = opening.clinic_id, f"opening:{opening.id}"
    await record(
        session, action, now=now, actor=nurse_id, subject=subject, clinic_id=clinic_id, detail=detail, chain=clinic_id
    )


@undoing.undoes("opening-made")
async def _undo_made(session: AsyncSession, data: dict[str, Any], now: datetime) -> None:
    """Empty times go; what people have in the meantime stays."""
    site = Site(**data["site"])
    await store.hold_clinic(session, site.clinic_id)
    opening = await store.opening_by_id(session, data["opening_id"])
    if opening:
        slots = await store.slots_of(session, opening.id, now)
        await store.take_away(session, [slot.id for slot in slots if not slot.closed])
        opening.ended_on = site.today(now)
        await session.flush()


@undoing.undoes("opening-changed")
@undoing.undoes("opening-ended")
async def _undo_changed(session: AsyncSession, data: dict[str, Any], now: datetime) -> None:
    site, before = Site(**data["site"]), data["before"]
    opening = await store.opening_by_id(session, data["opening_id"])
    if opening is None:
        return
    await change(session, None, opening, plans.read_template(before), site, now=now)
    opening.ended_on = date.fromisoformat(before["ended_on"]) if before["ended_on"] else None
    await session.flush()
