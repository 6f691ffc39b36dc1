"""Rules about alerts, as plain functions of plain values."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

LONGEST = 3500
"""UTF-16 units an alert may have; Telegram takes 4096, and the way back is added below the text."""
CANCEL_WINDOW = timedelta(seconds=60)
"""An approved alert waits this long before the first message, so that it can still be stopped."""
LIFE = timedelta(hours=12)
"""What has not gone out by then is not sent any more."""


class State(StrEnum):
    """Where an alert stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    STOPPED = "stopped"


def content_hash(texts: Mapping[str, str]) -> bytes:
    """What an approval binds: the texts in every language, byte for byte."""
    return hashlib.sha256(json.dumps(dict(texts), sort_keys=True, ensure_ascii=False).encode()).digest()


def length(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
