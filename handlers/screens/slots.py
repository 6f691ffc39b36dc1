"""What clinic staff see of single times and of holidays."""

from datetime import date, timedelta

from handlers.presses.openings import ChangeCapacity, FlipHoliday, SeeHolidays, SeeSlots, ShowSlot
from handlers.screen import Button, Screen, column, grid
from handlers.screens.openings import confirm_rows
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.formats import calendar_year, clock, long_day, short_day
from scheduling import rules
from scheduling.clinics import Clinics
from scheduling.holidays import Holiday
from storage.tables import Booking, Slot

SLOTS_EXAMPLE = "/slots mae-sot friday"
CAPACITY_EXAMPLE = "/capacity mae-sot vaccination friday 09:00 x3"
HOLIDAYS_EXAMPLE = "/holidays mae-sot 24 dec New staff training"
"""Examples are commands, the same in every language."""
MOST_LINES = 60


def day(say: Translator, clinics: Clinics, clinic_id: str, service: str, on: date, slots: list[Slot]) -> Screen:
    """A day's times, each with its places; one service at a time can be changed."""
    clinic = clinics.clinics[clinic_id]
    shown = [slot for slot in slots if not service or slot.service == service]
    heading = say("<b>{clinic}</b>\n{day}", clinic=clinic.name[say.language], day=long_day(on, say.language))
    lines = [slot_line(say, clinics, slot) for slot in shown[:MOST_LINES]]
    more = say("and {count} more", count=len(shown) - MOST_LINES) if len(shown) > MOST_LINES else NOTHING
    legend = say("booked + held / places")
    listed = together([legend, *lines, more], "\n") if lines else say("No times on this day.")
    services = sorted({slot.service for slot in slots})
    if service or len(services) == 1:
        labels = [Button(f"{clock(slot.starts_at, clinic.zone)} x{slot.capacity}", ShowSlot(slot.id)) for slot in shown]
        buttons = grid(labels[:MOST_LINES], 4)
    else:
        buttons = column(
            *(Button(clinics.services[key].name[say.language], SeeSlots(clinic_id, key, on)) for key in services)
        )
    before, after = on - timedelta(days=1), on + timedelta(days=1)
    turn = (
        Button(f"◀ {before.day}", SeeSlots(clinic_id, service, before)),
        Button(f"{after.day} ▶", SeeSlots(clinic_id, service, after)),
    )
    return Screen(together([heading, listed]), (*buttons, turn, (menu_button(say),)), protect=True)


def slot_line(say: Translator, clinics: Clinics, slot: Slot) -> Html:
    """`09:00 · Vaccination · 2+1/4`, with what is special about it."""
    zone = clinics.clinics[slot.clinic_id].zone
    given = slot.taken + slot.held
    over = 0 if slot.closed else rules.overbooked(slot.capacity, slot.walkin, given)
    return together(
        [
            clock(slot.starts_at, zone),
            clinics.services[slot.service].name[say.language],
            f"{slot.taken}+{slot.held}/{slot.capacity}",
            say("walk-in {count}", count=slot.walkin) if slot.walkin else NOTHING,
            say("⚠️ overbooked by {count}", count=over) if over else NOTHING,
            say("closed") if slot.closed else NOTHING,
        ],
        " · ",
    )


def slot(say: Translator, clinics: Clinics, one: Slot) -> Screen:
    """One time, and what can be changed about it."""
    on = one.starts_at.astimezone(clinics.clinics[one.clinic_id].zone).date()
    fewer = Button(say.label("➖ One place"), ChangeCapacity(one.id, one.capacity - 1)) if one.capacity > 1 else None
    more = Button(say.label("➕ One place"), ChangeCapacity(one.id, one.capacity + 1))
    change = tuple(button for button in (fewer, more) if button) if not one.closed else ()
    back = Button(say.label("◀ The day"), SeeSlots(one.clinic_id, one.service, on))
    text = together([escaped(long_day(on, say.language)), slot_line(say, clinics, one)])
    return Screen(text, tuple(row for row in (change, (back,)) if row), protect=True)


def preview_capacity(say: Translator, clinics: Clinics, one: Slot, capacity: int, over: int, nonce: int) -> Screen:
    """What another number of places would mean; being overbooked is said before it can be confirmed."""
    on = long_day(one.starts_at.astimezone(clinics.clinics[one.clinic_id].zone).date(), say.language)
    title = say("<b>Change the places?</b>")
    sums = say("Now: {before:place|places}. Then: {after:place|places}.", before=one.capacity, after=capacity)
    given = say("{count:person is|people are} booked or being booked.", count=one.taken + one.held)
    warned = say(
        "⚠️ This time would be overbooked by {count}: nobody is cancelled, and nobody else can book it.", count=over
    )
    parts = [title, together([on, slot_line(say, clinics, one)], "\n"), sums, given, warned if over else NOTHING]
    return Screen(together(parts), confirm_rows(say, nonce))


def capacity_changed(
    say: Translator, time: str, capacity: int, over: int, clinic: str, service: str, on: date
) -> Screen:
    """What it came to."""
    done = say("✅ {time}: {count:place|places} now.", time=time, count=capacity)
    warned = say("⚠️ overbooked by {count}", count=over)
    back = Button(say.label("◀ The day"), SeeSlots(clinic, service, on))
    return Screen(together([done, warned if over else NOTHING]), column(back, menu_button(say)))


def no_such_time(say: Translator, clinics: Clinics, clinic_id: str, service: str, on: date) -> Screen:
    """A /capacity for a time that does not exist."""
    none = say("There is no such time on {day}.", day=long_day(on, say.language))
    name = clinics.services[service].name[say.language]
    back = Button(say.label("◀ The day"), SeeSlots(clinic_id, service, on))
    return Screen(
        together([none, name, say("For example:"), escaped(CAPACITY_EXAMPLE)]), column(back, menu_button(say))
    )


def holidays(
    say: Translator, clinics: Clinics, clinic_id: str, year: int, listed: list[Holiday], today: date, years: range
) -> Screen:
    """A clinic's holidays of a year; a tap changes one that is to come."""
    title = say("<b>Holidays</b>\n{clinic}", clinic=clinics.clinics[clinic_id].name[say.language])
    lines = [_holiday_line(say, each) for each in listed] or [say("No holiday in this year.")]
    note = say("On a closed holiday no times are opened. Tap a day to change it; add one of your own like this:")
    buttons = [
        Button(f"{'🔒' if each.closed else '🔓'} {short_day(each.day, say.language)}", FlipHoliday(clinic_id, each.day))
        for each in listed
        if each.day >= today
    ]
    earlier = (
        Button(f"◀ {calendar_year(year - 1, say.language)}", SeeHolidays(clinic_id, year - 1))
        if year - 1 in years
        else None
    )
    later = (
        Button(f"{calendar_year(year + 1, say.language)} ▶", SeeHolidays(clinic_id, year + 1))
        if year + 1 in years
        else None
    )
    turn = tuple(button for button in (earlier, later) if button)
    text = together([title, together(lines, "\n"), together([note, escaped(HOLIDAYS_EXAMPLE)], "\n")])
    return Screen(text, (*grid(buttons, 2), *((turn,) if turn else ()), (menu_button(say),)))


def _holiday_line(say: Translator, each: Holiday) -> Html:
    state = NOTHING if each.closed else say("we work")
    return together([f"{'🔒' if each.closed else '🔓'} {short_day(each.day, say.language)}", each.name, state], " · ")


def preview_holiday(
    say: Translator, clinics: Clinics, clinic_id: str, each: Holiday, visits: list[tuple[Booking, Slot]], nonce: int
) -> Screen:
    """What closing on a day, or working on it, would mean. `each` is as it would be then."""
    clinic = clinics.clinics[clinic_id]
    title = say("<b>Close on this day?</b>") if each.closed else say("<b>Work on this day?</b>")
    named = together([clinic.name[say.language], long_day(each.day, say.language), each.name], "\n")
    if not each.closed:
        return Screen(
            together([title, named, say("The times of your openings are made for it.")]), confirm_rows(say, nonce)
        )
    effect = say("Empty times of this day go. Openings make no new ones.")
    stay = visits_stay(say, clinics, clinic_id, each.day, visits)
    return Screen(together([title, named, effect, stay]), confirm_rows(say, nonce), protect=True)


def visits_stay(
    say: Translator, clinics: Clinics, clinic_id: str, on: date, visits: list[tuple[Booking, Slot]]
) -> Html:
    """Visits that stand on a day that becomes a holiday, and what to type about them."""
    if not visits:
        return NOTHING
    zone = clinics.clinics[clinic_id].zone
    codes = together([f"{clock(slot.starts_at, zone)} {booking.code}" for booking, slot in visits[:MOST_LINES]], "\n")
    told = say(
        "{count:visit stands on this day and is|visits stand on this day and are} not cancelled by this:",
        count=len(visits),
    )
    hint = together([say("To tell these people, close the day:"), f"/close {clinic_id} {on.isoformat()}"], "\n")
    return together([told, codes, hint])


def holiday_edited(say: Translator, on: date, closed: bool, count: int, clinic_id: str) -> Screen:
    """What it came to."""
    day = long_day(on, say.language)
    done = (
        say("✅ {day}: closed. {count:empty time is|empty times are} gone.", day=day, count=count)
        if closed
        else say("✅ {day}: open. {count:time is|times are} made.", day=day, count=count)
    )
    back = Button(say.label("🗓 Holidays"), SeeHolidays(clinic_id, on.year))
    return Screen(done, column(back, menu_button(say)))
