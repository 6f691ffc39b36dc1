"""Ask a health worker: which clinic, agreed to, passed on; write more, read the answer, end it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.clinic_hours import hours_of
from handlers.press_codec import decode
from handlers.presses.handoff import AskClinic, AskWorker, EndTalk, ReadAnswer, SendQuestion, TypeQuestion, WriteMore
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import handoff as screens
from handlers.screens.start import outdated
from handoff import asking, phrases
from locales.catalogue import Html
from people import choices, dialogue
from storage.tables import Line, Person

ASKING = "ask-worker"
"""The typed step."""
COMMAND = "/ask"


async def ask(request: Request) -> Screen:
    """`/ask`, with or without the question behind it."""
    screen = await _begin(request, request.text)
    return Screen(screen.text, screen.rows, reply=bool(request.text))


async def begin(request: Request, _pressed: AskWorker) -> Screen:
    """By button."""
    return await _begin(request, _question(request))


async def _begin(request: Request, question: str) -> Screen:
    person = request.known
    answering = await asking.clinics_answering(request.session)
    names = {
        clinic_id: clinic.name[request.language]
        for clinic_id, clinic in request.house.clinics.clinics.items()
        if clinic_id in answering
    }
    if not names:
        return screens.nobody(request.say)
    talks = [talk for talk in await asking.own_open(request.session, person) if talk.clinic_id in names]
    if len(names) == 1 and not talks:
        return await _consent(request, next(iter(names)), question)
    going_on = [] if question else [(talk.id, names[talk.clinic_id]) for talk in talks]
    known = [talk.clinic_id for talk in talks]
    left = [each for each in (*known, *(each for each in names if each not in known)) if question or each not in known]
    return screens.choose_clinic(request.say, [(each, names[each]) for each in left], going_on)


async def pick(request: Request, pressed: AskClinic) -> Screen:
    """A clinic was chosen: what happens with the question, and is that all right?"""
    if pressed.clinic not in request.house.clinics.clinics:
        return outdated(request.say)
    return await _consent(request, pressed.clinic, _question(request))


async def send(request: Request, pressed: SendQuestion) -> Screen:
    """Yes: pass on the question this message replies to."""
    question = _question(request)
    if not question or pressed.clinic not in request.house.clinics.clinics:
        return outdated(request.say)
    await choices.agree(request.session, request.known, request.now)
    return await _ask(request, pressed.clinic, question)


async def type_question(request: Request, pressed: TypeQuestion) -> Screen:
    """Yes, and it is typed now."""
    if pressed.clinic not in request.house.clinics.clinics:
        return outdated(request.say)
    await choices.agree(request.session, request.known, request.now)
    return await _wait(request, pressed.clinic)


async def write_more(request: Request, pressed: WriteMore) -> Screen:
    """More to the same clinic."""
    talk = await asking.own(request.session, request.known, pressed.conversation_id)
    return await _wait(request, talk.clinic_id)


async def take(request: Request) -> Screen:
    """What was typed goes to the staff."""
    clinic_id = request.draft.get("clinic", "")
    if clinic_id not in request.house.clinics.clinics:
        return outdated(request.say)
    screen = await _ask(request, clinic_id, request.text)
    await dialogue.end(request.session, request.known.id)
    return screen


async def follow(request: Request) -> Screen | None:
    """A typed message that replies to a message of a conversation goes on with it; None for any other text."""
    found = [press for press in map(decode, request.replied.split(" ")) if isinstance(press, WriteMore)]
    if not found or request.person is None:
        return None
    talk = await asking.own(request.session, request.person, found[0].conversation_id)
    return await _ask(request, talk.clinic_id, request.text)


def continues(replied: str) -> bool:
    """Whether a message with these buttons belongs to a conversation."""
    return any(isinstance(decode(data), WriteMore) for data in replied.split(" ") if data)


async def end(request: Request, pressed: EndTalk) -> Screen:
    """No answer is needed any more."""
    await asking.end(request.session, request.known, pressed.conversation_id, now=request.now)
    return screens.ended(request.say)


async def read(request: Request, pressed: ReadAnswer) -> Screen:
    """The answer behind a bare line."""
    talk, line = await asking.read(request.session, request.known, pressed.line_id, now=request.now)
    clinic = request.house.clinics.clinics[talk.clinic_id].name[request.language]
    return screens.answer(request.say, talk.id, clinic, words_of(line, request.language, clinic))


async def no_photos(request: Request) -> Screen:
    """A picture in the middle of a question: it goes, and the question is still waited for."""
    return screens.no_photos(request.say)


async def is_talking(session: AsyncSession, person: Person) -> bool:
    """Whether somebody is in a conversation."""
    return bool(await asking.own_open(session, person))


async def tell_danger(session: AsyncSession, person: Person, update_id: int, now: datetime) -> bool:
    """Tell the staff they talk with that the emergency card was shown; whether anybody is told."""
    return await asking.tell_danger(session, person, update_id, now=now) > 0


def words_of(line: Line, language: str, clinic: str) -> str:
    """What an answer says, in a language; free words stay as they were typed."""
    if not line.phrase:
        return line.text or ""
    return phrases.load()[line.phrase].words(language, clinic, phrases.read_values(line.text or ""))


def _question(request: Request) -> str:
    """The words that the pressed message replies to, without a command in front."""
    return request.replied.removeprefix(COMMAND).strip()


async def _consent(request: Request, clinic_id: str, question: str) -> Screen:
    clinic = request.house.clinics.clinics[clinic_id].name[request.language]
    return screens.consent(request.say, clinic_id, clinic, await _hours(request, clinic_id), question)


async def _wait(request: Request, clinic_id: str) -> Screen:
    await dialogue.begin(request.session, request.known.id, ASKING, {"clinic": clinic_id}, request.now)
    return screens.type_now(request.say, request.house.clinics.clinics[clinic_id].name[request.language])


async def _ask(request: Request, clinic_id: str, text: str) -> Screen:
    danger = request.house.finder.danger(text, request.language)
    asked = await asking.ask(
        request.session,
        request.known,
        clinic_id,
        text,
        request.update_id,
        now=request.now,
        danger=bool(danger and danger.hard),
    )
    clinic = request.house.clinics.clinics[clinic_id].name[request.language]
    hours = await _hours(request, clinic_id)
    return screens.asked(request.say, asked.talk.id, clinic, hours, was_cut=asked.was_cut)


async def _hours(request: Request, clinic_id: str) -> Html:
    hours = await hours_of(request.session, request.house.clinics, clinic_id, request.now)
    return screens.hours_line(request.say, hours, request.now)
