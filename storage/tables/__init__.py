"""Every table of the house. One rule: a column that could betray a person is `Sealed` or is not kept."""

from storage.tables.alerts import Alert, AlertProgress, AlertText, CapMessage
from storage.tables.answers import Question, Recording, Vote
from storage.tables.calendar import ClinicDay, Deed, Feed, Holiday, Opening
from storage.tables.delivery import Owed, Pace, Shown, Wipe
from storage.tables.frame import Table
from storage.tables.groups import StaffGroup
from storage.tables.handoff import Conversation, GroupCode, Line
from storage.tables.people import Consent, Dialogue, Grant, Invite, Mute, Person, Quarantined
from storage.tables.scheduling import Booking, Closure, Slot
from storage.tables.signals import AskedDay, AskedWeek
from storage.tables.trust import Approval, AuditEntry, AuditHead, KeyCheck, Limit, Pin, Tombstone
from storage.tables.waiting import Hold, Offer, Queued, Waiting

__all__ = [
    "Alert",
    "AlertProgress",
    "AlertText",
    "Approval",
    "AskedDay",
    "AskedWeek",
    "AuditEntry",
    "AuditHead",
    "Booking",
    "CapMessage",
    "ClinicDay",
    "Closure",
    "Consent",
    "Conversation",
    "Deed",
    "Dialogue",
    "Feed",
    "Grant",
    "GroupCode",
    "Hold",
    "Holiday",
    "Invite",
    "KeyCheck",
    "Limit",
    "Line",
    "Mute",
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
    "StaffGroup",
    "Table",
    "Tombstone",
    "Vote",
    "Waiting",
    "Wipe",
]
