"""What became of an alert. The report adds up: every person of the audience is in exactly one column."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import store
from alerts.writing import read
from delivery.rules import Outcome
from storage.tables import Alert

WAITING = "waiting"
COLUMNS = (*(str(outcome) for outcome in Outcome), WAITING)
"""Every state a row of the audience can be reported in."""


@dataclass(frozen=True)
class Report:
    """Counts by language and column; `total` over all languages."""

    alert: Alert
    by_language: dict[str, dict[str, int]]
    total: dict[str, int]

    @property
    def adds_up(self) -> bool:
        """Whether the columns sum to the audience."""
        return sum(self.total.values()) == self.alert.audience_size


async def report_on(session: AsyncSession, alert_id: int) -> Report:
    """Count an alert's rows.

    Raises:
        AlertGone: no such alert.
    """
    alert = (await read(session, alert_id)).alert
    by_language: dict[str, dict[str, int]] = {}
    total: Counter[str] = Counter()
    for (language, state), count in (await store.outcomes(session, alert_id)).items():
        column = state if state in COLUMNS else WAITING
        counts = by_language.setdefault(language, {})
        counts[column] = counts.get(column, 0) + count
        total[column] += count
    return Report(alert, by_language, dict(total))
