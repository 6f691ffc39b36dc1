"""Taking in alerts of other agencies: an operator sends a CAP 1.2 file, and a draft comes of it.

The rule: only operators' files are fetched, and only small ones that call themselves XML. Other people's documents
are never downloaded.
"""

from dataclasses import replace

from alerts import rules
from alerts.cap.importing import ACTUAL, Became, import_message, status_of
from alerts.cap.meaning import Understood, meaning_of
from alerts.cap.reading import read_cap
from alerts.cap.refusals import CapUnusable
from alerts.rules import State
from handlers import alert_approval
from handlers.alert_draft import checklist, frames, writer
from handlers.alert_text import compose
from handlers.presses.alert_import import ProposeImported
from handlers.presses.alerting import ProposeAlert
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alert_import as screens
from locales.zawgyi import is_zawgyi, to_unicode
from people import dialogue
from people.authority import Action
from people.recognise import require

WITH_CHECKLIST = (Became.DRAFT, Became.REWRITTEN, Became.FOLLOWS)
"""What is shown together with the draft and what it still lacks."""


async def ask_file(request: Request) -> Screen:
    """`/alert_import`: what to send. The file is taken at any time, so nothing is waited for."""
    await writer(request)
    return screens.ask_file(request.say)


async def take_file(request: Request) -> Screen:
    """A file that calls itself XML, of somebody who was an operator a moment ago.

    Raises:
        CapUnusable: it cannot be taken in; nothing was changed.
    """
    author = await writer(request)
    sent = request.fetched
    if sent is None or sent.fault:
        raise CapUnusable(sent.fault if sent else "away")
    found = meaning_of(read_cap(sent.content), request.now)
    texts, shortened, mislabelled = _texts(request, found)
    if found.infos and not texts:
        raise CapUnusable("languages")
    imported = await import_message(
        request.session, author, found, texts, frames=frames(request.house), now=request.now
    )
    await dialogue.end(request.session, author.id)
    own = imported.alert.author_id == author.id and imported.alert.state == State.DRAFT
    screen = screens.imported(request.say, imported, found, shortened, mislabelled, own=own)
    if own and imported.became in WITH_CHECKLIST:
        return replace(screen, then=(await checklist(request, imported.alert),))
    return screen


async def propose(request: Request, pressed: ProposeAlert) -> Screen:
    """Ask for approval; for what its agency marks as no real alert, only after a warning."""
    await require(request.session, request.person, Action.PROPOSE_ALERT, now=request.now)
    status = await status_of(request.session, pressed.alert_id)
    if status != ACTUAL:
        return screens.warn_not_meant(request.say, pressed.alert_id, pressed.stars, status)
    return await alert_approval.propose(request, pressed)


async def propose_imported(request: Request, pressed: ProposeImported) -> Screen:
    """The same after the warning."""
    return await alert_approval.propose(request, ProposeAlert(pressed.alert_id, pressed.stars))


def _texts(request: Request, found: Understood) -> tuple[dict[str, str], list[str], list[str]]:
    """The text in each language; which were shortened, and which are in other letters than they say."""
    texts, shortened, mislabelled = {}, [], []
    around = frames(request.house)
    for language, info in found.infos.items():
        if rules.other_language(" ".join((info.headline, info.description, info.instruction)), language):
            mislabelled.append(language)
            continue
        say = request.house.catalogues.say(language)
        made = compose(say, info, found.message.status, rules.room(around[language], attached=False))
        texts[language] = to_unicode(made.text) if language == "my" and is_zawgyi(made.text) else made.text
        if made.shortened:
            shortened.append(language)
    return texts, shortened, mislabelled
