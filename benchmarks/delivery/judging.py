"""Judges a campaign of delivery: what the bot says of itself against what arrived at the server that it called.

The rule: the server is the witness; rows and report are held against its calls, never the other way round.
"""

from datetime import datetime
from time import monotonic, time

from benchmarks.delivery import people as people
from benchmarks.delivery.calls import AMBIGUOUS, Calls, Fate, Kind, busiest_second
from benchmarks.delivery.result import Result
from storage.database import Database


async def judge_alert(result: Result, calls: Calls, database: Database, alert_id: int) -> None:
    """Hold the report against what arrived."""
    report = await people.report_on(database, alert_id)
    result.audience, result.total = report.alert.audience_size, report.total
    result.by_language = report.by_language
    told = {language: sum(counts.values()) for language, counts in report.by_language.items()}
    result.adds_up = report.adds_up and told == people.audience_by_language(result.plan.people)
    copies = calls.arrived(Kind.ALERT)
    result.twice = sum(count > 1 for count in copies.values())
    rows = await people.rows_of(database, result.plan.kind)
    result.lost = sum(state == "sent" and chat not in copies for chat, (state, *_) in rows.items())
    result.lost += result.plan.people - len(rows)
    fates = calls.fates(Kind.ALERT)
    result.ambiguous = sum(fates[fate] for fate in AMBIGUOUS)
    result.throttled = fates[Fate.THROTTLED]
    result.blocked = len({chat for chat, fate in zip(calls.chat, calls.fate, strict=True) if fate == Fate.BLOCKED})


def judge_reminders(result: Result, calls: Calls, due: dict[int, datetime]) -> None:
    """Which of those that fell due arrived, how late, and how often; `due` by chat."""
    offset = time() - monotonic()
    first: dict[int, float] = {}
    for at, chat, kind in zip(calls.at, calls.chat, calls.kind, strict=True):
        if kind == Kind.REMINDER:
            first.setdefault(chat, at + offset)
    copies = calls.arrived(Kind.REMINDER)
    fates = calls.fates(Kind.REMINDER)
    result.late = [first[chat] - at.timestamp() for chat, at in due.items() if chat in first]
    result.reminders_lost = sum(not copies[chat] for chat in due)
    result.reminders_extra = sum(copies.values()) - len(copies)
    result.reminders_ambiguous = sum(fates[fate] for fate in AMBIGUOUS)


def judge_pace(result: Result, calls: Calls, begun: float) -> None:
    """How fast it was, and whether Telegram's limits held; `begun` (monotonic) is when the alert was owed."""
    alerts = sorted(at for at, kind in zip(calls.at, calls.kind, strict=True) if kind == Kind.ALERT)
    if len(alerts) > 1:
        result.rate = (len(alerts) - 1) / (alerts[-1] - alerts[0])
    within = [at for at in alerts if alerts[0] + 2 <= at < alerts[-1] - 1]
    if len(within) > 1:
        result.steady = (len(within) - 1) / (within[-1] - within[0])
    result.most, when = busiest_second(calls.times())
    result.most_unpaid, _ = busiest_second(calls.times(unpaid=True))
    result.most_read, _ = busiest_second([(at, at) for at in calls.at])
    result.busiest_at = when - begun
