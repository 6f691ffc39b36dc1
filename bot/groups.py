"""One update from a group: one transaction around what it comes to. Whoever is no staff is not even answered."""

from dataclasses import replace

from bot.clock import Now
from bot.crashpoint import crashpoint
from bot.incoming import Incoming
from handlers import handoff_groups
from handlers.refusals import SENTENCES
from handlers.request import House, Request
from handlers.screen import Screen
from locales.catalogue import Html
from people.refusals import LanguageFirst
from people.rules import guess_language
from people.store import find_person
from storage.database import Database
from storage.refusal import Refusal


async def decide_in_group(house: House, database: Database, incoming: Incoming, now: Now) -> Screen | None:
    """What is shown in the group, once what it does is stored; None: nothing.

    Raises:
        Exception: whatever the database raises.
    """
    at, language = now(), guess_language(incoming.language_code)
    try:
        async with database.writing() as session:
            person = await find_person(session, incoming.telegram_id) if incoming.telegram_id else None
            if person:
                person.last_seen = at.date()  # it proves nothing about their private chat: `reachable` stays
                language = person.language
            request = Request(
                session=session,
                house=house,
                person=person,
                telegram_id=incoming.telegram_id,
                language=language,
                now=at,
                text=incoming.text,
                replied=incoming.replied,
                update_id=incoming.update_id,
                place=incoming.place,
            )
            screen = await handoff_groups.handle(request, incoming.kind, incoming.command)
            crashpoint("before-group-commit")
    except LanguageFirst:
        return None
    except Refusal as refusal:
        screen = _refused(house, language, incoming, refusal)
    return _placed(incoming, screen) if screen else None


def _refused(house: House, language: str, incoming: Incoming, refusal: Refusal) -> Screen:
    """Said to the one who tapped, or as a reply to what was written."""
    say = house.catalogues.say(language)
    text: Html = SENTENCES[type(refusal)](say, refusal)
    if incoming.callback_id:
        return Screen(toast=text)
    return Screen(text, reply=True)


def _placed(incoming: Incoming, screen: Screen) -> Screen:
    """In the topic it belongs to; in a group without topics as a reply."""
    place = incoming.place
    if place is None:
        return screen
    if place.thread is None and incoming.callback_id:
        return replace(screen, reply_to=place.message_id)
    return replace(screen, thread=place.thread)
