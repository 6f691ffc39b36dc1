"""What became of an alert. The report adds up: every person of the audience is in exactly one column."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import store
from alerts.refusals import AlertGone
from alerts.rules import State
from alerts.store import changes, going
from alerts.store.owed import KINDS
from alerts.walking import change_of
from delivery.rules import Kind, Outcome
from storage.tables import Alert

WAITING = "waiting"
COLUMNS = (*(str(outcome) for outcome in Outcome), WAITING)
"""Every state a row of the audience can be reported in."""
MEANT = {State.STOPPED: str(Outcome.DROPPED), State.EXPIRED: str(Outcome.EXPIRED)}
"""What rows count as that have not been moved yet, although nothing of the alert goes out any more."""

Counts = dict[str, int]


@dataclass(frozen=True)
class Changed:
    """How a change of the delivered messages gets on: a correction, or the mark of the end."""

    kind: Kind
    total: Counts
    by_language: dict[str, Counts]

    @property
    def owed(self) -> int:
        """How many messages it is about."""
        return sum(self.total.values())

    @property
    def done(self) -> int:
        """How many messages are changed."""
        return self.total.get(Outcome.SENT, 0)


@dataclass(frozen=True)
class Report:
    """Counts by language and column; `total` over all languages. Beside it, what the columns do not count."""

    alert: Alert
    by_language: dict[str, Counts]
    total: Counts
    again: Counts = field(default_factory=dict)
    """What became of those that were sent once more by decision."""
    changed: Changed | None = None
    """The newest change of the delivered messages."""

    @property
    def adds_up(self) -> bool:
        """Whether the columns sum to the audience."""
        return sum(self.total.values()) == self.alert.audience_size

    @property
    def ended(self) -> int:
        """Messages of the audience that have had their end."""
        return sum(self.total.values()) - self.total.get(WAITING, 0)

    @property
    def unknown(self) -> Counts:
        """By language, of how many nobody knows whether it arrived."""
        found = {language: counts.get(Outcome.UNKNOWN, 0) for language, counts in self.by_language.items()}
        return {language: count for language, count in found.items() if count}


async def report_on(session: AsyncSession, alert_id: int) -> Report:
    """Count an alert's rows.

    Raises:
        AlertGone: no such alert.
    """
    alert = await store.alert_by_id(session, alert_id)
    if alert is None:
        raise AlertGone
    meant = MEANT.get(State(alert.state), WAITING)
    by_language, total = _columns(await going.tally(session, alert_id, *KINDS), meant)
    _, again = _columns(await going.tally(session, alert_id, Kind.ALERT_AGAIN), meant)
    return Report(alert, by_language, total, again, await _changed(session, alert))


async def _changed(session: AsyncSession, alert: Alert) -> Changed | None:
    change = await change_of(session, alert)
    if change is None:
        return None
    counts = await changes.changes(session, change.kind, change.tag, alert.id)
    by_language, total = _columns(counts, str(Outcome.DROPPED) if alert.edits == "stopped" else WAITING)
    return Changed(change.kind, total, by_language)


def _columns(tally: Mapping[tuple[str, str], int], meant: str) -> tuple[dict[str, Counts], Counts]:
    """Counts by language and column, and over all; rows that nobody has claimed are what they are `meant` to be."""
    by_language: dict[str, Counts] = {}
    total: Counter[str] = Counter()
    for (language, state), count in tally.items():
        column = state if state in COLUMNS else WAITING
        if state in going.UNSENT:
            column = meant
        counts = by_language.setdefault(language, {})
        counts[column] = counts.get(column, 0) + count
        total[column] += count
    return by_language, dict(total)
