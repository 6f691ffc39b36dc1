"""Choosing a clinic, a service, a day of the calendar and a time.

The rule of the calendar: a cell is the day and the places left, `12·3`; without places it is a dot.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from handlers.presses.booking import NoPlaces, Soonest
from handlers.presses.visits import (
    MoveToDay,
    MoveToSlot,
    MoveVisit,
    PickClinic,
    PickDay,
    PickService,
    ShowVisit,
    StartBooking,
    TakeSlot,
)
from handlers.screen import Button, Rows, Screen, column, grid
from handlers.screens.start import emergency_line, menu_button
from handlers.screens.waiting import join_button
from locales.catalogue import NOTHING, Html, Translator, together
from locales.formats import clock, long_day, month_year, short_moment, week_letters
from scheduling.clinics import Clinic, Clinics
from scheduling.rules import NEAREST, months_between, months_from

WEEK = timedelta(days=7)


class Time(Protocol):
    """A start time somebody can choose."""

    @property
    def id(self) -> int: ...  # noqa: D102 - the slot's number
    @property
    def starts_at(self) -> datetime: ...  # noqa: D102


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


class DayButtons:
    """What the buttons of days and times do: book a new visit, or move one."""

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
        """Another month: so many after the present one."""
        if self.booking_id is None:
            return PickService(self.clinic, self.service, page)
        return MoveVisit(self.booking_id, page)


def choose_day(
    say: Translator,
    title: Html,
    clinic: Clinic,
    days: DayButtons,
    places: dict[date, int],
    times: Sequence[Time],
    today: date,
    page: int,
) -> Screen:
    """The soonest times, and a month with the places left on each day; `page` months after the present one."""
    months = sorted({months_between(today, day) for day in places})
    shown = min(months, key=lambda month: (abs(month - page), month))
    first = months_from(today, shown)
    soonest = other_times(say, clinic, times[:NEAREST], days.booking_id)
    more = Button(say.label("⏩ More of the soonest"), Soonest(days.clinic, days.service))
    before = next((month for month in reversed(months) if month < shown), None)
    after = next((month for month in months if month > shown), None)
    turning = (
        *([Button(say.label("◀ Earlier"), days.turn(before))] if before is not None else []),
        *([Button(say.label("Later ▶"), days.turn(after))] if after is not None else []),
    )
    text = together(
        [
            title,
            say("The soonest times are on top. Or choose a day: after the number stands how many places are left."),
            say("<b>{month}</b>", month=month_year(first, say.language)),
        ]
    )
    rows = (
        *soonest,
        *(column(more) if days.booking_id is None and len(times) > NEAREST else ()),
        *_month(say.language, first, places, today, days),
        *([turning] if turning else []),
        *column(days.back),
    )
    return Screen(text, rows, private=True, about=days.booking_id or 0)


def _month(language: str, first: date, places: dict[date, int], today: date, days: DayButtons) -> Rows:
    """The weeks of a month from Sunday to Saturday, without those that are over."""
    head = tuple(Button(letters, NoPlaces()) for letters in week_letters(language))
    end, sunday = months_from(first, 1), _sunday(max(first, today))
    weeks: list[tuple[Button, ...]] = []
    while sunday < end:
        weeks.append(tuple(_cell(sunday + timedelta(days=number), first, places, days) for number in range(7)))
        sunday += WEEK
    return (head, *weeks)


def _cell(day: date, first: date, places: dict[date, int], days: DayButtons) -> Button:
    if months_between(first, day) or day not in places:
        return Button("·", NoPlaces())
    return Button(f"{day.day}·{places[day]}", days.on(day))


def _sunday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() % 7)


def no_day(say: Translator, title: Html, days: DayButtons, elsewhere: Rows) -> Screen:
    """Nothing is free: other clinics and the waiting list."""
    none = say("There is no free time at the moment. New times open often: please look again tomorrow.")
    other = say("Or choose one of these:") if elsewhere else NOTHING
    rows = (*elsewhere, *column(days.back, menu_button(say)))
    return Screen(together([title, none, other, emergency_line(say)]), rows, private=True, about=days.booking_id or 0)


def other_ways(say: Translator, clinics: Clinics, others: list[str], clinic_id: str, service: str) -> Rows:
    """Other clinics that have the service, then the waiting list of this one."""
    named = [Button(clinics.clinics[key].name[say.language], PickService(key, service, 0)) for key in others]
    return column(*named, join_button(say, clinic_id, service))


def choose_soonest(say: Translator, title: Html, clinic: Clinic, times: Sequence[Time], days: DayButtons) -> Screen:
    """The next free times in one list."""
    back = Button(say.label("◀ Another day"), days.turn(0))
    text = together([title, say("These are the soonest free times. All times are Thai time.")])
    return Screen(text, (*other_times(say, clinic, times), *column(back)), private=True)


def choose_time(say: Translator, clinic: Clinic, day: date, slots: Sequence[Time], days: DayButtons) -> Screen:
    """Which time of the day."""
    buttons = [Button(clock(slot.starts_at, clinic.zone), time_press(slot, days.booking_id)) for slot in slots]
    title = say("<b>{day}</b>", day=long_day(day, say.language))
    back = column(Button(say.label("◀ Another day"), days.turn(0)))
    if not slots:
        gone = say("All times of this day are taken now. Please choose another day.")
        return Screen(together([title, gone]), back, private=True, about=days.booking_id or 0)
    text = together([title, say("What time? All times are Thai time.")])
    return Screen(text, (*grid(buttons, 4), *back), private=True, about=days.booking_id or 0)


def time_press(slot: Time, booking_id: int | None) -> TakeSlot | MoveToSlot:
    """What choosing a time does."""
    return TakeSlot(slot.id) if booking_id is None else MoveToSlot(booking_id, slot.id)


def other_times(say: Translator, clinic: Clinic, slots: Sequence[Time], booking_id: int | None = None) -> Rows:
    """Free times as buttons, with their days."""
    return column(
        *(
            Button(short_moment(slot.starts_at, clinic.zone, say.language), time_press(slot, booking_id))
            for slot in slots
        )
    )
