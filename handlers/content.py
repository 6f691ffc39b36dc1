"""Around the answer: votes, recordings, kept questions, and what editors do with them."""

import asyncio

from answers import loop, store
from answers.ask import prepare
from handlers.press_codec import decode
from handlers.presses.asking import Helped, KeepQuestion, Listen, OtherLanguages
from handlers.presses.choosing import ChooseScript
from handlers.presses.content import DropQuestion, NeedsTopic, NextQuestion, TakeAsPhrasing
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import content as screens
from handlers.screens import start as start_screens
from locales.languages import LANGUAGES
from people import choices
from people.authority import Action, may
from people.recognise import require
from people.store import grants_of
from storage.audit import record


async def other_languages(request: Request, pressed: OtherLanguages) -> Screen:
    """Which other languages have this topic."""
    others = [language for language in request.house.texts.languages(pressed.topic) if language != request.language]
    if not others:
        return start_screens.outdated(request.say)
    return screens.choose_language(request.say, pressed.topic, others)


async def helped(request: Request, pressed: Helped) -> Screen:
    """Count a vote; whoever was not helped gets a way on."""
    if pressed.topic not in request.house.topics or pressed.language not in LANGUAGES:
        return start_screens.outdated(request.say)
    await store.count_vote(request.session, pressed.topic, pressed.language, request.now.date(), pressed.yes)
    return screens.voted(request.say, pressed.yes)


async def listen(request: Request, pressed: Listen) -> Screen:
    """Play a recording."""
    file_id = await store.recording(request.session, pressed.topic, pressed.language)
    if not file_id:
        return start_screens.outdated(request.say)
    return screens.recording(request.say, request.house.texts.title(pressed.topic, pressed.language), file_id)


async def take_recording(request: Request, file_id: str) -> Screen:
    """A voice message in reply to an answer: an editor reads the topic aloud; from anybody else it is just a voice."""
    editor = request.person and may(await grants_of(request.session, request.person.id), Action.EDIT_CONTENT)
    presses = [decode(data) for data in request.replied.split(" ")] if editor else []
    found = next((press for press in presses if isinstance(press, Helped)), None)
    if found is None or found.topic not in request.house.topics:
        return start_screens.text_only(request.say)
    await store.keep_recording(request.session, found.topic, found.language, file_id)
    return screens.recorded(request.say, request.house.texts.title(found.topic, found.language), found.language)


async def keep_question(request: Request, _pressed: KeepQuestion) -> Screen:
    """Keep the question without a name, because the person has just said that we may."""
    person = request.known
    if not request.replied:
        return start_screens.outdated(request.say)
    await choices.agree(request.session, person, request.now)
    language = prepare(request.replied, request.language).lang
    kept = await loop.keep(request.session, person, request.replied, language, request.update_id, request.now)
    return screens.question_kept(request.say) if kept else screens.enough_kept(request.say)


async def choose_script(request: Request, pressed: ChooseScript) -> Screen:
    """Remember how this phone shows Burmese."""
    await choices.set_script(request.session, request.known, "zawgyi" if pressed.zawgyi else "unicode")
    return screens.script_chosen(request.say)


async def overview(request: Request) -> Screen:
    """`/content`: what is unreviewed or overdue, and the questions nobody could answer."""
    await require(request.session, request.person, Action.EDIT_CONTENT, now=request.now)
    house = request.house
    overdue = [topic.id for topic in house.topics.values() if topic.is_overdue(request.now.date())]
    drafts = {language: house.texts.drafts(language) for language in LANGUAGES}
    waiting = {state: len(await store.waiting_questions(request.session, state)) for state in store.WAITING}
    return screens.overview(request.say, len(house.topics), drafts, overdue, waiting)


async def next_question(request: Request, pressed: NextQuestion) -> Screen:
    """The next open question, largest groups first."""
    await require(request.session, request.person, Action.EDIT_CONTENT, now=request.now)
    questions = await store.waiting_questions(request.session, "open")
    groups = await asyncio.to_thread(loop.grouped, questions, request.house.finder.ask)
    ordered = [(group, question) for group in groups for question in group.questions]
    after = next((place + 1 for place, (_, one) in enumerate(ordered) if one.id == pressed.after), 0)
    if after >= len(ordered):
        return screens.no_more_questions(request.say)
    group, question = ordered[after]
    titles = [(topic, request.house.texts.title(topic, request.language)) for topic in group.guess]
    return screens.question(request.say, question.id, question.text, question.language, len(group.questions), titles)


async def take_as_phrasing(request: Request, pressed: TakeAsPhrasing) -> Screen:
    """A way of asking for a topic: goes into the next content release."""
    if pressed.topic not in request.house.topics:
        return start_screens.outdated(request.say)
    return await _decide(request, pressed.question_id, "phrased", pressed.topic)


async def needs_topic(request: Request, pressed: NeedsTopic) -> Screen:
    """A topic is missing."""
    return await _decide(request, pressed.question_id, "new", "")


async def drop_question(request: Request, pressed: DropQuestion) -> Screen:
    """Not for us."""
    return await _decide(request, pressed.question_id, "dropped", "")


async def _decide(request: Request, question_id: int, state: str, topic_id: str) -> Screen:
    await require(request.session, request.person, Action.EDIT_CONTENT, now=request.now)
    changed = await store.change_question(request.session, question_id, state, topic_id)
    screen = await next_question(request, NextQuestion(0))
    if changed:
        subject = f"question:{question_id}"
        await record(
            request.session,
            f"question-{state}",
            now=request.now,
            actor=request.known.id,
            subject=subject,
            detail=topic_id,
        )
    return screen
