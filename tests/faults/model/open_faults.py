"""Faults that the model found and that are still open; the shortest case of each is in `test_model_cases.py`.

The rule: the model keeps away from exactly these, so that it can look for others. Whoever mends one takes its name out
of `OPEN`: its case must then pass, and the model goes there again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from scheduling.rules import Status
from tests.faults.model.picture import Picture

UNDO_BREAKS_RULES = "undo-breaks-rules"
"""Taking back a desk's cancel or move, or an early walk-in: nobody looks what else the person has by now."""
UNDO_FORGETS_REMINDERS = "undo-forgets-reminders"
"""Taking back "here", "done" or "no-show" of a visit to come: its reminders stay withdrawn."""
DESK_MOVES_INTO_CLASH = "desk-moves-into-clash"
"""The desk moves a visit to where its person has another one."""
EARLIER_WITHOUT_VISIT = "earlier-without-visit"
"""A wish for an earlier time outlives its visit: its offer counts towards no limit, and taking it is refused."""
MISSED_STANDS_AGAIN = "missed-stands-again"
"""Somebody who was noted as missed comes: the visit stands again, whatever its person has booked meanwhile."""
OPEN = frozenset(
    {MISSED_STANDS_AGAIN, UNDO_BREAKS_RULES, UNDO_FORGETS_REMINDERS, DESK_MOVES_INTO_CLASH, EARLIER_WITHOUT_VISIT}
)

_RESTORING = frozenset({"desk-cancel", "desk-move", "walkin-early"})
_ATTENDANCE = frozenset({"here", "done", "no-show"})


def spares_undo(kind: str, undo: dict[str, Any], picture: Picture) -> bool:
    """Whether taking this back would meet a fault that is open."""
    visit = picture.bookings.get(undo.get("booking", 0))
    if visit is None:
        return False
    if kind in _RESTORING:
        return UNDO_BREAKS_RULES in OPEN and _has_others(visit, picture)
    return kind in _ATTENDANCE and UNDO_FORGETS_REMINDERS in OPEN and _begins(visit, picture) > picture.now


def spares_arrival(visit_id: int, picture: Picture) -> bool:
    """Whether letting this visit stand again would."""
    visit = picture.bookings[visit_id]
    return MISSED_STANDS_AGAIN in OPEN and visit.status == Status.NO_SHOW and _has_others(visit, picture)


def spares_move(visit_id: int, picture: Picture) -> bool:
    """Whether moving this visit by the desk would."""
    return DESK_MOVES_INTO_CLASH in OPEN and _has_others(picture.bookings[visit_id], picture)


def spares_offer(wish: Row[Any], picture: Picture) -> bool:
    """Whether an offer to this wish may be refused."""
    visit = picture.bookings.get(wish.booking_id) if wish.booking_id else None
    stands = visit is not None and visit.status == Status.STANDING
    return EARLIER_WITHOUT_VISIT in OPEN and wish.booking_id is not None and not stands


def _has_others(visit: Row[Any], picture: Picture) -> bool:
    mine = [each for each in picture.standing() if each.person_id is not None and each.person_id == visit.person_id]
    offered = [each for each in picture.waiting.values() if each.person_id == visit.person_id]
    return any(each.id != visit.id for each in mine) or bool(offered)


def _begins(visit: Row[Any], picture: Picture) -> datetime:
    begins: datetime = picture.slots[visit.slot_id].starts_at
    return begins
