"""What every step of writing an alert begins and ends with: its author, and the checklist."""

from dataclasses import dataclass
from datetime import datetime

from alerts import drafting, rules, writing
from alerts.templates import unreviewed
from alerts.writing import Draft
from handlers.refusals import SENTENCES
from handlers.request import House, Request
from handlers.screen import Screen
from handlers.screens import alert_draft as screens
from handlers.screens.alert_draft import Facts
from handlers.screens.alert_message import frame, message
from locales.catalogue import NOTHING, Html
from locales.languages import LANGUAGES
from people.authority import Action
from people.recognise import require
from storage.refusal import Refusal
from storage.tables import Alert, Person


@dataclass(frozen=True)
class Mine:
    """An operator and the draft in their hands."""

    author: Person
    alert: Alert


async def writer(request: Request) -> Person:
    """Somebody who may write alerts."""
    return await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)


async def mine(request: Request, alert_id: int) -> Mine:
    """The draft that a button is about, in its author's hands.

    Raises:
        NotAllowed, AlertGone: as they say.
    """
    author = await writer(request)
    return Mine(author, await drafting.mine(request.session, author, alert_id))


def frames(house: House) -> dict[str, int]:
    """By language, the UTF-16 units around an alert's text."""
    return {language: frame(house.catalogues.say(language)) for language in LANGUAGES}


def price(house: House, draft: Draft) -> int:
    """What sending it so fast costs, in Telegram's Stars; 0: nothing."""
    return rules.stars(draft.people, house.send_rate, house.free_rate)


def facts_of(house: House, draft: Draft, now: datetime) -> Facts:
    """An alert with everything that is needed to show it."""
    clinic = house.clinics.clinics.get(draft.alert.clinic_id)
    messages = tuple(
        message(house.catalogues.say(language), draft.alert, draft.texts[language])
        for language in LANGUAGES
        if language in draft.texts
    )
    return Facts(
        draft=draft,
        plan=draft.plan(house.quiet, now),
        clinic=clinic.name if clinic else {},
        messages=messages,
        stars=price(house, draft),
        unreviewed=unreviewed(draft.alert),
    )


async def facts(request: Request, alert: Alert) -> Facts:
    """The draft as it stands now, counted anew."""
    draft = await writing.whole(request.session, alert, request.now)
    return facts_of(request.house, draft, request.now)


async def checklist(request: Request, alert: Alert) -> Screen:
    """The draft with what it still lacks."""
    one = await facts(request, alert)
    return screens.checklist(request.say, one, lacks(request, one.draft))


def lacks(request: Request, draft: Draft) -> Html:
    """The sentence about the first thing that is missing; empty when the alert is complete."""
    try:
        writing.check(draft, now=request.now, quiet=request.house.quiet, frames=frames(request.house))
    except Refusal as no:
        return SENTENCES[type(no)](request.say, no)
    return NOTHING
