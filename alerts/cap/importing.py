"""A CAP message becomes a draft, a correction, or the question whether an alert is over.

The rule: an import never sends anything, and importing the same message twice does it once. What it asks for is done
by people, the way they do it without a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import correcting, rules, store
from alerts.cap.meaning import Understood
from alerts.cap.refusals import CapUnusable
from alerts.rules import State
from alerts.store import cap
from storage import audit
from storage.tables import Alert, Person

ACTUAL = "Actual"
"""The status of a message that is meant: every other one is a test of some kind."""
LEAST_WINDOW = 60
"""Minutes; an alert that is valid for less is not sent for less."""


class Became(StrEnum):
    """What an import came to."""

    DRAFT = "draft"
    REWRITTEN = "rewritten"
    """The alert it updates was a draft, or waited for approval: it is a draft with the new texts."""
    CORRECTION = "correction"
    """The alert it updates goes out or has gone out: the new texts wait as its correction."""
    FOLLOWS = "follows"
    """The alert it updates is over, so this is a draft of its own."""
    CANCELS = "cancels"
    """The alert it cancels goes out or has gone out: somebody must say that it is over."""
    DISCARDS = "discards"
    """The alert it cancels was never sent."""
    OVER = "over"
    """The alert it cancels is over already."""
    KNOWN = "known"
    """This very message was imported before."""


@dataclass(frozen=True)
class Imported:
    """What an import came to, and the alert it is about."""

    alert: Alert
    became: Became
    unchanged: tuple[str, ...] = ()
    """Languages of an update that the alert was never sent in."""


async def import_message(
    session: AsyncSession, author: Person, found: Understood, texts: Mapping[str, str], *, frames: Mapping[str, int],
    now: datetime,
) -> Imported:  # fmt: skip
    """Take a message in.

    Args:
        texts: what it tells, by language, as it would be sent.
        frames: UTF-16 units that the words around a text take, by language.

    Raises:
        CapUnusable: it changes or cancels a message that was never imported.
    """
    message = found.message
    if known := await cap.find(session, message.name.identity):
        return Imported(await _alert(session, known.alert_id), Became.KNOWN)
    if message.msg_type == "Alert":
        imported = Imported(await _draft(session, author, found, texts, now), Became.DRAFT)
    else:
        earlier = await _referred(session, found)
        imported = await _changes(session, author, earlier, found, texts, frames, now)
    alert_id = imported.alert.id
    if not await cap.remember(session, message.name.identity, alert_id, message.status, message.msg_type, now):
        raise CapUnusable("just-now")
    detail = f"{message.msg_type} {message.status} languages={len(texts)}"
    await audit.record(
        session, "import-alert", now=now, actor=author.id, subject=rules.name_of(alert_id), detail=detail
    )
    return imported


async def status_of(session: AsyncSession, alert_id: int) -> str:
    """The status of the last message that an alert was imported from; `Actual` for one that was written here."""
    newest = await cap.newest_about(session, alert_id)
    return newest.status if newest else ACTUAL


async def _changes(
    session: AsyncSession,
    author: Person,
    earlier: Alert,
    found: Understood,
    texts: Mapping[str, str],
    frames: Mapping[str, int],
    now: datetime,
) -> Imported:
    unsent = earlier.state in (State.DRAFT, State.PROPOSED)
    if found.message.msg_type == "Cancel":
        if earlier.state == State.EXPIRED:
            return Imported(earlier, Became.OVER)
        return Imported(earlier, Became.DISCARDS if unsent else Became.CANCELS)
    if unsent:
        return Imported(await _rewrite(session, earlier, found, texts), Became.REWRITTEN)
    if earlier.state not in correcting.OPEN:
        return Imported(await _draft(session, author, found, texts, now), Became.FOLLOWS)
    held = await store.texts_of(session, earlier.id)
    for language, text in texts.items():
        if language in held:
            await correcting.write(session, earlier.id, language, text, frame=frames[language])
    return Imported(earlier, Became.CORRECTION, tuple(language for language in texts if language not in held))


async def _referred(session: AsyncSession, found: Understood) -> Alert:
    """The alert of the newest message among those it names that we know.

    It is held: whether its texts change or are corrected is decided by its state, which must not move meanwhile.
    """
    for reference in sorted(found.message.references, key=lambda one: one.sent, reverse=True):
        if known := await cap.find(session, reference.identity):
            return await _alert(session, known.alert_id, held=True)
    raise CapUnusable("unknown-reference")


async def _draft(
    session: AsyncSession, author: Person, found: Understood, texts: Mapping[str, str], now: datetime
) -> Alert:
    alert = await store.begin(session, author.id, found.topic, now)
    return await _write(session, alert, found, texts)


async def _rewrite(session: AsyncSession, alert: Alert, found: Understood, texts: Mapping[str, str]) -> Alert:
    """New texts and times for what was not sent; an approval that waits is void by it, for it binds the old ones.

    What the message does not say any more in a language is not told in that language.
    """
    await store.change_state(session, alert.id, State.PROPOSED, State.DRAFT)
    for language in (await store.texts_of(session, alert.id)).keys() - texts.keys():
        await store.drop_text(session, alert.id, language)
    return await _write(session, alert, found, texts)


async def _write(session: AsyncSession, alert: Alert, found: Understood, texts: Mapping[str, str]) -> Alert:
    await store.change_draft(session, alert, _values(found))
    for language, text in texts.items():
        await store.put_text(session, alert.id, language, text)
    return alert


def _values(found: Understood) -> dict[str, object]:
    values: dict[str, object] = {
        "topic": found.topic,
        "provinces": rules.written(found.provinces),
        "starts_at": found.starts_at,
        "valid_until": found.valid_until,
    }
    if found.valid_until and found.starts_at:
        minutes = (found.valid_until - found.starts_at) // timedelta(minutes=1)
        values["window_minutes"] = max(LEAST_WINDOW, min(minutes, int(rules.LIFE / timedelta(minutes=1))))
    return values


async def _alert(session: AsyncSession, alert_id: int, *, held: bool = False) -> Alert:
    alert = await (store.hold if held else store.alert_by_id)(session, alert_id)
    if alert is None:  # it goes with its messages, so this is another process in this very moment
        raise CapUnusable("unknown-reference")
    return alert
