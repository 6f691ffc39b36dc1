"""Every table of the house. One rule: a column that could betray a person is `Sealed` or is not kept."""

from storage.tables.alerts import Alert, AlertText
from storage.tables.answers import Question, Recording, Vote
from storage.tables.delivery import Owed, Pace
from storage.tables.frame import Table
from storage.tables.people import Dialogue, Grant, Invite, Person, Quarantined
from storage.tables.scheduling import Booking, Closure, Slot

__all__ = [
    "Alert",
    "AlertText",
    "Booking",
    "Closure",
    "Dialogue",
    "Grant",
    "Invite",
    "Owed",
    "Pace",
    "Person",
    "Quarantined",
    "Question",
    "Recording",
    "Slot",
    "Table",
    "Vote",
]
