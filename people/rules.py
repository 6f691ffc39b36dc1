"""Rules about people, as plain values."""

from datetime import timedelta

from locales.languages import LANGUAGES

CONSENT_VERSION = 1
"""Raised whenever the consent text changes; people who agreed to an older text are asked again."""
DIALOGUE_LIFE = timedelta(hours=1)
"""How long a half-finished step is kept."""
INVITE_LIFE = timedelta(hours=24)
"""An invite that nobody used in a day is worthless."""
INVITE_BYTES = 16
"""128 random bits make an invite's code."""


def guess_language(language_code: str | None) -> str:
    """The language to greet a stranger in, from what Telegram says of their app; else English."""
    code = (language_code or "")[:2].lower()
    return code if code in LANGUAGES else "en"
