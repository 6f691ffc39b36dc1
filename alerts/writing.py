"""Writing an alert, fixing its text, sending and stopping it. That two people agree is asked by whoever calls this."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import rules, store
from alerts.refusals import AlertGone, LanguagesMissing, NobodyToTell, TextTooLong
from alerts.rules import State
from locales.languages import LANGUAGES
from storage.tables import Alert, Person


@dataclass(frozen=True)
class Draft:
    """An alert with its texts and the people it would reach, both by language."""

    alert: Alert
    texts: dict[str, str]
    audience: dict[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Languages of the audience that have no text yet."""
        return tuple(language for language in LANGUAGES if self.audience.get(language) and language not in self.texts)

    @property
    def content_hash(self) -> bytes:
        """What an approval of this alert binds."""
        return rules.content_hash(self.texts)


async def draft_of(session: AsyncSession, author: Person, now: datetime) -> Draft:
    """The operator's open draft, begun if there is none."""
    alert = await store.open_draft(session, author.id)
    if alert is None:
        alert = Alert(state=State.DRAFT, author_id=author.id, audience_size=0, created_at=now)
        session.add(alert)
        await session.flush()
    return Draft(alert, await store.texts_of(session, alert.id), await store.audience(session))


async def write_text(session: AsyncSession, author: Person, language: str, text: str, now: datetime) -> Draft:
    """Set the draft's text in one language.

    Raises:
        TextTooLong: it does not fit into one message.
    """
    if rules.length(text) > rules.LONGEST:
        raise TextTooLong(rules.LONGEST)
    draft = await draft_of(session, author, now)
    await store.put_text(session, draft.alert.id, language, text)
    return await draft_of(session, author, now)


async def discard(session: AsyncSession, author: Person, now: datetime) -> Draft:
    """Begin the draft anew."""
    draft = await draft_of(session, author, now)
    await store.drop_texts(session, draft.alert.id)
    return Draft(draft.alert, {}, draft.audience)


async def propose(session: AsyncSession, author: Person, alert_id: int) -> Draft:
    """Fix the text. Proposing twice changes nothing.

    Raises:
        AlertGone: no such alert of this operator.
        NobodyToTell: the audience is empty.
        LanguagesMissing: the audience reads a language without a text.
    """
    alert = await store.alert_by_id(session, alert_id)
    if alert is None or alert.author_id != author.id or alert.state not in (State.DRAFT, State.PROPOSED):
        raise AlertGone
    draft = Draft(alert, await store.texts_of(session, alert.id), await store.audience(session))
    if not draft.audience:
        raise NobodyToTell
    if draft.missing:
        raise LanguagesMissing(draft.missing)
    if await store.change_state(session, alert.id, State.DRAFT, State.PROPOSED):
        await session.refresh(alert)
    return draft


async def take_back(session: AsyncSession, alert_id: int) -> None:
    """A proposed alert is a draft again, and can be written again. Anything else stays what it is."""
    draft = await read(session, alert_id)
    if await store.change_state(session, alert_id, State.PROPOSED, State.DRAFT):
        await session.refresh(draft.alert)


async def send(session: AsyncSession, alert_id: int, now: datetime) -> Draft:
    """Owe what was proposed to its audience: it was approved.

    Raises:
        AlertGone: not proposed (any more).
        LanguagesMissing: someone with another language joined the audience since.
    """
    draft = await read(session, alert_id)
    alert = draft.alert
    if draft.missing:
        raise LanguagesMissing(draft.missing)
    if not await store.change_state(session, alert_id, State.PROPOSED, State.APPROVED):
        raise AlertGone
    alert.state, alert.approved_at = State.APPROVED, now
    due_at = now + rules.CANCEL_WINDOW
    alert.audience_size = await store.owe_to_audience(session, alert_id, due_at=due_at, expires_at=due_at + rules.LIFE)
    await session.flush()
    return draft


async def stop(session: AsyncSession, alert_id: int, now: datetime) -> int:
    """Stop an alert: what has not gone out will not. How many messages that spared; stopping twice spares none.

    Raises:
        AlertGone: never proposed.
    """
    alert = (await read(session, alert_id)).alert
    if alert.state == State.DRAFT:
        raise AlertGone
    alert.state = State.STOPPED
    await session.flush()
    return await store.drop_pending(session, alert_id, now, "stopped")


async def read(session: AsyncSession, alert_id: int) -> Draft:
    """One alert as it stands.

    Raises:
        AlertGone: no such alert.
    """
    alert = await store.alert_by_id(session, alert_id)
    if alert is None:
        raise AlertGone
    return Draft(alert, await store.texts_of(session, alert_id), await store.audience(session))
