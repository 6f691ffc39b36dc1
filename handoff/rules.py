"""What a conversation with staff is: its states, limits, names and hours. Pure: values and `now` in, values out."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from locales.scripts import count_letters

LONGEST = 1000
"""Letters of one message that are passed on."""
MOST_WAITING = 10
"""Messages of one person that may wait for an answer at a clinic."""
CODE_LIFE = timedelta(hours=24)
"""A linking code that nobody used in a day is worthless."""
KEEP_ANSWERED = timedelta(hours=24)
"""The longest that words are kept once they were answered or delivered."""
KEEP_WAITING = timedelta(days=7)
"""The longest that a question or an answer waits: then the conversation ends by itself."""
KEEP_CLOSED = timedelta(days=30)
"""After so long a closed conversation is forgotten; its forum topic is then another person's no more."""
THREAD_LEASE = timedelta(seconds=15)
"""How long one process may be at work on a forum topic."""
MOST_TRIES = 3
"""How often a line is owed anew because its thread was gone."""
STAFF = ("staff", "lead")
LEADS = ("lead",)
"""The roles of `people.authority` that `answer` and `link-group` are given to."""
_LETTER = re.compile(r"[^\W\d_]")


class State(StrEnum):
    """Of a conversation."""

    OPEN = "open"
    CLOSED = "closed"


class LineState(StrEnum):
    """Of one message."""

    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Source(StrEnum):
    """Who wrote it."""

    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True)
class Hours:
    """When the health workers of a clinic answer: on weekdays that are no holiday of theirs."""

    zone: ZoneInfo
    opens: time
    closes: time
    days_off: frozenset[date]
    """Holidays of the days that matter."""

    def works_on(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() < 5 and day not in self.days_off

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at that moment."""
        local = at.astimezone(self.zone)
        return self.works_on(local.date()) and self.opens <= local.time() < self.closes

    def next_opening(self, at: datetime) -> datetime:
        """When they are back, at the latest a month from now; `at` itself while they are there."""
        if self.is_open(at):
            return at
        local = at.astimezone(self.zone)
        first = local.date() if local.time() < self.opens else local.date() + timedelta(days=1)
        day = next((d for n in range(31) if self.works_on(d := first + timedelta(days=n))), first)
        return datetime.combine(day, self.opens, self.zone)

    def open_time(self, since: datetime, until: datetime) -> timedelta:
        """How much of a time lay within the hours."""
        total = timedelta()
        day, last = since.astimezone(self.zone).date(), until.astimezone(self.zone).date()
        while day <= last:
            if self.works_on(day):
                begin = max(since, datetime.combine(day, self.opens, self.zone))
                end = min(until, datetime.combine(day, self.closes, self.zone))
                total += max(end - begin, timedelta())
            day += timedelta(days=1)
        return total


def is_written_in(text: str, language: str) -> bool:
    """Whether a text can be read by somebody who reads `language`: most of its letters are of that script.

    Numbers, times and signs alone can be read by everybody.
    """
    counts = count_letters(text)
    if not any(counts.values()) and not _LETTER.search(text):
        return True
    return counts[language] > 0 and counts[language] == max(counts.values())


def name_numbers(conversation_id: int, names: int) -> tuple[int, int]:
    """Which of `names` a conversation is called by, and the number behind it (10 to 99): they tell nothing."""
    return conversation_id % names, conversation_id // names % 90 + 10
