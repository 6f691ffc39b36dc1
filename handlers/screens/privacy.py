"""What is kept, and how to see and erase it: in plain words."""

from handlers.presses.choosing import AskForget, ForgetMe, OpenMenu
from handlers.screen import Button, Screen, column
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import Translator, together


def notice(say: Translator) -> Screen:
    """What is kept, in plain words."""
    lines = [
        say("<b>What I keep about you</b>"),
        say(
            "I keep: your language and choices, the visits you book, and a locked copy of your Telegram account number."
        ),
        say("I do not ask for and do not keep: your papers, nationality, employer, address or photos."),
        say(
            "Your questions are not kept unless you ask me to."
            " Staff of the clinic see the time, code and language of a visit."
        ),
        say("I cannot hide messages from Telegram or from someone who holds your unlocked phone."),
        say("/mydata - see what I keep\n/forgetme - erase it"),
    ]
    return Screen(together(lines), column(Button(say.label("🗑 Erase everything"), AskForget()), menu_button(say)))


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


def ask_forget(say: Translator, visits: int) -> Screen:
    """What would go, asked once."""
    lines = [
        say("<b>Erase everything?</b>"),
        say("You have {visits} visits to come. They would be cancelled.", visits=visits)
        if visits
        else say("You have no visits to come."),
        say("Your language, choices and questions would be erased. This cannot be undone."),
    ]
    rows = column(
        Button(say.label("Yes, erase everything"), ForgetMe()),
        Button(say.label("No, keep it"), OpenMenu()),
    )
    return Screen(together(lines), rows)


def forgotten(say: Translator, visits: int) -> Screen:
    """The receipt."""
    lines = [
        say("✅ <b>Everything about you is erased.</b>"),
        say("Visits cancelled: {visits}.", visits=visits),
        say("The messages in this chat are still on your phone. To remove them, delete this chat."),
        emergency_line(say),
    ]
    return Screen(together(lines))


def consent(say: Translator, agree: Button) -> Screen:
    """Asked once, before the first thing that must be kept."""
    lines = [
        say("<b>Before we go on</b>"),
        say(
            "To keep your visit and remind you, I must remember your Telegram account number, your language and the"
            " visit. The number is kept locked."
        ),
        say("The visit is erased 30 days after it. You never have to give your name or papers."),
        say("Is that all right?"),
    ]
    return Screen(together(lines), column(agree, Button(say.label("No, thank you"), OpenMenu())))
