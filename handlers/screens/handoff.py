"""What a person reads in a conversation with health workers. Names of staff never stand here."""

from datetime import datetime

from handlers.presses.asking import BrowseTopics, Emergency
from handlers.presses.handoff import AskClinic, EndTalk, ReadAnswer, SendQuestion, TypeQuestion, WriteMore
from handlers.screen import Button, Screen, column
from handlers.screens.start import ask_button, emergency_line, menu_button
from handoff.rules import Hours
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.formats import long_day


def choose_clinic(say: Translator, clinics: list[tuple[str, str]], talks: list[tuple[int, str]]) -> Screen:
    """Who should read it: `clinics` by id and name, open conversations by number and name of the clinic."""
    rows = column(
        *(Button(say.label("✏️ Write more to {clinic}", clinic=name), WriteMore(number)) for number, name in talks),
        *(Button(say.label("🏥 {clinic}", clinic=name), AskClinic(clinic)) for clinic, name in clinics),
        menu_button(say),
    )
    text = say("Which clinic should read your question? Choose the one that is nearest to you.")
    return Screen(together([text, emergency_line(say)]), rows)


def nobody(say: Translator) -> Screen:
    """No clinic answers here."""
    text = say("I am sorry. At the moment no health worker can answer here. Please look through the topics.")
    rows = column(
        Button(say.label("❓ Topics"), BrowseTopics()),
        Button(say.label("🚑 Emergency"), Emergency()),
        menu_button(say),
    )
    return Screen(together([text, emergency_line(say)]), rows)


def hours_line(say: Translator, hours: Hours, now: datetime) -> Html:
    """When they answer, and when they are back if they are not there now."""
    line = say(
        "🕐 They answer on working days, {opens}-{closes}.", opens=_clock(hours.opens), closes=_clock(hours.closes)
    )
    if hours.is_open(now):
        return line
    back = hours.next_opening(now)
    away = say("They are not there now. They are back: {day}", day=long_day(back.date(), say.language))
    return together([line, away], "\n")


def _clock(at: object) -> str:
    return f"{at:%H:%M}"


def consent(say: Translator, clinic_id: str, clinic: str, hours: Html, question: str) -> Screen:
    """Asked before anything is passed on; `question` is empty when it must still be typed."""
    lines = [
        say("<b>Ask the health workers of {clinic}</b>", clinic=clinic),
        say("“{question}”", question=question) if question else NOTHING,
        say(
            "Health workers of this clinic will read what you write. They do not see your name, your phone number"
            " or your Telegram account. You do not have to give a name."
        ),
        say("I keep your question locked until it is answered. Then I erase it. Staff may keep it in their group."),
        hours,
    ]
    yes = (
        Button(say.label("✅ Yes, send this question"), SendQuestion(clinic_id))
        if question
        else Button(say.label("✅ Yes, I type my question now"), TypeQuestion(clinic_id))
    )
    other = Button(say.label("✏️ Type another question"), TypeQuestion(clinic_id)) if question else None
    no = menu_button(say)
    return Screen(together([*lines, emergency_line(say)]), column(yes, other, no))


def type_now(say: Translator, clinic: str) -> Screen:
    """Wait for the words."""
    text = say("Type your message to the health workers of {clinic} now, in your own words.", clinic=clinic)
    photos = say("Please do not send photos of papers.")
    return Screen(together([text, photos, emergency_line(say)]), column(menu_button(say)), fresh=True)


def asked(say: Translator, conversation_id: int, clinic: str, hours: Html, *, was_cut: bool) -> Screen:
    """Passed on."""
    lines = [
        say("✅ Your message is on its way to the health workers of {clinic}.", clinic=clinic),
        say("It was long, so I passed on only the beginning. You can write more.") if was_cut else NOTHING,
        hours,
        say("The answer comes here, in this chat."),
        emergency_line(say),
    ]
    return Screen(together(lines), _ways(say, conversation_id))


def answer(say: Translator, conversation_id: int, clinic: str, text: str) -> Screen:
    """An answer of the staff, in full."""
    heading = say("💬 <b>The health workers of {clinic} answer:</b>", clinic=clinic)
    return Screen(together([heading, Html(escaped(text))]), _ways(say, conversation_id), private=True)


def answer_waits(say: Translator, line_id: int) -> Screen:
    """The same on a phone that others may look at: nothing of what it is about."""
    text = say("💬 You have a message. Tap to read it.")
    return Screen(text, column(Button(say.label("👁 Read it"), ReadAnswer(line_id))), protect=True)


def _ways(say: Translator, conversation_id: int) -> tuple[tuple[Button, ...], ...]:
    return column(
        Button(say.label("✏️ Write more"), WriteMore(conversation_id)),
        Button(say.label("✔️ I need no answer any more"), EndTalk(conversation_id)),
        menu_button(say),
    )


def ended(say: Translator) -> Screen:
    """The person ended it."""
    text = say("All right. The conversation has ended and your words are erased here.")
    back = say("You can ask again at any time: /ask")
    return Screen(together([text, back, emergency_line(say)]), column(ask_button(say), menu_button(say)))


def closed(say: Translator, *, unanswered: bool) -> Screen:
    """The staff ended it, or nobody ever answered."""
    text = (
        say("I am sorry. Nobody could answer your message in time, and I have erased it.")
        if unanswered
        else say("The health workers have ended this conversation. We hope it helped.")
    )
    back = say("You can ask again at any time: /ask")
    return Screen(together([text, back, emergency_line(say)]), column(ask_button(say), menu_button(say)), protect=True)


def no_photos(say: Translator) -> Screen:
    """A picture in the middle of a conversation."""
    text = say(
        "I cannot pass on photos, files or voice messages. For your safety I have removed it from this chat."
        " Please type it in words."
    )
    return Screen(together([text, emergency_line(say)]), column(menu_button(say)), remove=True)
