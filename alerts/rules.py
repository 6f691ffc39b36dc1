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


AUDIENCE = "everyone who wants alerts, by the time of the approval"
"""Whom `store.audience` counts. How many these are may change before the approval, the rule may not."""
TIME = f"from {CANCEL_WINDOW} until {CANCEL_WINDOW + LIFE} after the approval"


class State(StrEnum):
    """Where an alert stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    STOPPED = "stopped"


def content_hash(texts: Mapping[str, str], audience: str = AUDIENCE, time: str = TIME) -> bytes:
    """What an approval binds (32 bytes): the texts in every language, byte for byte, for whom, and when."""
    bound = {"texts": dict(texts), "audience": audience, "time": time}
    return hashlib.sha256(json.dumps(bound, sort_keys=True, ensure_ascii=False).encode()).digest()


def length(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
