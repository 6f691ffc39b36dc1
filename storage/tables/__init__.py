"""Every table of the house. One rule: a column that could betray a person is `Sealed` or is not kept."""

from storage.tables.alerts import Alert, AlertText
from storage.tables.answers import Question, Recording, Vote
from storage.tables.calendar import ClinicDay, Deed, Feed, Holiday, Opening
from storage.tables.delivery import Owed, Pace, Shown, Wipe
from storage.tables.frame import Table
from storage.tables.people import Consent, Dialogue, Grant, Invite, Person, Quarantined
from storage.tables.scheduling import Booking, Closure, Slot
from storage.tables.trust import Approval, AuditEntry, AuditHead, KeyCheck, Limit, Pin, Tombstone
from storage.tables.waiting import Hold, Offer, Queued, Waiting

__all__ = [
    "Alert",
    "AlertText",
    "Approval",
    "AuditEntry",
    "AuditHead",
    "Booking",
    "ClinicDay",
    "Closure",
    "Consent",
    "Deed",
    "Dialogue",
    "Feed",
    "Grant",
    "Hold",
    "Holiday",
    "Invite",
    "KeyCheck",
    "Limit",
    "Offer",
    "Opening",
    "Owed",
    "Pace",
    "Person",
    "Pin",
    "Quarantined",
    "Question",
    "Queued",
    "Recording",
    "Shown",
    "Slot",
    "Table",
    "Tombstone",
    "Vote",
    "Waiting",
    "Wipe",
]
