"""Writing an alert, fixing it, sending it. That two people agree is asked by whoever calls this.

The rule: only a draft changes, and only in its author's hands. Whoever calls tells how much room the words around a
text take in each language (`frames`, UTF-16 units).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import audience, rules, store
from alerts.drafting import change, mine
from alerts.refusals import (
    AlertGone,
    HolesOpen,
    LanguagesMissing,
    NobodyToTell,
    TextEmpty,
    TextsTooLong,
    WindowOver,
)
from alerts.rules import Content, Plan, Quiet, State
from alerts.texts import accepted
from locales.languages import LANGUAGES
from storage.tables import Alert, Person


@dataclass(frozen=True)
class Draft:
    """An alert with its texts and the people it would reach, both by language."""

    alert: Alert
    texts: dict[str, str]
    audience: dict[str, int]
    unreachable: int = 0
    """How many of the audience cannot be reached at the moment."""

    @property
    def people(self) -> int:
        """How many it concerns."""
        return sum(self.audience.values())

    @property
    def aimed(self) -> tuple[str, ...]:
        """The languages it is meant for."""
        chosen = rules.listed(self.alert.languages)
        return tuple(language for language in LANGUAGES if language in chosen) or LANGUAGES

    @property
    def missing(self) -> tuple[str, ...]:
        """Languages of the audience that have no text yet."""
        return tuple(language for language in LANGUAGES if self.audience.get(language) and language not in self.texts)

    @property
    def holes(self) -> dict[str, list[str]]:
        """By language, the gaps that somebody must still fill."""
        found = {language: rules.holes(self.texts[language]) for language in LANGUAGES if language in self.texts}
        return {language: names for language, names in found.items() if names}

    @property
    def content(self) -> Content:
        """What an approval of this alert binds."""
        return content_of(self.alert, self.texts)

    @property
    def content_hash(self) -> bytes:
        """The same in 32 bytes."""
        return rules.content_hash(self.content)

    def plan(self, quiet: Quiet, now: datetime) -> Plan:
        """When it goes out: as it was approved, or as if it were now."""
        return rules.plan(self.content, quiet, self.alert.approved_at or now)

    def too_long(self, frames: Mapping[str, int]) -> tuple[str, ...]:
        """Languages whose text does not fit."""
        attached = bool(self.alert.attachment)
        return tuple(
            language
            for language, text in self.texts.items()
            if rules.length(text) > rules.room(frames.get(language, 0), attached=attached)
        )


def content_of(alert: Alert, texts: Mapping[str, str]) -> Content:
    """Everything an approval binds."""
    return Content(
        texts=texts,
        topic=alert.topic,
        languages=alert.languages,
        provinces=alert.provinces,
        clinic_id=alert.clinic_id,
        life_safety=alert.life_safety,
        starts_at=alert.starts_at,
        window_minutes=alert.window_minutes,
        valid_until=alert.valid_until,
        attachment=alert.attachment,
        attachment_kind=alert.attachment_kind,
    )


async def draft_of(session: AsyncSession, author: Person, now: datetime) -> Draft:
    """The operator's open draft, begun if there is none."""
    alert = await store.open_draft(session, author.id)
    return await whole(session, alert or await store.begin(session, author.id, rules.NO_TOPIC, now), now)


async def whole(session: AsyncSession, alert: Alert, now: datetime) -> Draft:
    """An alert with its texts and its audience, counted now."""
    counted = await store.audience(session, alert, now)
    people = {language: people for language, (people, _) in counted.items()}
    lost = sum(lost for _, lost in counted.values())
    return Draft(alert, await store.texts_of(session, alert.id), people, lost)


async def read(session: AsyncSession, alert_id: int, now: datetime) -> Draft:
    """One alert as it stands.

    Raises:
        AlertGone: no such alert.
    """
    alert = await store.alert_by_id(session, alert_id)
    if alert is None:
        raise AlertGone
    return await whole(session, alert, now)


async def write_text(
    session: AsyncSession, author: Person, alert_id: int, language: str, text: str, *, frame: int
) -> None:
    """Set the draft's text in one language. Burmese typed in Zawgyi is kept in Unicode.

    Raises:
        AlertGone: not the operator's draft.
        TextEmpty, TextTooLong, OtherLanguage: as they say.
    """
    alert = await mine(session, author, alert_id)
    kept = accepted(text, language, frame=frame, attached=bool(alert.attachment))
    await store.put_text(session, alert.id, language, kept)


async def drop_text(session: AsyncSession, author: Person, alert_id: int, language: str) -> None:
    """Take the text of one language away.

    Raises:
        AlertGone: not the operator's draft.
    """
    alert = await mine(session, author, alert_id)
    await store.drop_text(session, alert.id, language)


async def attach(
    session: AsyncSession, author: Person, alert_id: int, kind: str, file_id: str, *, frames: Mapping[str, int]
) -> None:
    """Send it with a picture or a document, of which only Telegram's file id is kept; an empty one takes it away.

    Raises:
        AlertGone: not the operator's draft.
        TextsTooLong: what is written already does not fit below it.
    """
    alert = await mine(session, author, alert_id)
    await change(session, alert, attachment=file_id, attachment_kind=kind if file_id else "")
    draft = Draft(alert, await store.texts_of(session, alert.id), {})
    if file_id and (languages := draft.too_long(frames)):
        raise TextsTooLong(languages, min(rules.room(frames.get(each, 0), attached=True) for each in languages))


async def discard(session: AsyncSession, author: Person, alert_id: int) -> None:
    """Throw the draft away.

    Raises:
        AlertGone: not the operator's draft.
    """
    alert = await mine(session, author, alert_id)
    await store.drop_draft(session, alert.id)
    session.expunge(alert)


async def proposable(
    session: AsyncSession, author: Person, alert_id: int, *, now: datetime, quiet: Quiet, frames: Mapping[str, int]
) -> Draft:
    """The operator's alert, complete; it stays what it is.

    Raises:
        AlertGone: no such alert of this operator.
        TextEmpty, NobodyToTell, LanguagesMissing, HolesOpen, TextsTooLong, WindowOver: what it still lacks.
    """
    alert = await store.alert_by_id(session, alert_id)
    if alert is None or alert.author_id != author.id or alert.state not in (State.DRAFT, State.PROPOSED):
        raise AlertGone
    draft = await whole(session, alert, now)
    check(draft, now=now, quiet=quiet, frames=frames)
    return draft


async def fix(session: AsyncSession, alert: Alert) -> None:
    """From now on a draft waits for approval, and changes no more."""
    if await store.change_state(session, alert.id, State.DRAFT, State.PROPOSED):
        await session.refresh(alert)


def check(draft: Draft, *, now: datetime, quiet: Quiet, frames: Mapping[str, int]) -> None:
    """Let a complete alert pass.

    Raises:
        TextEmpty, NobodyToTell, LanguagesMissing, HolesOpen, TextsTooLong, WindowOver: what it still lacks.
    """
    if not draft.texts:
        raise TextEmpty
    if not draft.people:
        alert = draft.alert
        raise NobodyToTell(bool(alert.languages or alert.provinces or alert.clinic_id))
    if draft.missing:
        raise LanguagesMissing(draft.missing)
    for language, names in draft.holes.items():
        raise HolesOpen(language, tuple(names))
    if languages := draft.too_long(frames):
        attached = bool(draft.alert.attachment)
        raise TextsTooLong(languages, min(rules.room(frames.get(each, 0), attached=attached) for each in languages))
    if draft.plan(quiet, now).is_over:
        raise WindowOver


async def take_back(session: AsyncSession, alert_id: int) -> None:
    """A proposed alert is a draft again, and can be written again. Anything else stays what it is."""
    alert = await store.alert_by_id(session, alert_id)
    if alert is None:
        raise AlertGone
    if await store.change_state(session, alert_id, State.PROPOSED, State.DRAFT):
        await session.refresh(alert)


async def send(session: AsyncSession, alert_id: int, *, now: datetime, quiet: Quiet) -> Draft:
    """Owe what was proposed to its audience: it was approved.

    Raises:
        AlertGone: not proposed (any more).
        LanguagesMissing: someone with another language joined the audience since.
        WindowOver: its time has passed while it waited.
    """
    draft = await read(session, alert_id, now)
    alert = draft.alert
    if draft.missing:
        raise LanguagesMissing(draft.missing)
    plan = rules.plan(draft.content, quiet, now)
    if plan.is_over:
        raise WindowOver
    if not await store.change_state(session, alert_id, State.PROPOSED, State.APPROVED):
        raise AlertGone
    await session.refresh(alert)
    alert.approved_at = now
    await audience.owe(session, alert, now, people=draft.people, due_at=plan.starts, expires_at=plan.ends)
    return draft
