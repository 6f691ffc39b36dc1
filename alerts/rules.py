"""Rules about alerts, as plain functions of plain values.

The rule of the place: an approval binds everything that decides who is told what and when (`Content`).
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from locales.languages import LANGUAGES
from locales.scripts import count_letters

BANGKOK = ZoneInfo("Asia/Bangkok")
"""Where nights are nights, and what days and times mean that operators type."""
MESSAGE, CAPTION = 4096, 1024
"""UTF-16 units that Telegram takes in a message, and below a picture or a document."""
MARKS = 160
"""UTF-16 units kept free, so that a delivered alert can still be marked as corrected or as no longer valid."""
LONGEST = 3500
"""UTF-16 units an alert may have at most: longer ones nobody reads."""
CANCEL_WINDOW = timedelta(seconds=60)
"""An approved alert waits this long before the first message, so that it can still be stopped."""
LIFE = timedelta(hours=12)
"""What has not gone out by then is not sent any more, unless the operator chose another window."""
WINDOWS = (2, 6, 12, 24, 48)
"""Hours of the window that can be chosen."""
FURTHEST = timedelta(days=90)
"""Nothing is planned further ahead."""
CANARY_FROM = 500
"""Audiences from this size on are tried on a few people first."""
CANARY_SHARE, CANARY_LEAST = 100, 20
"""One of so many people is told first, but not fewer than that."""
STARS_EACH = 0.1
"""What Telegram takes for a message beyond the free rate, in its Stars."""
NO_TOPIC = "other"
MUTABLE = ("flood", "smoke", "heat", "outbreak", "vaccination", "clinic", "registration", NO_TOPIC)
"""What alerts are about; people turn single topics off."""
NEWS = "news"
"""Not urgent: goes to whoever turned news on, whether or not they want alerts, and is never a matter of life."""
TOPICS = (*MUTABLE, NEWS)
"""What can be written about."""
HOLE = re.compile(r"\{([a-z_]{1,20})\}")
"""A gap in a text that somebody must still fill."""
OWN_SHARE = 0.3
"""So much of a text's letters are the language's own; the rest may be names, addresses and links."""


class State(StrEnum):
    """Where an alert stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    """It counts down, then goes out."""
    PAUSED = "paused"
    HELD = "held"
    """The first few went badly: it stopped by itself."""
    STOPPED = "stopped"
    EXPIRED = "expired"


LIVE = (State.APPROVED, State.PAUSED, State.HELD)
"""What can still go out."""


@dataclass(frozen=True)
class Content:
    """Everything an approval binds. How many people the audience has may change before it, whom it means may not."""

    texts: Mapping[str, str]
    topic: str = ""
    languages: str = ""
    provinces: str = ""
    clinic_id: str = ""
    life_safety: bool = False
    starts_at: datetime | None = None
    window_minutes: int = int(LIFE / timedelta(minutes=1))
    valid_until: datetime | None = None
    attachment: str = ""
    attachment_kind: str = ""


def name_of(alert_id: int) -> str:
    """An alert as approvals and the audit log know it."""
    return f"alert:{alert_id}"


def content_hash(content: Content) -> bytes:
    """What an approval binds (32 bytes), byte for byte."""
    bound = asdict(content) | {
        "texts": dict(content.texts),
        "starts_at": _instant(content.starts_at),
        "valid_until": _instant(content.valid_until),
    }
    return hashlib.sha256(json.dumps(bound, sort_keys=True, ensure_ascii=False).encode()).digest()


def _instant(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def length(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def room(frame: int, *, attached: bool) -> int:
    """UTF-16 units that are left for the text beside its heading and the way back (`frame`)."""
    return min(LONGEST, (CAPTION if attached else MESSAGE) - frame - MARKS)


def holes(text: str) -> list[str]:
    """The gaps of a text by name, each once."""
    return list(dict.fromkeys(HOLE.findall(text)))


def other_language(text: str, language: str) -> str:
    """The language whose letters the text is written in instead of its own; empty when nothing speaks against it."""
    counts = count_letters(text, LANGUAGES)
    total = sum(counts.values())
    if not total or counts[language] >= OWN_SHARE * total:
        return ""
    return max(counts, key=lambda code: counts[code])


@dataclass(frozen=True)
class Quiet:
    """The hours of the night in which ordinary alerts rest. Equal hours: none are quiet."""

    begins: time = time(21)
    ends: time = time(7)

    def is_quiet(self, at: datetime) -> bool:
        """Whether this moment lies in the night; its last minute is over at `ends`."""
        if self.begins == self.ends:
            return False
        said = at.astimezone(BANGKOK).time()
        if self.begins < self.ends:
            return self.begins <= said < self.ends
        return said >= self.begins or said < self.ends

    def over_at(self, at: datetime) -> datetime:
        """The first moment from `at` on that is not quiet."""
        if not self.is_quiet(at):
            return at
        local = at.astimezone(BANGKOK)
        morning = datetime.combine(local.date(), self.ends, BANGKOK)
        return morning if morning > local else morning + timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """When an alert would go out, if it were approved now."""

    starts: datetime
    ends: datetime
    """What has not gone out by then is not sent."""
    waits_for_morning: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing could be sent any more."""
        return self.starts >= self.ends


def plan(content: Content, quiet: Quiet, now: datetime) -> Plan:
    """The times of an alert that is approved at `now`: after the cancel window, by day unless lives depend on it."""

    def by_day(at: datetime) -> datetime:
        return at if content.life_safety else quiet.over_at(at)

    soonest = now + CANCEL_WINDOW
    wanted = by_day(content.starts_at or soonest)
    asked = max(wanted, soonest)
    starts = by_day(asked)
    ends = wanted + timedelta(minutes=content.window_minutes)
    if content.valid_until:
        ends = min(ends, content.valid_until)
    return Plan(starts, ends, starts > max(content.starts_at or soonest, soonest))


def canary(people: int, *, life_safety: bool) -> int:
    """How many are told first; 0: everybody at once."""
    if life_safety or people < CANARY_FROM:
        return 0
    return max(CANARY_LEAST, people // CANARY_SHARE)


def stars(people: int, rate: float, free: float) -> int:
    """What an alert would cost in Telegram's Stars at `rate` messages a second, of which `free` cost nothing."""
    return math.ceil(people * STARS_EACH) if rate > free else 0


def listed(written: str) -> list[str]:
    """The entries of a comma-separated column."""
    return [each for each in written.split(",") if each]


def written(entries: Iterable[str]) -> str:
    """Entries as a column keeps them, each once and in order."""
    return ",".join(sorted(set(entries)))
