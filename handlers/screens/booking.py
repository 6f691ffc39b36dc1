"""Choosing a clinic, a service, a day and a time; the visit and its ticket."""

from datetime import date, datetime, timedelta

from handlers.presses.visits import (
    AskCancel,
    CancelVisit,
    MoveToDay,
    MoveToSlot,
    MoveVisit,
    MyVisits,
    PickClinic,
    PickDay,
    PickService,
    ShowVisit,
    StartBooking,
    TakeSlot,
)
from handlers.screen import Button, Rows, Screen, column, grid
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import NOTHING, Html, Translator, together
from locales.formats import clock, long_day, moment, short_day, short_moment
from scheduling.booking import Visit
from scheduling.clinics import Clinic, Clinics
from storage.tables import Slot

DAYS_A_PAGE = 7
"""Day buttons that fit on a small phone without scrolling, one in a row: Telegram would cut two."""


def choose_clinic(say: Translator, clinics: Clinics) -> Screen:
    """Which clinic."""
    buttons = [Button(clinic.name[say.language], PickClinic(key)) for key, clinic in clinics.clinics.items()]
    note = illustrative(say) if clinics.illustrative else NOTHING
    text = together([say("<b>Book a visit</b>"), say("Which clinic?"), note, emergency_line(say)])
    return Screen(text, column(*buttons, menu_button(say)), protect=True)


def illustrative(say: Translator) -> Html:
    """Said as long as the deployment has not put in its own clinics."""
    return say("These clinic services and times are examples. Ask the clinic before you travel.")


def choose_service(say: Translator, clinics: Clinics, clinic_id: str) -> Screen:
    """Which service."""
    clinic = clinics.clinics[clinic_id]
    buttons = [
        Button(clinics.services[key].name[say.language], PickService(clinic_id, key, 0)) for key in clinic.services
    ]
    text = together([say("<b>{clinic}</b>", clinic=clinic.name[say.language]), say("What do you need?")])
    return Screen(text, column(*buttons, Button(say.label("◀ Another clinic"), StartBooking())), private=True)


def choose_day(say: Translator, title: Html, places: dict[date, int], page: int, days: "DayButtons") -> Screen:
    """Which day, with the places left on each."""
    first = page * DAYS_A_PAGE
    shown = list(places.items())[first : first + DAYS_A_PAGE]
    buttons = [
        Button(say.label("{day} · {places} left", day=short_day(day, say.language), places=left), days.on(day))
        for day, left in shown
    ]
    later = Button(say.label("Later days ▶"), days.turn(page + 1)) if len(places) > first + DAYS_A_PAGE else None
    if not shown:
        none = say("There is no free time at the moment. New times open often: please look again tomorrow.")
        rows = column(days.back, menu_button(say))
        return Screen(together([title, none, emergency_line(say)]), rows, private=True, about=days.booking_id or 0)
    back = Button(days.back.label, days.turn(page - 1)) if page else days.back
    rows = column(*buttons, later, back)
    return Screen(together([title, say("Which day?")]), rows, private=True, about=days.booking_id or 0)


class DayButtons:
    """What the day list's buttons do: book a new visit, or move one."""

    def __init__(self, say: Translator, clinic: str = "", service: str = "", booking_id: int | None = None) -> None:
        """Either `clinic` and `service`, or `booking_id`."""
        self.clinic, self.service, self.booking_id = clinic, service, booking_id
        target = PickClinic(clinic) if booking_id is None else ShowVisit(booking_id)
        self.back = Button(say.label("◀ Back"), target)

    def on(self, day: date) -> PickDay | MoveToDay:
        """One day."""
        if self.booking_id is None:
            return PickDay(self.clinic, self.service, day)
        return MoveToDay(self.booking_id, day)

    def turn(self, page: int) -> PickService | MoveVisit:
        """Another page of days."""
        if self.booking_id is None:
            return PickService(self.clinic, self.service, page)
        return MoveVisit(self.booking_id, page)


def choose_time(say: Translator, clinic: Clinic, day: date, slots: list[Slot], days: DayButtons) -> Screen:
    """Which time of the day."""
    buttons = [Button(clock(slot.starts_at, clinic.zone), time_press(slot, days.booking_id)) for slot in slots]
    title = say("<b>{day}</b>", day=long_day(day, say.language))
    back = column(Button(say.label("◀ Another day"), days.turn(0)))
    if not slots:
        gone = say("All times of this day are taken now. Please choose another day.")
        return Screen(together([title, gone]), back, private=True, about=days.booking_id or 0)
    text = together([title, say("What time? All times are Thai time.")])
    return Screen(text, (*grid(buttons, 4), *back), private=True, about=days.booking_id or 0)


def time_press(slot: Slot, booking_id: int | None) -> TakeSlot | MoveToSlot:
    """What choosing a time does."""
    return TakeSlot(slot.id) if booking_id is None else MoveToSlot(booking_id, slot.id)


def kept(say: Translator, visit: Visit, clinic: Clinic, moved: bool = False) -> Screen:
    """The place is kept. The ticket follows as a message of its own."""
    done = say("✅ <b>Your visit has moved.</b>") if moved else say("✅ <b>Your place is kept.</b>")
    when = say("{moment} (Thai time)", moment=moment(visit.slot.starts_at, clinic.zone, say.language))
    code = say("Your code: <b>{code}</b>", code=visit.booking.code)
    rows = column(Button(say.label("🗓 My visits"), MyVisits()), menu_button(say))
    return Screen(together([done, together([when, code], "\n"), emergency_line(say)]), rows, protect=True)


def visit(say: Translator, thai: Translator, one: Visit, clinics: Clinics) -> Screen:
    """A visit in full: the reader's language on top, Thai below for the desk."""
    clinic, service = clinics.clinics[one.slot.clinic_id], clinics.services[one.slot.service]
    parts = [
        visit_lines(say, one, clinics),
        say("Bring: {things}", things=service.bring[say.language]),
        say("{prepare}", prepare=service.prepare[say.language]) if service.prepare else NOTHING,
        say("{way}", way=clinic.how_to_get_there[say.language]) if clinic.how_to_get_there else NOTHING,
        illustrative(say) if clinics.illustrative else NOTHING,
        visit_lines(thai, one, clinics) if say.language != "th" else NOTHING,
        emergency_line(say),
    ]
    return Screen(together(parts), visit_buttons(say, one), private=True, about=one.booking.id)


def visit_lines(say: Translator, one: Visit, clinics: Clinics) -> Html:
    """Service, clinic, time and code."""
    clinic = clinics.clinics[one.slot.clinic_id]
    lines = [
        say("<b>{service}</b>", service=clinics.services[one.slot.service].name[say.language]),
        say("{clinic}", clinic=clinic.name[say.language]),
        say("{moment} (Thai time)", moment=moment(one.slot.starts_at, clinic.zone, say.language)),
        say("Code: <b>{code}</b>", code=one.booking.code),
    ]
    return together(lines, "\n")


def visit_buttons(say: Translator, one: Visit) -> Rows:
    """What can be done with a visit."""
    change = (
        Button(say.label("🔁 Move"), MoveVisit(one.booking.id, 0)),
        Button(say.label("✖️ Cancel"), AskCancel(one.booking.id)),
    )
    return (change, (Button(say.label("🗓 My visits"), MyVisits()), menu_button(say)))


def short_notice(say: Translator, sentence: Html, one: Visit) -> Screen:
    """A message that tells a stranger who glances at the phone nothing: details come after a tap."""
    rows = column(Button(say.label("Show details"), ShowVisit(one.booking.id)))
    change = (
        Button(say.label("🔁 Move"), MoveVisit(one.booking.id, 0)),
        Button(say.label("✖️ Cancel"), AskCancel(one.booking.id)),
    )
    return Screen(sentence, (*rows, change), protect=True)


def covered(say: Translator) -> Screen:
    """Where details stood ten minutes ago, once there is nothing to say about a visit in one bare line."""
    rows = column(Button(say.label("Show details"), MyVisits()), menu_button(say))
    return Screen(say("Tap to see the details again."), rows, protect=True)


def day_sentence(say: Translator, day: date, today: date, time: str, code: str, reminder: bool) -> Html:
    """`Tomorrow 09:30` where that is true, the date in full otherwise: worded as it is read, not as it was written."""
    if day == today:
        told = (
            say("Reminder: today at {time}, Thai time.", time=time)
            if reminder
            else say("Today at {time}, Thai time.", time=time)
        )
    elif day == today + timedelta(days=1):
        told = (
            say("Reminder: tomorrow at {time}, Thai time.", time=time)
            if reminder
            else say("Tomorrow at {time}, Thai time.", time=time)
        )
    else:
        told = say("{day}, {time}, Thai time.", day=long_day(day, say.language), time=time)
    return together([told, say("Your code: <b>{code}</b>", code=code)], "\n")


def mine(say: Translator, visits: list[Visit], clinics: Clinics) -> Screen:
    """The visits to come; what they are for is shown after a tap."""
    book = Button(say.label("📅 Book a visit"), StartBooking())
    if not visits:
        return Screen(
            together([say("You have no visits to come."), emergency_line(say)]),
            column(book, menu_button(say)),
            protect=True,
        )
    buttons = [
        Button(_visit_label(say, one, clinics.clinics[one.slot.clinic_id]), ShowVisit(one.booking.id)) for one in visits
    ]
    text = together([say("<b>My visits</b>"), say("Tap a visit to see, move or cancel it."), emergency_line(say)])
    return Screen(text, column(*buttons, book, menu_button(say)), private=True)


def _visit_label(say: Translator, one: Visit, clinic: Clinic) -> str:
    return f"{short_moment(one.slot.starts_at, clinic.zone, say.language)} · {one.booking.code}"


def ask_cancel(say: Translator, one: Visit, clinic: Clinic) -> Screen:
    """Asked once, so that a slip of the thumb loses no place."""
    when = moment(one.slot.starts_at, clinic.zone, say.language)
    text = say("Cancel the visit on {when}? Someone else can then have the place.", when=when)
    rows = column(
        Button(say.label("Yes, cancel it"), CancelVisit(one.booking.id)),
        Button(say.label("No, keep it"), ShowVisit(one.booking.id)),
    )
    return Screen(text, rows, protect=True)


def cancelled(say: Translator) -> Screen:
    """Given up, without reproach."""
    text = say("The visit is cancelled. Thank you for telling us. You can book again at any time.")
    rows = column(Button(say.label("📅 Book a visit"), StartBooking()), menu_button(say))
    return Screen(together([text, emergency_line(say)]), rows)


def other_times(say: Translator, clinic: Clinic, slots: list[Slot], booking_id: int | None = None) -> Rows:
    """The nearest free times as buttons."""
    return column(
        *(
            Button(short_moment(slot.starts_at, clinic.zone, say.language), time_press(slot, booking_id))
            for slot in slots
        )
    )


def closed(say: Translator, when: datetime, clinic: Clinic, code: str, slots: list[Slot]) -> Screen:
    """The clinic had to close the time of a visit: told plainly, with other times at once."""
    sorry = say("We are sorry. The clinic must close at that time, so this visit cannot take place:")
    lines = together([moment(when, clinic.zone, say.language), say("Code: <b>{code}</b>", code=code)], "\n")
    offer = say("You can take one of these times:") if slots else say("Please choose another day.")
    rows = (*other_times(say, clinic, slots), *column(Button(say.label("📅 Book a visit"), StartBooking())))
    return Screen(together([sorry, lines, offer, emergency_line(say)]), rows, protect=True)
