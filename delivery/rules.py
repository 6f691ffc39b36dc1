"""How each kind of owed message behaves when sending goes wrong."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Literal


class Lane(IntEnum):
    """A lower number never waits behind a higher one."""

    REPLIES = 0
    VISITS = 1
    ALERTS = 2


class Kind(StrEnum):
    """What a row is about; `subject_id` is a booking for all but alerts, conversations and staff notices."""

    RECEIPT = "receipt"
    REMINDER = "reminder"
    CLOSED = "closed"
    REOPENED = "reopened"
    MOVED = "moved"
    CALLED_OFF = "called-off"
    PROPOSED = "proposed"
    ANSWERED = "answered"
    LATE = "late"
    ALERT = "alert"
    LIFE_SAFETY = "life-safety"
    CORRECTION = "correction"
    EXPIRED_MARK = "expired-mark"
    PROGRESS = "progress"
    ALERT_AGAIN = "alert-again"
    ALERT_HELD = "alert-held"
    CORRECTION_ASKED = "correction-asked"
    HANDOFF = "handoff"
    GROUP = "group"
    OFFER = "offer"
    OFFER_GONE = "offer-gone"
    LIST_OVER = "list-over"
    EXPORT_ASKED = "export-asked"
    EXPORT = "export"
    COVER = "cover"
    ROLE_ENDED = "role-ended"
    ROLES_SILENT = "roles-silent"
    CALL_LIST = "call-list"
    DAY_SHEET = "day-sheet"
    SILENCE = "silence"


class Outcome(StrEnum):
    """How a row can end."""

    SENT = "sent"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted-out"
    EXPIRED = "expired"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


LEASE = timedelta(seconds=15)
"""A sender that has not settled a row by then is taken for dead, and another may claim it."""
LONGEST_WAIT = timedelta(seconds=30)
"""The backoff after safe failures doubles up to this."""


@dataclass(frozen=True)
class Policy:
    """What to do about one kind of message.

    Attributes:
        lane: in which it waits.
        doubtful_again: wait before the one repeat after an ambiguous failure; None: never repeat, report `unknown`.
        after_crash: what a row becomes whose sender died while it was claimed.
        life: how long after it is due it may still go out, unless the row says otherwise.
    """

    lane: Lane
    doubtful_again: timedelta | None
    after_crash: Literal["again", "unknown"]
    life: timedelta


POLICIES: dict[Kind, Policy] = {
    Kind.RECEIPT: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.CLOSED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.REOPENED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.MOVED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.CALLED_OFF: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.PROPOSED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=4)),
    Kind.ANSWERED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(days=7)),
    Kind.OFFER: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=1)),
    Kind.OFFER_GONE: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=4)),
    Kind.LIST_OVER: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.REMINDER: Policy(Lane.VISITS, timedelta(seconds=30), "again", timedelta(hours=24)),
    Kind.LATE: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=4)),
    Kind.ROLE_ENDED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.ROLES_SILENT: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(days=7)),
    Kind.COVER: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=48)),
    Kind.EXPORT_ASKED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=1)),
    Kind.EXPORT: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=1)),
    Kind.CALL_LIST: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=12)),
    Kind.DAY_SHEET: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=6)),
    Kind.SILENCE: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.HANDOFF: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=24)),
    Kind.GROUP: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=4)),
    Kind.PROGRESS: Policy(Lane.VISITS, timedelta(seconds=1), "again", timedelta(minutes=10)),
    Kind.ALERT: Policy(Lane.ALERTS, None, "unknown", timedelta(hours=12)),
    Kind.LIFE_SAFETY: Policy(Lane.ALERTS, timedelta(seconds=5), "again", timedelta(hours=12)),
    Kind.ALERT_AGAIN: Policy(Lane.ALERTS, None, "unknown", timedelta(hours=12)),
    Kind.ALERT_HELD: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=12)),
    Kind.CORRECTION_ASKED: Policy(Lane.VISITS, timedelta(seconds=5), "again", timedelta(hours=4)),
    Kind.CORRECTION: Policy(Lane.ALERTS, timedelta(seconds=5), "again", timedelta(hours=48)),
    Kind.EXPIRED_MARK: Policy(Lane.ALERTS, timedelta(seconds=5), "again", timedelta(hours=48)),
}

ALERTS = (Kind.ALERT, Kind.LIFE_SAFETY)
"""What an alert's report counts: one row for each person of the audience."""
COUNTED = (*ALERTS, Kind.ALERT_AGAIN)
"""These stay to be counted when their person is gone: without the person."""
EDITS = (Kind.COVER, Kind.PROGRESS, Kind.CORRECTION, Kind.EXPIRED_MARK)
"""They change the message their row names. Twice is once, so they are tried until their time is over."""


def wait_after(tries: int) -> timedelta:
    """The wait before try number `tries + 1` after a safe failure: 1, 2, 4 ... 30 seconds."""
    return min(timedelta(seconds=2 ** min(tries, 10)), LONGEST_WAIT)
