"""Rules about people, as plain values."""

from datetime import timedelta

from locales.languages import LANGUAGES
from people.authority import Action

CONSENT_VERSION = 2
"""Raised whenever the consent text changes; people who agreed to an older text are asked again.

2: what comes with the calendar (the family, a name to call, an interpreter, waiting lists, the queue)."""
DIALOGUE_LIFE = timedelta(hours=1)
"""How long a half-finished step is kept."""
INVITE_LIFE = timedelta(hours=24)
"""An invite that nobody used in a day is worthless."""
PIN_LENGTH = 6
PIN_TRIES = 5
"""Misses after which a PIN is locked ..."""
PIN_LOCK = timedelta(minutes=15)
"""... for this long."""
PIN_OPEN = timedelta(minutes=10)
"""How long a right PIN counts."""
APPROVAL_LIFE = {Action.APPROVE_ALERT: timedelta(hours=12), Action.EXPORT: timedelta(hours=1)}
"""How long a proposal waits for its second person."""
QUIET = timedelta(days=30)
"""Whoever holds a role and has not been seen for this long is marked for the owner ..."""
DORMANT = timedelta(days=90)
"""... and after this long loses it."""
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters that are not taken for each other (Crockford's base 32)."""


def guess_language(language_code: str | None) -> str:
    """The language to greet a stranger in, from what Telegram says of their app; else English."""
    code = (language_code or "")[:2].lower()
    return code if code in LANGUAGES else "en"
