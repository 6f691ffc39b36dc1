"""Every table of the house. One rule: a column that could betray a person is `Sealed` or is not kept."""

from storage.tables.alerts import Alert, AlertText
from storage.tables.answers import Question, Recording, Vote
from storage.tables.delivery import Owed, Pace, Shown, Wipe
from storage.tables.frame import Table
from storage.tables.people import Consent, Dialogue, Grant, Invite, Person, Quarantined
from storage.tables.scheduling import Booking, Closure, Slot
from storage.tables.trust import Approval, AuditEntry, AuditHead, KeyCheck, Limit, Pin, Tombstone

__all__ = [
    "Alert",
    "AlertText",
    "Approval",
    "AuditEntry",
    "AuditHead",
    "Booking",
    "Closure",
    "Consent",
    "Dialogue",
    "Grant",
    "Invite",
    "KeyCheck",
    "Limit",
    "Owed",
    "Pace",
    "Person",
    "Pin",
    "Quarantined",
    "Question",
    "Recording",
    "Shown",
    "Slot",
    "Table",
    "Tombstone",
    "Vote",
    "Wipe",
]
