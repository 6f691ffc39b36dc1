"""What stands in the draft of each typed step, for the matrix."""

from typing import Any

from handlers import (
    alert_correcting,
    alert_extras,
    alert_time,
    alerting,
    desk_menu,
    desk_visits,
    handoff,
    handoff_staff,
    holding,
    openings,
    pin,
)

DRAFTS: dict[str, dict[str, Any]] = {
    alerting.TYPING: {"alert_id": 2**61, "language": "en"},
    alert_time.STARTING: {"alert_id": 2**61},
    alert_time.ENDING: {"alert_id": 2**61},
    alert_extras.FILLING: {"alert_id": 2**61, "hole": "place", "language": "en", "last": ""},
    alert_extras.ATTACHING: {"alert_id": 2**61},
    alert_correcting.TYPING: {"alert_id": 2**61, "language": "en"},
    openings.NAMING: {"opening_id": 2**61},
    handoff.ASKING: {"clinic": "mae-sot"},
    handoff_staff.ANSWERING: {"conversation_id": 2**61},
    handoff_staff.FILLING: {"conversation_id": 2**61, "phrase": "cost"},
    holding.NAMING: {"slot": 2**61, "family": False, "language": "", "name": ""},
    desk_menu.TYPING: {"clinic_id": "", "command": "find"},
    desk_visits.NAMING: {"booking_id": 2**61},
    desk_visits.MOVING: {"booking_id": 2**61},
    pin.STEP: {"entry": "prove", "layout": "0123456789", "entered": ""},
}
"""What stands in the draft of a typed step."""
