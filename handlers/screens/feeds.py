"""A clinic's calendar address, for its lead: what it shows, how to make one, how to end it."""

from datetime import datetime

from handlers.presses.ticket import MakeFeed, ShowFeed, StopFeed
from handlers.screen import Button, Screen, column
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Translator, together
from locales.formats import moment
from scheduling.clinics import Clinic, Clinics


def choose_clinic(say: Translator, clinics: Clinics, mine: list[str]) -> Screen:
    """Which clinic, for somebody who leads several."""
    buttons = [Button(clinics.clinics[key].name[say.language], ShowFeed(key)) for key in mine]
    return Screen(say("Which clinic?"), column(*buttons, menu_button(say)))


def about(say: Translator, clinic_id: str, clinic: Clinic, made_at: datetime | None) -> Screen:
    """What the address is, before one is made: nothing happens without a tap."""
    since = (
        say("There is an address since {moment}.", moment=moment(made_at, clinic.zone, say.language))
        if made_at
        else say("There is no address yet.")
    )
    parts = [
        say("<b>Calendar address</b>\n{clinic}", clinic=clinic.name[say.language]),
        say(
            "The clinic's own calendar program can show how many places are booked at each time of the next 60 days."
            " It shows no names, no codes and no services."
        ),
        together([since, say("A new address ends the old one.") if made_at else NOTHING], " "),
    ]
    stop = Button(say.label("End the address"), StopFeed(clinic_id)) if made_at else None
    make = Button(say.label("Make a new address"), MakeFeed(clinic_id))
    return Screen(together(parts), column(make, stop, menu_button(say)), protect=True)


def made(say: Translator, clinic_id: str, clinic: Clinic, address: str) -> Screen:
    """The address, this once: only its hash is kept. It can be copied, so the message is not protected."""
    parts = [
        say("<b>Calendar address</b>\n{clinic}", clinic=clinic.name[say.language]),
        say("<code>{address}</code>", address=address),
        say("Copy it into the clinic's calendar program (“subscribe by address”). I cannot show it again."),
        say("Whoever knows it can read the calendar. If it gets about, end it here."),
    ]
    return Screen(together(parts), column(Button(say.label("End the address"), StopFeed(clinic_id)), menu_button(say)))


def stopped(say: Translator, clinic_id: str) -> Screen:
    """No address works."""
    make = Button(say.label("Make a new address"), MakeFeed(clinic_id))
    return Screen(say("The address has ended. Nobody can read the calendar with it."), column(make, menu_button(say)))


def no_web(say: Translator) -> Screen:
    """The bot's web server cannot be reached from outside, or nobody said under which address."""
    text = say("This bot has no public web address yet. Whoever runs the bot can set one.")
    return Screen(text, column(menu_button(say)))
