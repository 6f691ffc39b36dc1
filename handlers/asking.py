"""Questions and answers: free text, categories, topics, and the emergency card."""

from dataclasses import replace

from answers import store
from answers.ask import Finding
from answers.signals import NO_ANSWER, SIGN
from answers.topics import Topic
from handlers.presses.asking import (
    BrowseTopics,
    Emergency,
    EmergencyRooms,
    NoneOfThese,
    OpenCategory,
    ShowEmergencyRoom,
    ShowThai,
    ShowTopic,
)
from handlers.request import House, Request
from handlers.screen import Screen
from handlers.screens import asking as screens
from handlers.screens import danger
from handlers.screens.content import ask_script
from handlers.screens.start import outdated
from locales.catalogue import NOTHING, together

RELATED = 2
"""Related topics under an answer: more would push the answer off the screen."""
SCRIPTS_WE_CANNOT_READ = {"shan", "karen", "mon", "pao", "lao", "romanised"}


async def answer_text(request: Request) -> Screen:
    """What free text gets: an answer when sure, a choice when likely, and otherwise an honest "I do not know"."""
    finding = request.finding
    if finding is None:
        return screens.do_not_know(request.say)
    screen = await _found(request, finding)
    if finding.script_hint == "zawgyi" and request.person and not request.person.script:
        screen = replace(screen, then=(*screen.then, ask_script(request.say)))
    if finding.danger and not finding.hard:
        text = together([danger.ask_if_now(request.say), screen.text])
        return replace(screen, text=text, asked=(SIGN + finding.danger, *screen.asked))
    return screen


async def _found(request: Request, finding: Finding) -> Screen:
    say, texts = request.say, request.house.texts
    if finding.outcome == "smalltalk":
        return screens.small_talk(say, finding.smalltalk or "")
    if finding.outcome == "answer":
        return await topic_screen(request, finding.topics[0].id)
    if finding.outcome == "choose" and finding.topics:
        return screens.did_you_mean(
            say, [(found.id, texts.title(found.id, say.language)) for found in finding.topics[:3]]
        )
    hint = finding.script_hint or ""
    note = screens.script_note(say, hint) if hint in SCRIPTS_WE_CANNOT_READ else NOTHING
    return replace(screens.do_not_know(say, note), asked=(NO_ANSWER,))


async def topic_screen(request: Request, topic_id: str, language: str = "") -> Screen:
    """One topic, in `language` or the reader's own."""
    topic = request.house.topics.get(topic_id)
    if topic is None:
        return outdated(request.say)
    return replace(await _told(request, topic, language or request.language), asked=(topic_id,))


async def _told(request: Request, topic: Topic, wanted: str) -> Screen:
    house, say, topic_id = request.house, request.say, topic.id
    text = house.texts.get(topic_id, wanted)
    if text is None:
        title = house.texts.title(topic_id, say.language)
        return screens.not_in_language(say, topic, title, house.texts.languages(topic_id))
    if house.hides_drafts and text.reviewed is None:
        return screens.withheld(say, text.title)
    heard = wanted if await store.recording(request.session, topic_id, wanted) else ""
    related = [(other, house.texts.title(other, say.language)) for other in topic.related[:RELATED]]
    bookable = any(topic.service in clinic.services for clinic in house.clinics.clinics.values())
    others = len(house.texts.languages(topic_id)) > 1
    around = screens.Around(related, bookable, others, wanted, heard)
    return screens.answer(say, topic, text, around)


async def none_of_these(request: Request, _pressed: NoneOfThese) -> Screen:
    """None of the offered topics: the same as not knowing."""
    return replace(screens.do_not_know(request.say), asked=(NO_ANSWER,))


async def browse(request: Request, _pressed: BrowseTopics) -> Screen:
    """All categories."""
    return screens.categories(request.say)


async def open_category(request: Request, pressed: OpenCategory) -> Screen:
    """The topics of one category."""
    topics = [topic.id for topic in request.house.topics.values() if topic.category == pressed.category]
    if not topics:
        return outdated(request.say)
    return screens.category(request.say, pressed.category, topics, request.house.texts)


async def show_topic(request: Request, pressed: ShowTopic) -> Screen:
    """One answer."""
    return await topic_screen(request, pressed.topic, pressed.language)


async def show_thai(request: Request, pressed: ShowThai) -> Screen:
    """The answer in Thai, to show to somebody."""
    text = request.house.texts.get(pressed.topic, "th")
    if text is None:
        return outdated(request.say)
    return screens.in_thai(request.house.catalogues.say("th"), text)


async def emergency(request: Request, _pressed: Emergency) -> Screen:
    """The card, opened by the person."""
    return danger.card(request.say, rooms=bool(request.house.clinics.emergency_rooms))


async def emergency_rooms(request: Request, _pressed: EmergencyRooms) -> Screen:
    """Which province."""
    return danger.choose_province(request.say, request.house.clinics.emergency_rooms)


async def emergency_room(request: Request, pressed: ShowEmergencyRoom) -> Screen:
    """Where to go there."""
    room = request.house.clinics.emergency_rooms.get(pressed.province)
    return danger.emergency_room(request.say, room) if room else danger.card(request.say)


def danger_card(house: House, language: str, sign: str) -> Screen:
    """The card for a danger sign: from memory, without a person, a limit or a database."""
    topic = danger.FIRST_AID.get(sign, "")
    title = house.texts.title(topic, language) if topic in house.topics else ""
    card = danger.card(house.catalogues.say(language), sign, title, bool(house.clinics.emergency_rooms))
    return replace(card, asked=(SIGN + sign,))
