"""What is owed of conversations, worded as they are now: for the person, for staff in private, for the group."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from delivery.rules import Outcome
from handlers.due import Due, Later, Worded
from handlers.handoff import words_of
from handlers.request import House
from handlers.screen import Screen
from handlers.screens import handoff as screens
from handlers.screens import handoff_staff as staff
from handlers.screens.handoff_staff import Shown
from handoff import answering, telling, terms
from handoff.rules import State
from locales.catalogue import Translator
from people.authority import Action, may
from people.store import grants_of, person_by_id
from storage.tables import Conversation, Line

NOT_YET = Later(timedelta(seconds=1), "no thread yet")
HINTS = frozenset({"answer", "choose"})


async def shown(house: House, line: Line, language: str) -> Shown:
    """A person's words with hints: what the search takes them for, and the words we know."""
    text = line.text or ""
    finding = await asyncio.to_thread(house.finder.ask, text, language)
    likely = finding.topics[0].id if finding.topics and finding.outcome in HINTS else ""
    title = house.texts.title(likely, "th") if likely in house.topics else ""
    return Shown(text, line.danger, terms.gloss(text, finding.lang), title)


async def handoff(due: Due) -> Worded:
    """To the person, or to one of the staff in private."""
    return await PRIVATE[telling.parts(due.row)[0]](due)


async def group(due: Due) -> Worded:
    """To a staff group, in its own language."""
    return await IN_GROUP[telling.parts(due.row)[0]](due)


async def _answer(due: Due) -> Worded:
    found = await answering.find_line(due.session, due.row.subject_id)
    if found is None or found[0].text is None:
        return Outcome.DROPPED
    line, talk = found
    if due.person.discreet:
        return screens.answer_waits(due.say, line.id)
    clinic = due.house.clinics.clinics[talk.clinic_id].name[due.person.language]
    return screens.answer(due.say, talk.id, clinic, words_of(line, due.person.language, clinic))


async def _closed(due: Due) -> Worded:
    talk = await answering.find(due.session, due.row.subject_id)
    if talk is None or talk.state != State.CLOSED:
        return Outcome.DROPPED
    return screens.closed(due.say, unanswered=telling.UNANSWERED in telling.parts(due.row))


async def _ask(due: Due) -> Worded:
    found = await answering.find_line(due.session, due.row.subject_id)
    if found is None or found[0].text is None or not await _works_at(due, found[1].clinic_id):
        return Outcome.DROPPED
    line, talk = found
    person = await person_by_id(due.session, talk.person_id)
    if person is None:
        return Outcome.DROPPED
    words = [await shown(due.house, line, person.language)]
    return staff.question(due.say, talk.id, person.language, words, continued=False, private=True)


async def _late(due: Due) -> Worded:
    talk = await answering.find(due.session, due.row.subject_id)
    if talk is None or talk.waiting_since is None or not await _works_at(due, talk.clinic_id):
        return Outcome.DROPPED
    clinic = due.house.clinics.clinics[talk.clinic_id].name[due.person.language]
    named = await _name(due, due.say, talk)
    return staff.late(due.say, clinic, named, talk.id, due.now - talk.waiting_since, private=True)


async def _unlinked(due: Due) -> Worded:
    clinic_id = telling.parts(due.row)[1]
    if clinic_id not in due.house.clinics.clinics or not await _works_at(due, clinic_id):
        return Outcome.DROPPED
    return staff.unlinked(due.say, clinic_id, due.house.clinics.clinics[clinic_id].name[due.person.language])


async def _undelivered(due: Due) -> Worded:
    found = await answering.find_line(due.session, due.row.subject_id)
    if found is None or not await _works_at(due, found[1].clinic_id):
        return Outcome.DROPPED
    return staff.undelivered(due.say, await _name(due, due.say, found[1]), telling.parts(due.row)[2])


async def _works_at(due: Due, clinic_id: str) -> bool:
    return may(await grants_of(due.session, due.person.id), Action.ANSWER, clinic_id)


async def _name(due: Due, say: Translator, talk: Conversation) -> str:
    person = await person_by_id(due.session, talk.person_id)
    return staff.name(say, talk.id, person.language if person else "")


async def _line(due: Due) -> Worded:
    found = await answering.find_line(due.session, due.row.subject_id)
    if found is None or found[0].text is None:
        return Outcome.DROPPED
    line, talk = found
    if due.group.forum and (talk.thread_id is None or not talk.thread_open):
        return NOT_YET  # `bot/beats/threads.py` opens it
    person = await person_by_id(due.session, talk.person_id)
    if person is None:
        return Outcome.DROPPED
    words = [await shown(due.house, line, person.language)]
    continued = talk.threads > (1 if talk.thread_id else 0) and line.tries > 0
    screen = staff.question(due.say, talk.id, person.language, words, continued=continued, private=False)
    return _placed(due, screen, talk)


def _placed(due: Due, screen: Screen, talk: Conversation) -> Screen:
    """In the conversation's topic, or as a reply to where it began."""
    if due.group.forum:
        return replace(screen, thread=talk.thread_id)
    return replace(screen, reply_to=talk.thread_id)


async def _remark(due: Due) -> Worded:
    what = telling.parts(due.row)[0]
    talk = await answering.find(due.session, due.row.subject_id)
    if talk is None or (due.group.forum and talk.thread_id is None):
        return Outcome.DROPPED
    named = await _name(due, due.say, talk)
    if what == telling.LATE:
        if talk.waiting_since is None:
            return Outcome.DROPPED
        clinic = due.house.clinics.clinics[talk.clinic_id].name[due.group.language]
        waited = due.now - talk.waiting_since
        return _placed(due, staff.late(due.say, clinic, named, talk.id, waited, private=False), talk)
    screen = staff.danger_shown(due.say, named) if what == telling.DANGER else staff.person_ended(due.say, named)
    return _placed(due, screen, talk)


async def _not_delivered(due: Due) -> Worded:
    found = await answering.find_line(due.session, due.row.subject_id)
    if found is None or (due.group.forum and found[1].thread_id is None):
        return Outcome.DROPPED
    line, talk = found
    screen = staff.undelivered(due.say, await _name(due, due.say, talk), telling.parts(due.row)[2])
    return replace(_placed(due, screen, talk), reply_to=line.group_message_id or talk.thread_id)


async def _left(due: Due) -> Worded:
    _, number, thread = telling.parts(due.row)[:3]
    screen = staff.person_left(due.say, staff.name(due.say, int(number), "").removesuffix(" · "))
    return replace(screen, thread=int(thread) or None)


PRIVATE: dict[str, Callable[[Due], Awaitable[Worded]]] = {
    telling.ANSWER: _answer,
    telling.CLOSED: _closed,
    telling.ASK: _ask,
    telling.LATE: _late,
    telling.UNLINKED: _unlinked,
    telling.UNDELIVERED: _undelivered,
}
IN_GROUP: dict[str, Callable[[Due], Awaitable[Worded]]] = {
    telling.LINE: _line,
    telling.LATE: _remark,
    telling.ENDED: _remark,
    telling.DANGER: _remark,
    telling.UNDELIVERED: _not_delivered,
    telling.LEFT: _left,
}
