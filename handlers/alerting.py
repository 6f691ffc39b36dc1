"""Writing an alert: the checklist, its texts, the preview."""

from dataclasses import replace

from alerts import rules, store, writing
from handlers.alert_draft import checklist, facts, frames, mine, writer
from handlers.presses.alerting import DiscardAlert, DropAlertText, OpenAlert, PreviewAlert, WriteAlert
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alert_draft as screens
from handlers.screens.alert_message import message
from handlers.screens.start import outdated
from people import dialogue

TYPING = "alert-text"
"""The step in which an operator's next message is an alert's text."""


async def draft(request: Request) -> Screen:
    """`/alert`: the draft as it stands, begun if there is none."""
    author = await writer(request)
    standing = await writing.draft_of(request.session, author, request.now)
    return await checklist(request, standing.alert)


async def open_alert(request: Request, pressed: OpenAlert) -> Screen:
    """Back to the checklist; nothing is waited for any more."""
    found = await mine(request, pressed.alert_id)
    await dialogue.end(request.session, found.author.id)
    return await checklist(request, found.alert)


async def choose_language(request: Request, pressed: WriteAlert) -> Screen:
    """Wait for the text in one language."""
    found = await mine(request, pressed.alert_id)
    if pressed.language not in request.house.catalogues.speakers:
        return outdated(request.say)
    step = {"alert_id": found.alert.id, "language": pressed.language}
    await dialogue.begin(request.session, found.author.id, TYPING, step, request.now)
    most = rules.room(frames(request.house)[pressed.language], attached=bool(found.alert.attachment))
    written = pressed.language in await store.texts_of(request.session, found.alert.id)
    return screens.ask_text(request.say, found.alert.id, pressed.language, most, written=written)


async def take_text(request: Request) -> Screen:
    """The typed text: shown as its readers will see it, and the checklist below."""
    found = await mine(request, int(request.draft["alert_id"]))
    language = str(request.draft["language"])
    frame = frames(request.house)[language]
    await writing.write_text(request.session, found.author, found.alert.id, language, request.text, frame=frame)
    await dialogue.end(request.session, found.author.id)
    texts = await store.texts_of(request.session, found.alert.id)
    seen = message(request.house.catalogues.say(language), found.alert, texts[language])
    return replace(seen, then=(await checklist(request, found.alert),))


async def drop_text(request: Request, pressed: DropAlertText) -> Screen:
    """Without a text in this language."""
    found = await mine(request, pressed.alert_id)
    await writing.drop_text(request.session, found.author, found.alert.id, pressed.language)
    await dialogue.end(request.session, found.author.id)
    return await checklist(request, found.alert)


async def preview(request: Request, pressed: PreviewAlert) -> Screen:
    """Every text exactly as its readers will see it."""
    found = await mine(request, pressed.alert_id)
    one = await facts(request, found.alert)
    return screens.previews(request.say, one) if one.messages else await checklist(request, found.alert)


async def discard(request: Request, pressed: DiscardAlert) -> Screen:
    """Begin anew."""
    found = await mine(request, pressed.alert_id)
    await writing.discard(request.session, found.author, found.alert.id)
    return await draft(request)
