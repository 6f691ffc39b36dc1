"""What must hold after every step. Each function yields a sentence for whatever does not.

The rule: the rows of the database are compared with each other and with the picture before; what the code under test
answered is no evidence, except for what it promised.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import Row

from delivery.rules import Kind
from scheduling import reminders, rules
from scheduling.rules import Stage, Status, Stay, Whom, Why
from scheduling.waiting_rules import ListState, OfferState
from storage.audit import subject_reference
from tests.faults.model.picture import TAKING, Picture
from tests.faults.model.scene import CLINICS

ALL_AT_ONCE = {"times-closed", "undone"}
"""Acts of staff that change several visits and stand in the audit log as one."""
WALKED_IN = {"came-early"}
"""It ends a visit and begins a place in the queue; the entry is about the latter."""


@dataclass
class Known:
    """What the model remembers beside the rows."""

    flagged: Counter[int] = field(default_factory=Counter)
    """By how many a preview said that each time would be overbooked, at most."""
    owed_at: dict[int, datetime] = field(default_factory=dict)
    """When each visit got the time it has."""
    versions: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Slot and moves of each visit as last seen."""
    called: set[int] = field(default_factory=set)
    """Visits that were closed by a step and must hear of it."""


@dataclass(frozen=True)
class Step:
    """One step: the pictures around it, what the audit log says of it, and what the model knows."""

    name: str
    before: Picture
    after: Picture
    entries: list[Any]
    known: Known
    refused: bool = False


def counters_equal_rows(step: Step) -> Iterator[str]:
    """A slot counts its bookings and its holds."""
    taken = Counter(each.slot_id for each in step.after.bookings.values() if each.status in TAKING)
    held = Counter(each.slot_id for each in step.after.holds.values())
    for slot in step.after.slots.values():
        if (slot.taken, slot.held) != (taken[slot.id], held[slot.id]):
            rows = (taken[slot.id], held[slot.id])
            yield f"counters: {_at(slot)} says {slot.taken} taken and {slot.held} held, the rows say {rows}"


def places_suffice(step: Step) -> Iterator[str]:
    """Nobody is promised a place that is not there, unless a nurse saw so in her preview."""
    for slot in step.after.slots.values():
        over = step.after.over(slot.id)
        before = step.before.over(slot.id) if slot.id in step.before.slots else 0
        if over > max(before, step.known.flagged[slot.id]):
            yield f"places: {_at(slot)} is overbooked by {over}, and no preview said more than {before}"
        if min(slot.taken, slot.held, slot.walkin, slot.capacity - slot.walkin) < 0:
            yield f"places: {_at(slot)} counts below nothing"


def limits_are_kept(step: Step) -> Iterator[str]:
    """Nobody has more visits to come than one person may."""
    for person_id, visits in _by_person(step.after).items():
        ahead = [booking for booking, slot in visits if slot.starts_at > step.after.now]
        if (count := rules.how_many(booking.series for booking in ahead)) > rules.MOST_STANDING:
            yield f"limit: person {person_id} has {count} visits to come"


def nobody_is_in_two_places(step: Step) -> Iterator[str]:
    """One person is in one place at a time."""
    for person_id, visits in _by_person(step.after).items():
        for (one, at), (two, there) in combinations(visits, 2):
            if rules.in_two_places(_stay(one, at), _stay(two, there)):
                yield f"two places: person {person_id} at {_at(at)} and at {_at(there)}"


def nobody_stands_on_a_closed_time(step: Step) -> Iterator[str]:
    """Neither a visit nor a hold nor an open offer; and whatever lies in a closure is closed."""
    closed = {slot.id for slot in step.after.slots.values() if slot.closed}
    for slot in step.after.slots.values():
        inside = [each for each in step.after.closures.values() if each.clinic_id == slot.clinic_id]
        if not slot.closed and any(each.starts_at <= slot.starts_at < each.ends_at for each in inside):
            yield f"closed: {_at(slot)} lies in a closure and is open"
    standing = [each for each in step.after.standing() if each.slot_id in closed]
    held = [each for each in step.after.holds.values() if each.slot_id in closed]
    offered = [each for each in step.after.offers.values() if each.state == OfferState.OPEN and each.slot_id in closed]
    for what, found in (("a visit", standing), ("a hold", held), ("an offer", offered)):
        for each in found:
            yield f"closed: {what} is left at {_at(step.after.slots[each.slot_id])}"


def changes_are_written_down(step: Step) -> Iterator[str]:
    """One entry for each visit that was made, moved or ended; one for a closing or an undoing; none for nothing."""
    clinics = [entry for entry in step.entries if entry.chain in CLINICS.clinics]
    if step.refused and step.entries:
        yield f"audit: {step.name} was refused and stands in the log as {step.entries[0].action}"
    at_once = [entry for entry in clinics if entry.action in ALL_AT_ONCE]
    if len(at_once) > 1:
        yield f"audit: {step.name} stands in the log {len(at_once)} times"
    about = Counter(entry.subject for entry in clinics)
    changed = [
        each for each in step.after.bookings.values() if _state(step.before, each.id) != _state(step.after, each.id)
    ]
    for booking in changed:
        count = about[subject_reference(f"booking:{booking.id}")]
        covered = len(at_once) + sum(entry.action in WALKED_IN for entry in clinics)
        if count + covered != 1:
            yield f"audit: {step.name} made visit {booking.code} {booking.status}: {count} entries, {covered} of all"


def reminders_fit_the_visits(step: Step) -> Iterator[str]:
    """Exactly one row for each reminder of a standing visit that is still ahead; none for anything else."""
    _learn(step)
    rows: dict[int, dict[str, Row[Any]]] = {}
    for row in step.after.owed.values():
        if row.kind == Kind.REMINDER and row.state in ("pending", "claimed"):
            rows.setdefault(row.subject_id, {})[row.key] = row
    here = {entry.booking_id for entry in step.after.queue.values() if entry.state != Stage.LEFT}
    for booking_id, waiting in rows.items():
        booking = step.after.bookings.get(booking_id)
        if booking is None or booking.status != Status.STANDING:
            yield f"reminder: {sorted(waiting)} although the visit is {booking.status if booking else 'gone'}"
    for booking in step.after.standing():
        slot = step.after.slots[booking.slot_id]
        if booking.person_id is None:
            continue
        clinic, service = CLINICS.clinics[slot.clinic_id], CLINICS.services[slot.service]
        times = reminders.reminder_times(slot.starts_at, clinic, service, step.known.owed_at[booking.id])
        wanted = {f"{Kind.REMINDER}:{booking.id}.{booking.moves}:{name}": due for name, due in times.items()}
        found = rows.get(booking.id, {})
        if strange := sorted(set(found) - set(wanted)):
            yield f"reminder: {strange} is of no time that visit {booking.code} has"
        ahead = {key for key, due in wanted.items() if due > step.after.now}
        quiet = booking.confirmed_at is not None or booking.id in here
        if not quiet and (missing := sorted(ahead - set(found))):
            yield f"reminder: visit {booking.code} at {_at(slot)} has none of {missing}"


def offers_are_held(step: Step) -> Iterator[str]:
    """Each open offer has its place, each such place its offer; one for a person, and nobody waits on ended lists."""
    opened = {each.id: each for each in step.after.offers.values() if each.state == OfferState.OPEN}
    held = {each.subject_id: each for each in step.after.holds.values() if each.why == Why.OFFER}
    if set(opened) != set(held):
        yield f"offers: {sorted(opened)} are open, places are held for {sorted(held)}"
    people = Counter(step.after.waiting[each.waiting_id].person_id for each in opened.values())
    if [person for person, count in people.items() if count > 1]:
        yield "offers: somebody has two at once"
    for each in opened.values():
        if step.after.waiting[each.waiting_id].state != ListState.WAITING:
            yield "offers: one is open to somebody who waits no more"


def kept_places_are_for_closed_visits(step: Step) -> Iterator[str]:
    """What is held in place of a closed visit is its person's, is one place, and ends with their answer."""
    kept = [each for each in step.after.holds.values() if each.why == Why.CLOSURE]
    for booking_id, count in Counter(each.subject_id for each in kept).items():
        if count > 1:
            yield f"kept: visit {booking_id} has {count} places kept"
    for hold in kept:
        booking = step.after.bookings.get(hold.subject_id)
        if booking is None or booking.status != Status.CLOSED or booking.answer:
            yield f"kept: a place for visit {booking.code if booking else '?'}, which needs none"
        elif booking.person_id != hold.person_id:
            yield f"kept: the place of visit {booking.code} is another person's"


def whoever_lost_a_visit_is_told(step: Step) -> Iterator[str]:
    """A visit that the clinic ends owes its person one message, made by the same step, and never two."""
    for booking in step.after.bookings.values():
        before = step.before.bookings.get(booking.id)
        ended = booking.status == Status.CLOSED and before is not None and before.status == Status.STANDING
        mine = [row for row in step.after.owed.values() if row.subject_id == booking.id and row.kind in _NEWS]
        waiting = [row for row in mine if row.state == "pending"]
        if len(waiting) > 1:
            yield f"told: visit {booking.code} owes {sorted(row.key for row in waiting)} at once"
        if ended and booking.person_id is not None and not waiting:
            yield f"told: {step.name} ended visit {booking.code} and owes its person nothing"


INVARIANTS: tuple[Callable[[Step], Iterator[str]], ...] = (
    counters_equal_rows,
    places_suffice,
    limits_are_kept,
    nobody_is_in_two_places,
    nobody_stands_on_a_closed_time,
    changes_are_written_down,
    reminders_fit_the_visits,
    offers_are_held,
    kept_places_are_for_closed_visits,
    whoever_lost_a_visit_is_told,
)
_NEWS = (Kind.CLOSED, Kind.CALLED_OFF, Kind.MOVED, Kind.REOPENED)


def _learn(step: Step) -> None:
    """Note when a visit got the time it has: from then on its reminders are counted."""
    for booking in step.after.bookings.values():
        version, was = (booking.slot_id, booking.moves), step.before.bookings.get(booking.id)
        stands_again = booking.status == Status.STANDING and was is not None and was.status != Status.STANDING
        if step.known.versions.get(booking.id) != version or stands_again:
            step.known.versions[booking.id], step.known.owed_at[booking.id] = version, step.after.now


def _by_person(picture: Picture) -> dict[int, list[tuple[Row[Any], Row[Any]]]]:
    found: dict[int, list[tuple[Row[Any], Row[Any]]]] = {}
    for booking in picture.standing():
        if booking.person_id is not None:
            found.setdefault(booking.person_id, []).append((booking, picture.slots[booking.slot_id]))
    return found


def _stay(booking: Row[Any], slot: Row[Any]) -> Stay:
    return Stay(slot.clinic_id, slot.starts_at, slot.minutes, Whom(booking.whom))


def _state(picture: Picture, booking_id: int) -> tuple[str, int] | None:
    booking = picture.bookings.get(booking_id)
    return (booking.status, booking.slot_id) if booking else None


def _at(slot: Row[Any]) -> str:
    return f"{slot.clinic_id} {slot.service} {slot.starts_at:%a %H:%M}Z"
