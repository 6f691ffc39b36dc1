"""Templates with gaps that are asked for one by one, and a picture or a document that goes with an alert."""

import re
from collections.abc import Mapping
from dataclasses import replace

from alerts import rules, store, templates, writing
from alerts.templates import HOLES, LONGEST_FILLING, PHONE, TEMPLATES, Filling
from handlers.alert_draft import Mine, checklist, facts, frames, mine
from handlers.grammar.lexing import NotUnderstood
from handlers.presses.alerting import (
    AlertTemplates,
    AttachToAlert,
    DetachFromAlert,
    FillAlike,
    FillHoles,
    UseTemplate,
)
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alert_extras as screens
from handlers.screens.start import outdated
from locales.catalogue import NOTHING, Html, together
from locales.formats import long_day
from locales.languages import LANGUAGES
from locales.repair import latin_digits
from people import dialogue

FILLING, ATTACHING = "alert-hole", "alert-attachment"
"""The steps in which the next message fills a gap, or is a picture or a document."""


async def offer(request: Request, pressed: AlertTemplates) -> Screen:
    """Which template?"""
    found = await mine(request, pressed.alert_id)
    return screens.templates(request.say, await facts(request, found.alert), TEMPLATES.values())


async def use(request: Request, pressed: UseTemplate) -> Screen:
    """Begin with this one, in every language the alert is meant for; then ask for the gaps."""
    found = await mine(request, pressed.alert_id)
    if pressed.template not in TEMPLATES:
        return outdated(request.say)
    aimed = (await facts(request, found.alert)).draft.aimed
    await templates.begin_with(request.session, found.alert, TEMPLATES[pressed.template], aimed)
    return await _ask(request, found)


async def fill_holes(request: Request, pressed: FillHoles) -> Screen:
    """Ask for the gaps that are left."""
    return await _ask(request, await mine(request, pressed.alert_id))


async def take_filling(request: Request) -> Screen:
    """What fills a gap was typed."""
    found = await mine(request, int(request.draft["alert_id"]))
    hole, language = str(request.draft["hole"]), str(request.draft["language"])
    filling = _fillings(request, hole, language)
    if isinstance(filling, Html):
        return await _ask(request, found, note=filling)
    await templates.fill(request.session, found.alert, hole, filling)
    typed = filling[language] if HOLES[hole] == Filling.TEXT else ""
    return await _ask(request, found, last=(hole, typed))


async def fill_alike(request: Request, pressed: FillAlike) -> Screen:
    """The same words in every language that is left."""
    found = await mine(request, pressed.alert_id)
    step = await dialogue.current(request.session, found.author.id, request.now, pressed.nonce)
    if step is None or step[0] != FILLING or not step[1]["last"]:
        return await checklist(request, found.alert)
    await templates.fill(request.session, found.alert, step[1]["hole"], dict.fromkeys(LANGUAGES, step[1]["last"]))
    return await _ask(request, found)


async def ask_attachment(request: Request, pressed: AttachToAlert) -> Screen:
    """Wait for a picture or a document."""
    found = await mine(request, pressed.alert_id)
    await dialogue.begin(request.session, found.author.id, ATTACHING, {"alert_id": found.alert.id}, request.now)
    most = min(rules.room(frame, attached=True) for frame in frames(request.house).values())
    return screens.ask_attachment(request.say, await facts(request, found.alert), most)


async def take_attachment(request: Request) -> Screen:
    """A picture or a document was sent; only Telegram's file id is kept."""
    found = await mine(request, int(request.draft["alert_id"]))
    if not request.medium_id:
        return screens.no_medium(request.say, found.alert.id)
    await writing.attach(
        request.session,
        found.author,
        found.alert.id,
        request.medium,
        request.medium_id,
        frames=frames(request.house),
    )
    await dialogue.end(request.session, found.author.id)
    screen = await checklist(request, found.alert)
    return replace(screen, text=together([screens.words_below(request.say), screen.text])) if request.text else screen


async def detach(request: Request, pressed: DetachFromAlert) -> Screen:
    """Without it."""
    found = await mine(request, pressed.alert_id)
    await writing.attach(request.session, found.author, found.alert.id, "", "", frames=frames(request.house))
    await dialogue.end(request.session, found.author.id)
    return await checklist(request, found.alert)


async def _ask(request: Request, found: Mine, note: Html = NOTHING, last: tuple[str, str] = ("", "")) -> Screen:
    """Ask for the next gap, or show the checklist when none is left."""
    texts = await store.texts_of(request.session, found.alert.id)
    asked = templates.next_hole(texts)
    if asked is None:
        await dialogue.end(request.session, found.author.id)
        return await checklist(request, found.alert)
    language, hole = asked
    if hole not in HOLES:  # typed by hand, in brackets: only its author knows what is meant
        await dialogue.end(request.session, found.author.id)
        return await checklist(request, found.alert)
    typed = last[1] if last[0] == hole else ""
    step = {"alert_id": found.alert.id, "hole": hole, "language": language, "last": typed}
    waiting = await dialogue.begin(request.session, found.author.id, FILLING, step, request.now)
    left = sum(len(rules.holes(text)) for text in texts.values())
    alike = (typed, waiting.nonce) if typed else None
    return screens.ask_hole(request.say, await facts(request, found.alert), hole, language, left, note, alike)


def _fillings(request: Request, hole: str, language: str) -> Mapping[str, str] | Html:
    """What was typed, for each language it fills the gap in; what is wrong with it, if something is."""
    typed = " ".join(request.text.split())
    match HOLES[hole]:
        case Filling.PHONE:
            number = latin_digits(typed)
            if not PHONE.fullmatch(number):
                return screens.bad_filling(request.say, hole)
            return dict.fromkeys(LANGUAGES, number)
        case Filling.DAY:
            return _days(request, hole)
    if not typed or len(typed) > LONGEST_FILLING or re.search("[{}]", typed):
        return screens.bad_filling(request.say, hole)
    return {language: typed}


def _days(request: Request, hole: str) -> Mapping[str, str] | Html:
    today = request.now.astimezone(rules.BANGKOK).date()
    try:
        line = request.house.desk_grammar.read("slot_line", request.text, today)
    except NotUnderstood as no:
        return screens.bad_filling(request.say, hole, no.part)
    if line.day is None or line.at is not None or line.clinic or line.service or line.capacity is not None:
        return screens.bad_filling(request.say, hole, request.text)
    return {language: long_day(line.day, language) for language in LANGUAGES}
