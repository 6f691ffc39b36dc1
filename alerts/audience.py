"""Whom an alert is for, chosen by its author; and owing it to all of them at once.

The rule: languages, provinces and a clinic narrow the audience together; nothing chosen means everybody.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import rules, store
from alerts.drafting import change
from alerts.refusals import AlertGone
from locales.languages import LANGUAGES
from storage.tables import Alert


async def choose_topic(session: AsyncSession, alert: Alert, topic: str) -> None:
    """What it is about: whoever turned this topic off is not told.

    Raises:
        AlertGone: no such topic, or no draft any more.
    """
    if topic not in rules.TOPICS:
        raise AlertGone
    life_safety = alert.life_safety and topic != rules.NEWS
    await change(session, alert, topic=topic, life_safety=life_safety)


async def flip_language(session: AsyncSession, alert: Alert, language: str) -> None:
    """For readers of this language too, or no longer. All of them, or none, is everybody.

    Raises:
        AlertGone: no such language, or no draft any more.
    """
    if language not in LANGUAGES:
        raise AlertGone
    chosen = set(rules.listed(alert.languages)) or set(LANGUAGES)
    chosen ^= {language}
    everybody = not chosen or chosen == set(LANGUAGES)
    await change(session, alert, languages="" if everybody else rules.written(chosen))


async def choose_provinces(session: AsyncSession, alert: Alert, provinces: Iterable[str]) -> None:
    """People of these provinces, whatever clinic they go to; none: everywhere.

    Raises:
        AlertGone: no draft any more.
    """
    await change(session, alert, provinces=rules.written(provinces), clinic_id="")


async def choose_clinic(session: AsyncSession, alert: Alert, clinic_id: str, provinces: Iterable[str]) -> None:
    """People around a clinic, which lies in these provinces; an empty one: everywhere.

    Raises:
        AlertGone: no draft any more.
    """
    await change(session, alert, clinic_id=clinic_id, provinces=rules.written(provinces))


async def choose_life_safety(session: AsyncSession, alert: Alert, yes: bool) -> None:
    """Whether lives depend on it: then no night, no muted topic and no canary holds it up.

    Raises:
        AlertGone: no draft any more, or news, on which no life depends.
    """
    if yes and alert.topic == rules.NEWS:
        raise AlertGone
    await change(session, alert, life_safety=yes)


async def owe(
    session: AsyncSession, alert: Alert, now: datetime, *, people: int, due_at: datetime, expires_at: datetime
) -> int:
    """Owe an approved alert to everybody it concerns; how many.

    Args:
        people: how many these are; from `rules.CANARY_FROM` on, a few are told first and the others wait.
    """
    tried = rules.canary(people, life_safety=alert.life_safety)
    alert.canary_size, alert.canary = tried, "out" if tried else ""
    owed = await store.owe_to_audience(session, alert, now, due_at=due_at, expires_at=expires_at, canary=tried)
    alert.audience_size = owed
    await session.flush()
    return owed


async def rest_at_night(session: AsyncSession, alert: Alert, now: datetime, quiet: rules.Quiet) -> datetime | None:
    """When the night is over that an alert must wait for, with all of it that has not gone out; None: it need not."""
    if alert.life_safety or not quiet.is_quiet(now):
        return None
    morning = quiet.over_at(now)
    await store.put_off(session, alert.id, now, morning)
    return morning
