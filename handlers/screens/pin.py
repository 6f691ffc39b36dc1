"""The keypad. No digit that was entered is ever shown, and each entry has its keys in another order."""

import math
from datetime import datetime
from enum import StrEnum

from handlers.presses.pin import ChoosePin, DeleteDigit, StopPin, TapKey
from handlers.screen import Button, Screen, column, grid
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together, words
from people.rules import PIN_LENGTH


class Entry(StrEnum):
    """What the digits are for."""

    PROVE = "prove"
    OLD = "old"
    CHOOSE = "choose"
    REPEAT = "repeat"


HEADINGS: dict[Entry, str] = {
    Entry.PROVE: words("<b>Please tap your PIN.</b>"),
    Entry.OLD: words("<b>Please tap the PIN you have now.</b>"),
    Entry.CHOOSE: words(
        "<b>Please choose a PIN of 6 digits.</b>\n"
        "It shows that it is really you before something important is done. Tell it to nobody."
    ),
    Entry.REPEAT: words("<b>Please tap the same PIN once more.</b>"),
}


def keypad(say: Translator, entry: Entry, layout: str, entered: int, nonce: int, note: Html = NOTHING) -> Screen:
    """Dots for what was entered, and ten keys in the order of `layout`."""
    keys = [Button(digit, TapKey(place, nonce)) for place, digit in enumerate(layout)]
    delete = Button(say.label("⌫ Delete"), DeleteDigit(nonce))
    stop = Button(say.label("✖️ Stop"), StopPin(nonce))
    dots = Html("●" * entered + "○" * (PIN_LENGTH - entered))
    rows = (*grid(keys, 3), (delete, stop))
    # protected, because what follows takes the place of this message, and may be an invite's link
    return Screen(together([note, say(HEADINGS[entry]), dots]), rows, protect=True)


def missed(say: Translator, left: int) -> Html:
    """Not the right digits."""
    return say("That was not your PIN. Tries left: {left}", left=left)


def weak(say: Translator) -> Html:
    """Too easy."""
    return say("This PIN is easy to guess. Please choose another one.")


def differs(say: Translator) -> Html:
    """The second time was another number."""
    return say("The two were not the same. Please begin again.")


def moved(say: Translator) -> Html:
    """A key of an older keypad was tapped."""
    return say("The keys are in a new order now. Please begin again.")


def never_typed(say: Translator) -> Html:
    """Digits were typed into the chat."""
    return say("Please use the buttons for your PIN. I have removed your message, so that nobody can read it here.")


def locked(say: Translator, until: datetime, now: datetime) -> Screen:
    """Too many misses."""
    minutes = max(1, math.ceil((until - now).total_seconds() / 60))
    text = say(
        "There were too many wrong tries. Please try again in {minutes:minute|minutes}."
        " If you forgot your PIN, ask the owner for a new invite.",
        minutes=minutes,
    )
    return Screen(text, column(menu_button(say)))


def chosen(say: Translator) -> Screen:
    """The PIN is set."""
    text = say("✅ Your PIN is set. I ask for it before something important is done. To change it: /pin")
    return Screen(text, column(menu_button(say)))


def stopped(say: Translator) -> Screen:
    """Left without an effect."""
    return Screen(say("Stopped. Nothing was done."), column(menu_button(say)))


def stale(say: Translator) -> Screen:
    """A keypad that nobody waits for any more."""
    text = say("This keypad is out of date. Please tap what you wanted to do once more.")
    return Screen(text, column(menu_button(say)))


def choose_button(say: Translator) -> Button:
    """For whoever has a role and no PIN yet."""
    return Button(say.label("🔑 Choose a PIN"), ChoosePin())
