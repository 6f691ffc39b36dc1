"""Staff answer: the inbox, ready phrases with holes, free words with a question before they go, the end.

The same buttons work in the staff group and in private. Each act asks for the role at the conversation's clinic.
"""

import re
from datetime import date, time

from handlers.grammar.reading import NotUnderstood
from handlers.handoff import words_of
from handlers.handoff_wording import shown
from handlers.lines import at_clinic, local_day, my_clinics, read_line
from handlers.presses.handoff import (
    CloseTalk,
    DropLine,
    PickPhrase,
    SeeInbox,
    SeePhrases,
    SeeTalk,
    SendLine,
    TypeAnswer,
)
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import handoff_staff as screens
from handlers.screens.start import outdated
from handoff import answering, phrases
from handoff.phrases import Phrase
from handoff.refusals import HoleUnreadable, TalkOver
from handoff.rules import is_written_in
from locales.repair import for_matching
from people import dialogue
from people.authority import Action
from people.store import person_by_id
from storage.tables import Conversation, Line, Person

ANSWERING = "hand-answer"
FILLING = "hand-fill"
"""Typed steps, in private."""
EXAMPLE = "/inbox mae-sot"
LONGEST_PHONE = 16
NUMERIC_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?!\d)")
"""Day, month, perhaps a year of either era."""
MOST_BAHT = 100_000


async def inbox(request: Request) -> Screen:
    """`/inbox [clinic]`: the open conversations."""
    mine = await my_clinics(request, Action.ANSWER)
    line = read_line(request, "queue_line", mine[0], EXAMPLE)
    if isinstance(line, Screen):
        return line
    return await _inbox(request, [await at_clinic(request, Action.ANSWER, line.clinic)] if line.clinic else mine)


async def see_inbox(request: Request, pressed: SeeInbox) -> Screen:
    """By button."""
    return await _inbox(request, [await at_clinic(request, Action.ANSWER, pressed.clinic)])


async def _inbox(request: Request, clinics: list[str]) -> Screen:
    found = await answering.open_talks(request.session, clinics)
    entries = [
        (talk.id, person.language, request.now - talk.waiting_since if talk.waiting_since else None)
        for talk, person in found
    ]
    return screens.inbox(request.say, entries)


async def see(request: Request, pressed: SeeTalk) -> Screen:
    """One conversation, with the words that wait."""
    talk, person = await _talk(request, pressed.conversation_id)
    lines = await answering.unanswered(request.session, talk)
    words = [await shown(request.house, line, person.language) for line in lines]
    return screens.question(request.say, talk.id, person.language, words, continued=False, private=not request.place)


async def see_phrases(request: Request, pressed: SeePhrases) -> Screen:
    """The ready phrases."""
    talk, _ = await _talk(request, pressed.conversation_id)
    offered = list(phrases.load().values())
    if pressed.page * screens.PHRASES_AT_ONCE >= len(offered):
        return outdated(request.say)
    return screens.phrases(request.say, talk.id, offered, pressed.page)


async def pick(request: Request, pressed: PickPhrase) -> Screen:
    """A phrase: looked at once more, or asked for what goes into its holes."""
    talk, person = await _talk(request, pressed.conversation_id)
    phrase = phrases.load().get(pressed.phrase)
    if phrase is None:
        return outdated(request.say)
    if holes := phrase.asked(_phone(request, talk)):
        if request.place is None:
            draft = {"conversation_id": talk.id, "phrase": phrase.id}
            await dialogue.begin(request.session, request.known.id, FILLING, draft, request.now)
        return screens.ask_holes(request.say, talk.id, phrase, holes, private=request.place is None)
    return await _preview(request, talk, person, phrase, {})


async def take_holes(request: Request) -> Screen:
    """In private: what was typed for a phrase's holes."""
    screen = await fill(request, request.draft.get("conversation_id", 0), request.draft.get("phrase", ""))
    await dialogue.end(request.session, request.known.id)
    return screen


async def fill(request: Request, conversation_id: int, phrase_id: str) -> Screen:
    """Read what goes into a phrase's holes, and show it.

    Raises:
        HoleUnreadable: something is missing or makes no sense.
    """
    talk, person = await _talk(request, conversation_id)
    phrase = phrases.load().get(phrase_id)
    if phrase is None:
        return outdated(request.say)
    return await _preview(request, talk, person, phrase, _read_holes(request, talk, phrase))


def _read_holes(request: Request, talk: Conversation, phrase: Phrase) -> dict[str, date | time | int | str]:
    found: dict[str, date | time | int | str] = {}
    text = for_matching(request.text)
    asked = phrase.asked(_phone(request, talk))
    if {"day", "time"} & set(asked):
        try:
            line = request.house.desk_grammar.read("slot_line", _in_letters(text), local_day(request, talk.clinic_id))
        except NotUnderstood as error:
            raise HoleUnreadable(phrase.id, asked[0]) from error
        if line.day and line.day >= local_day(request, talk.clinic_id):
            found["day"] = line.day
        if line.at:
            found["time"] = line.at
    if "price" in asked and (number := re.search(r"\d[\d,]{0,8}", text)):
        baht = int(number[0].replace(",", ""))
        found |= {"price": baht} if baht <= MOST_BAHT else {}
    if "phone" in asked and (digits := re.sub(r"[^\d+]", "", text)) and 3 <= len(digits) <= LONGEST_PHONE:
        found["phone"] = digits
    for hole in asked:
        if hole not in found:
            raise HoleUnreadable(phrase.id, hole)
    return {hole: found[hole] for hole in asked}


def _in_letters(text: str) -> str:
    """`25/11` as `25 nov`, as the grammar reads days."""

    def said(found: re.Match[str]) -> str:
        day, month, year = found.groups(default="")
        if not 1 <= int(month) <= 12:
            return found[0]
        return f"{day} {date(2000, int(month), 1):%b} {year}".strip()

    return NUMERIC_DAY.sub(said, text)


async def _preview(
    request: Request, talk: Conversation, person: Person, phrase: Phrase, values: dict[str, date | time | int | str]
) -> Screen:
    if "phone" in phrase.holes and "phone" not in values:
        values = values | {"phone": _phone(request, talk)}
    text, message_id = phrases.written(values), request.place.message_id if request.place else None
    line = await answering.draft(
        request.session,
        talk,
        text,
        request.update_id,
        now=request.now,
        message_id=message_id if request.text else None,
        phrase=phrase.id,
    )
    theirs, thai = (_words(request, talk, line, language) for language in (person.language, "th"))
    return screens.preview(request.say, line.id, person.language, theirs, thai, phrase)


def _words(request: Request, talk: Conversation, line: Line, language: str) -> str:
    return words_of(line, language, request.house.clinics.clinics[talk.clinic_id].name[language])


def _phone(request: Request, talk: Conversation) -> str:
    return request.house.clinics.clinics[talk.clinic_id].phone


async def type_answer(request: Request, pressed: TypeAnswer) -> Screen:
    """In private: wait for the words."""
    talk, person = await _talk(request, pressed.conversation_id)
    draft = {"conversation_id": talk.id}
    await dialogue.begin(request.session, request.known.id, ANSWERING, draft, request.now)
    return screens.type_answer(request.say, talk.id, person.language)


async def take_answer(request: Request) -> Screen:
    """In private: the words."""
    screen = await answer(request, request.draft.get("conversation_id", 0), is_meant=True)
    await dialogue.end(request.session, request.known.id)
    return screen


async def answer(request: Request, conversation_id: int, *, is_meant: bool) -> Screen:
    """Free words: sent at once when they are meant for the person and in their language, asked about otherwise."""
    talk, person = await _talk(request, conversation_id)
    message_id = request.place.message_id if request.place else None
    line = await answering.draft(
        request.session, talk, request.text, request.update_id, now=request.now, message_id=message_id
    )
    if not is_written_in(request.text, person.language):
        return screens.not_translated(request.say, line.id, request.text, person.language)
    if not is_meant:
        return screens.confirm(request.say, line.id, request.text)
    await answering.send(request.session, request.known, talk, line.id, now=request.now)
    return screens.sent(request.say, talk.id, person.language)


async def send(request: Request, pressed: SendLine) -> Screen:
    """Send what was looked at."""
    talk, person, line = await _line(request, pressed.line_id)
    await answering.send(request.session, request.known, talk, line.id, now=request.now)
    return screens.sent(request.say, talk.id, person.language)


async def drop(request: Request, pressed: DropLine) -> Screen:
    """Do not send it."""
    _, _, line = await _line(request, pressed.line_id)
    await answering.drop(request.session, line.id)
    return screens.dropped(request.say)


async def close(request: Request, pressed: CloseTalk) -> Screen:
    """End a conversation."""
    talk, person = await _talk(request, pressed.conversation_id)
    await answering.close(request.session, request.known, talk, now=request.now)
    return screens.ended(request.say, talk.id, person.language)


async def _talk(request: Request, conversation_id: int) -> tuple[Conversation, Person]:
    """A conversation and its person, for staff of its clinic. One that is not there is nobody's to see."""
    talk = await answering.find(request.session, conversation_id)
    await at_clinic(request, Action.ANSWER, talk.clinic_id if talk else "")
    person = await person_by_id(request.session, talk.person_id) if talk else None
    if talk is None or person is None:
        raise TalkOver
    return talk, person


async def _line(request: Request, line_id: int) -> tuple[Conversation, Person, Line]:
    found = await answering.find_line(request.session, line_id)
    await at_clinic(request, Action.ANSWER, found[1].clinic_id if found else "")
    person = await person_by_id(request.session, found[1].person_id) if found else None
    if found is None or person is None:
        raise TalkOver
    return found[1], person, found[0]
