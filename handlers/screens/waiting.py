"""Waiting for a place: three short questions, the lists somebody is on, and a place that is offered.

The rule: what comes by itself names no service and no clinic on a shared phone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.press_codec import Press
from handlers.presses.visits import MyVisits, PickService, StartBooking
from handlers.presses.waiting import DeclineOffer, JoinWaiting, LeaveWaiting, MyWaiting, ShowOffer, TakeOffer
from handlers.screen import Button, Rows, Screen, column
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import clock, long_day, moment
from scheduling.clinics import Clinic, Clinics
from scheduling.rules import Whom
from scheduling.waiting import Standing
from scheduling.waiting_rules import Part
from storage.tables import Offer, Slot, Waiting

PARTS = {
    Part.ANY: words("Any time of the day"),
    Part.MORNING: words("In the morning"),
    Part.AFTERNOON: words("In the afternoon"),
}


@dataclass(frozen=True)
class Offered:
    """A place that is offered, where and for which wish."""

    offer: Offer
    wish: Waiting
    slot: Slot
    clinic: Clinic


def until_when(say: Translator, go_on: Callable[[str], Press]) -> Screen:
    """How long can you wait?"""
    buttons = (
        Button(say.label("Up to 1 week"), go_on("w")),
        Button(say.label("Up to 2 weeks"), go_on("f")),
        Button(say.label("Up to 1 month"), go_on("m")),
    )
    intro = say("When a place becomes free, I keep it for you for a short time and write to you here.")
    text = together([say("⏳ <b>Waiting list</b>"), intro, say("How long can you wait?")])
    return Screen(text, column(*buttons, menu_button(say)), private=True)


def which_part(say: Translator, go_on: Callable[[str], Press]) -> Screen:
    """When can you come?"""
    letters = zip("abc", PARTS.values(), strict=True)
    buttons = [Button(say.label(label), go_on(letter)) for letter, label in letters]
    return Screen(say("What time of the day can you come?"), column(*buttons, menu_button(say)), private=True)


def for_whom(say: Translator, go_on: Callable[[str], Press]) -> Screen:
    """For whom is it?"""
    mine = Button(say.label("For me"), go_on("s"))
    theirs = Button(say.label("For someone in my family"), go_on("f"))
    return Screen(say("Who is the visit for?"), column(mine, theirs, menu_button(say)), private=True)


def interpreter(say: Translator, go_on: Callable[[str], Press]) -> Screen:
    """Do you need somebody who translates?"""
    yes = Button(say.label("Yes, please"), go_on("y"))
    no = Button(say.label("No, not needed"), go_on("n"))
    asked = say("Do you need someone who translates into your language?")
    return Screen(asked, column(yes, no, menu_button(say)), private=True)


def joined(say: Translator, wish: Waiting, position: int) -> Screen:
    """On the list, with one's place in line."""
    lines = [
        together([say("✅ <b>You are on the waiting list.</b>"), _in_line(say, position)], "\n"),
        say(
            "When a place becomes free, I keep it for you and write to you. Then please answer soon: if you do not"
            " answer, the place goes to the next person. I do not write at night."
        ),
        emergency_line(say),
    ]
    return Screen(together(lines), _list_buttons(say, wish), protect=True)


def lists(say: Translator, standing: list[Standing], clinics: Clinics) -> Screen:
    """Every list somebody is on."""
    if not standing:
        text = together([say("You are on no waiting list."), emergency_line(say)])
        return Screen(text, column(Button(say.label("📅 Book a visit"), StartBooking()), menu_button(say)))
    told = [_one_list(say, each, clinics) for each in standing]
    buttons: list[Button | None] = []
    for each in standing:
        service = clinics.services[each.wish.service].name[say.language]
        if each.offer:
            buttons.append(Button(say.label("✅ See the free place"), ShowOffer(each.offer[0].id)))
        buttons.append(Button(say.label("Leave the list: {service}", service=service), LeaveWaiting(each.wish.id)))
    rows = column(*buttons, Button(say.label("🗓 My visits"), MyVisits()), menu_button(say))
    return Screen(together([say("⏳ <b>Waiting list</b>"), *told, emergency_line(say)]), rows, private=True)


def _one_list(say: Translator, each: Standing, clinics: Clinics) -> Html:
    wish, clinic = each.wish, clinics.clinics[each.wish.clinic_id]
    lines = [
        say("<b>{service}</b>", service=clinics.services[wish.service].name[say.language]),
        say("{clinic}", clinic=clinic.name[say.language]),
        say("For somebody in your family") if wish.whom == Whom.FAMILY else NOTHING,
        say("Until {day}", day=long_day(wish.until_day, say.language)),
        say(PARTS[Part(wish.part)]),
        _in_line(say, each.position),
    ]
    return together(lines, "\n")


def left(say: Translator) -> Screen:
    """Off the list, without reproach."""
    text = say("You are off the waiting list. You can join it again or book a visit at any time.")
    rows = column(Button(say.label("📅 Book a visit"), StartBooking()), menu_button(say))
    return Screen(together([text, emergency_line(say)]), rows)


def offer(say: Translator, one: Offered, now: datetime, *, discreet: bool) -> Screen:
    """A place is free: take it? Told so that a stranger who glances at the phone learns a time at most."""
    text = together(
        [_free_at(say, one, now), _details(say, one, NOTHING) if not discreet else NOTHING, _kept(say, one)]
    )
    details = Button(say.label("Show details"), ShowOffer(one.offer.id)) if discreet else None
    return Screen(text, (*_answers(say, one), *column(details)), protect=True)


def offer_in_full(say: Translator, one: Offered, service: Html) -> Screen:
    """The same after a tap, with what it is for."""
    text = together([_details(say, one, service), _kept(say, one), emergency_line(say)])
    rows = (*_answers(say, one), *column(Button(say.label("⏳ Waiting list"), MyWaiting())))
    return Screen(text, rows, private=True, fresh=True)  # below the offer: what is covered later must not hide that


def declined(say: Translator, wish: Waiting, position: int) -> Screen:
    """Given back; the person stays on the list."""
    thanks = say("Thank you for telling us. The place now goes to the next person.")
    stays = say("You stay on the waiting list, and I write to you when another place is free.")
    text = together([thanks, together([stays, _in_line(say, position)], "\n"), emergency_line(say)])
    return Screen(text, _list_buttons(say, wish), protect=True)


def taken_already(say: Translator) -> Screen:
    """No, after yes."""
    text = say("You have taken this place already. If you cannot come, please cancel the visit: /mine")
    return Screen(text, column(Button(say.label("🗓 My visits"), MyVisits()), menu_button(say)), fresh=True)


def offer_gone(say: Translator, when: str) -> Screen:
    """The clinic closed the time that was offered."""
    sorry = say("We are sorry. The clinic must close at the time that was free for you: {when}.", when=when)
    stays = say("You stay on the waiting list, and I write to you when another place is free.")
    rows = column(Button(say.label("⏳ Waiting list"), MyWaiting()), menu_button(say))
    return Screen(together([sorry, stays]), rows, protect=True)


def over(say: Translator, wish: Waiting) -> Screen:
    """The last day of a wish has passed without a place: said once, with other ways."""
    sorry = say("We are sorry: no place became free in the time you could wait. You are off the waiting list now.")
    ways = say("You can look at the free times, or wait longer. A hospital near you can also help.")
    rows = column(
        Button(say.label("📅 See free times"), PickService(wish.clinic_id, wish.service, 0)),
        Button(say.label("⏳ Wait longer"), JoinWaiting(wish.clinic_id, wish.service)),
        menu_button(say),
    )
    return Screen(together([sorry, ways, emergency_line(say)]), rows, protect=True)


def join_button(say: Translator, clinic_id: str, service: str) -> Button:
    """For every screen that has no place to show."""
    return Button(say.label("⏳ Tell me when a place is free"), JoinWaiting(clinic_id, service))


def _free_at(say: Translator, one: Offered, now: datetime) -> Html:
    zone = one.clinic.zone
    day: date = one.slot.starts_at.astimezone(zone).date()
    today, time = now.astimezone(zone).date(), clock(one.slot.starts_at, zone)
    if day == today:
        return say("<b>A place is free: today at {time}, Thai time. Take it?</b>", time=time)
    if day == today + timedelta(days=1):
        return say("<b>A place is free: tomorrow at {time}, Thai time. Take it?</b>", time=time)
    told = long_day(day, say.language)
    return say("<b>A place is free: {day}, {time}, Thai time. Take it?</b>", day=told, time=time)


def _kept(say: Translator, one: Offered) -> Html:
    moves = say("Your visit then moves to this time.") if one.wish.booking_id else NOTHING
    until = clock(one.offer.expires_at, one.clinic.zone)
    return together([moves, say("It is kept for you until {time}.", time=until)], "\n")


def _details(say: Translator, one: Offered, service: Html) -> Html:
    lines = [
        service,
        say("{clinic}", clinic=one.clinic.name[say.language]),
        say("{moment} (Thai time)", moment=moment(one.slot.starts_at, one.clinic.zone, say.language)),
        say("For somebody in your family") if one.wish.whom == Whom.FAMILY else NOTHING,
    ]
    return together(lines, "\n")


def _in_line(say: Translator, position: int) -> Html:
    return say("Your place in line: <b>{number}</b>", number=position)


def _answers(say: Translator, one: Offered) -> Rows:
    return column(
        Button(say.label("✅ Take it"), TakeOffer(one.offer.id)),
        Button(say.label("No, thank you"), DeclineOffer(one.offer.id)),
    )


def _list_buttons(say: Translator, wish: Waiting) -> Rows:
    return column(
        Button(say.label("⏳ Waiting list"), MyWaiting()),
        Button(say.label("Leave the list"), LeaveWaiting(wish.id)),
        menu_button(say),
    )
