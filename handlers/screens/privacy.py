"""What is kept, and how to see and erase it: in plain words."""

from datetime import date

from handlers.presses.choosing import AskForget, AskTakeBack, ForgetMe, HideMessages, OpenMenu, SharePhone, TakeBack
from handlers.screen import Button, Screen, column
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import NOTHING, Html, Translator, together
from locales.formats import long_day
from people.leaving import Gone


def notice(
    say: Translator, *, discreet: bool | None = None, agreed: bool = False, agreed_on: date | None = None
) -> Screen:
    """What is kept, in plain words, and every switch about it; `discreet` is None for a stranger.

    Whoever `agreed` may take it back; `agreed_on` is None when it was to an older text.
    """
    lines = [
        say("<b>What I keep about you</b>"),
        say(
            "I keep: your language and choices, the visits you book, and a locked copy of your Telegram account number."
        ),
        *_with_the_calendar(say),
        say("I do not ask for and do not keep: your papers, nationality, employer, address or photos."),
        say(
            "Your questions are not kept unless you ask me to."
            " Staff of the clinic see the time, service, code and language of a visit."
        ),
        say("They also see whether it is for your family. They open a name one by one, and each look is noted."),
        say("I count which subjects people ask about, by language or province. The counts do not say who asked."),
        say("I cannot hide messages from Telegram or from someone who holds your unlocked phone."),
        say("You agreed to this on {day}.", day=long_day(agreed_on, say.language)) if agreed_on else NOTHING,
        say("/mydata - see what I keep\n/hide - clear the messages of this chat\n/forgetme - erase it"),
    ]
    rows = column(
        None if discreet is None else _details(say, discreet),
        None if discreet is None else Button(say.label("🧹 Clear this chat"), HideMessages()),
        Button(say.label("↩️ Take back my agreement"), AskTakeBack()) if agreed else None,
        Button(say.label("🗑 Erase everything"), AskForget()),
        menu_button(say),
    )
    return Screen(together(lines), rows)


def _with_the_calendar(say: Translator) -> list[Html]:
    """What nobody has to give, and how long it is kept."""
    return [
        say(
            "Only if you want it, I also keep: that a visit is for someone in your family, a name that the clinic can"
            " call out, the language of an interpreter, and your place on a waiting list."
        ),
        say(
            "The name is kept locked and is erased about 24 hours after the visit. A waiting list, and your number in"
            " the queue at the clinic, are erased 2 days after their last day."
        ),
    ]


def _details(say: Translator, discreet: bool) -> Button:
    """The switch between a shared phone and a phone of one's own."""
    if discreet:
        return Button(say.label("🙈 Visit details: hidden"), SharePhone(False))
    return Button(say.label("👁 Visit details: shown"), SharePhone(True))


def hidden(say: Translator) -> Screen:
    """The chat was cleared; what it was about is not said."""
    return Screen(say("Done."), column(menu_button(say)), fresh=True, cleared=True)


def ask_take_back(say: Translator, visits: int) -> Screen:
    """What it would mean, asked once."""
    lines = [
        say("<b>Take back your agreement?</b>"),
        say("You have {visits:visit to come. It|visits to come. They} would be cancelled.", visits=visits)
        if visits
        else say("You have no visits to come."),
        say("Health alerts would stop. Your language stays, and you can still ask questions."),
        say("You can agree again at any time. To erase everything: /forgetme"),
    ]
    rows = column(
        Button(say.label("Yes, take it back"), TakeBack()),
        Button(say.label("No, change nothing"), OpenMenu()),
    )
    return Screen(together(lines), rows)


def taken_back(say: Translator) -> Screen:
    """Done, without reproach."""
    lines = [
        say("✅ Your agreement is taken back. Visits to come are cancelled, and health alerts are off."),
        say("You can still ask questions. To erase everything: /forgetme"),
        emergency_line(say),
    ]
    return Screen(together(lines), column(menu_button(say)))


def nothing_kept(say: Translator) -> Screen:
    """For a stranger."""
    return Screen(say("I keep nothing about you."), column(menu_button(say)))


def my_data(say: Translator, counts: dict[str, int], content: bytes) -> Screen:
    """A summary, and everything as a file."""
    visits, questions = counts.get("bookings.person_id", 0), counts.get("questions.person_id", 0)
    lines = [
        say("<b>What I keep about you</b>"),
        say("Your language, your choices and a locked copy of your Telegram account number."),
        say("Visits: {visits}. Questions you let me keep: {questions}.", visits=visits, questions=questions),
        say("Everything is in this file. To erase it: /forgetme"),
    ]
    caption = Screen(say("What I keep about you"), file=("mydata.json", content), protect=True)
    return Screen(together(lines), column(menu_button(say)), then=(caption,), protect=True)


def ask_forget(say: Translator, visits: int, *, last_owner: bool = False) -> Screen:
    """What would go, asked once."""
    lines = [
        say("<b>Erase everything?</b>"),
        say("You have {visits:visit to come. It|visits to come. They} would be cancelled.", visits=visits)
        if visits
        else say("You have no visits to come."),
        say("Your language, choices and questions would be erased. This cannot be undone."),
        say("You are the last owner of this bot. Without you, nobody can give out roles.") if last_owner else NOTHING,
    ]
    rows = column(
        Button(say.label("Yes, erase everything"), ForgetMe()),
        Button(say.label("No, keep it"), OpenMenu()),
    )
    return Screen(together(lines), rows)


def forgotten(say: Translator, cancelled: int, gone: Gone) -> Screen:
    """The receipt: the last thing that is said, and not remembered."""
    counts = [
        say("Visits cancelled: {visits}.", visits=cancelled),
        say("Visits erased: {visits}. Questions: {questions}.", visits=gone.visits, questions=gone.questions),
        say("Choices and agreements: {choices}.", choices=gone.choices),
        say("Messages of the last 48 hours: {messages}. They disappear from this chat now.", messages=gone.messages),
    ]
    lines = [
        say("✅ <b>Everything about you is erased.</b>"),
        together(counts, "\n"),
        say("I cannot remove older messages. To remove them, delete this chat on your phone."),
        emergency_line(say),
    ]
    return Screen(together(lines), fresh=True, leaves=True)


def consent(say: Translator, agree: Button) -> Screen:
    """Asked once, before the first thing that must be kept."""
    lines = [
        say("<b>Before we go on</b>"),
        say(
            "To keep your visit and remind you, I must remember your Telegram account number, your language and the"
            " visit. The number is kept locked."
        ),
        *_with_the_calendar(say),
        say("The visit is erased 30 days after it. You never have to give your name or papers."),
        say("Is that all right?"),
    ]
    return Screen(together(lines), column(agree, Button(say.label("No, thank you"), OpenMenu())))
