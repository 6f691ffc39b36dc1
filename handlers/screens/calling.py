"""Whom to call, and whose name to call out: lists of codes. Nothing here names a person or how to reach them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.presses.calling import SeeCalls, SeeSheet, TickCall
from handlers.presses.desk import SeeDay, SeeName
from handlers.screen import Button, Rows, Screen, column, grid
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import clock, long_day, short_moment
from locales.languages import NATIVE
from scheduling.calling import Call, Reason
from scheduling.clinics import Clinic
from storage.tables import Booking, Slot

WHY = {
    Reason.NO_TELEGRAM: words("no Telegram"),
    Reason.BLOCKED: words("messages are blocked"),
    Reason.FAILED: words("the reminder failed"),
    Reason.UNKNOWN: words("not sure that the reminder arrived"),
    Reason.EXPIRED: words("the reminder was too late"),
    Reason.SILENT: words("the reminder still waits"),
    Reason.NONE: words("no reminder was possible"),
}
MOST_LINES = 40
"""Lines of one message; the day sheet has them all."""
BESIDE = 15
"""Lines where something else stands in the message too."""


def section(say: Translator, clinic: Clinic, calls: list[Call], most: int = BESIDE) -> Html:
    """The list as a part of the day; nothing when everybody is reached."""
    if not calls:
        return NOTHING
    lines = [line(say, clinic.zone, call) for call in calls[:most]]
    return together([say("📞 Messages do not reach:"), *lines, _more(say, len(calls), most)], "\n")


def line(say: Translator, zone: ZoneInfo, call: Call) -> Html:
    """Time, code, why, the language to speak, and whether somebody has called."""
    called = call.booking.called_at
    done = say("✓ called at {time}", time=clock(called, zone)) if called else NOTHING
    head = f"{clock(call.slot.starts_at, zone)} {call.booking.code}"
    return together([head, say(WHY[call.reason]), NATIVE.get(call.language, ""), done], " · ")


def calls_button(say: Translator, clinic_id: str, day: date, calls: list[Call]) -> Rows:
    """The way from the day to the list."""
    left = len([call for call in calls if not call.booking.called_at])
    return column(Button(say.label("📞 Call list: {count}", count=left), SeeCalls(clinic_id, day))) if calls else ()


def call_list(say: Translator, clinic: Clinic, clinic_id: str, day: date, calls: list[Call], toast: str = "") -> Screen:
    """The list with a button for each call."""
    title = say("<b>{clinic}</b>\n{day}", clinic=clinic.name[say.language], day=long_day(day, say.language))
    back = column(Button(say.label("◀ Back"), SeeDay(clinic_id, day)))
    if not calls:
        text = together([title, say("Messages reach everybody who has a visit on this day.")])
        return Screen(text, back, toast=toast, protect=True)
    how = say("After a call, tap the code. Then your colleagues see that it is done.")
    buttons = [
        Button(f"{'✓' if call.booking.called_at else '📞'} {_coded(call.slot, call.booking, clinic)}", _tick(call))
        for call in calls[:MOST_LINES]
    ]
    text = together([title, section(say, clinic, calls, MOST_LINES), how])
    return Screen(text, (*grid(buttons, 2), *back), toast=toast, protect=True)


def notice(say: Translator, clinic: Clinic, clinic_id: str, day: date, calls: list[Call]) -> Screen:
    """In the evening before: how many, and which codes."""
    title = say("<b>{clinic}</b>\n{day}", clinic=clinic.name[say.language], day=long_day(day, say.language))
    count = say(
        "📞 Reminders did not reach {count:visit|visits}. Please call before the visit, if you can.", count=len(calls)
    )
    lines = together([*(line(say, clinic.zone, call) for call in calls[:MOST_LINES]), _more(say, len(calls))], "\n")
    return Screen(together([title, count, lines]), calls_button(say, clinic_id, day, calls), protect=True)


def silence(
    say: Translator,
    clinic: Clinic,
    clinic_id: str,
    span: tuple[datetime, datetime],
    visits: list[tuple[Booking, Slot]],
) -> Screen:
    """From when to when reminders were silent, and whose visits may be forgotten over it."""
    begin, end = (short_moment(moment, clinic.zone, say.language) for moment in span)
    told = say("⚠️ <b>Reminders were silent</b> from {begin} to {end}.", begin=begin, end=end)
    name = say("<b>{clinic}</b>", clinic=clinic.name[say.language])
    if not visits:
        late = say("All those that were late have gone out now.")
        return Screen(together([name, told, late]), column(menu_button(say)), protect=True)
    count = say("{count:visit|visits} of which the people may not know:", count=len(visits))
    shown = [f"{short_moment(slot.starts_at, clinic.zone, say.language)} {booking.code}" for booking, slot in visits]
    lines = together([*shown[:MOST_LINES], _more(say, len(visits))], "\n")
    days = sorted({slot.starts_at.astimezone(clinic.zone).date() for _, slot in visits})
    buttons = [
        Button(say.label("📞 Call list · {day}", day=long_day(day, say.language)), SeeCalls(clinic_id, day))
        for day in days[:2]
    ]
    return Screen(together([name, told, together([count, lines], "\n")]), column(*buttons), protect=True)


def names(say: Translator, clinic: Clinic, clinic_id: str, day: date, visits: list[tuple[Booking, Slot]]) -> Screen:
    """Which visits have a name: each is shown by itself, after a tap."""
    title = say("<b>{clinic}</b>\n{day}", clinic=clinic.name[say.language], day=long_day(day, say.language))
    back = column(Button(say.label("◀ Back"), SeeDay(clinic_id, day)))
    if not visits:
        return Screen(together([title, say("No visit of this day has a name to call out.")]), back, protect=True)
    buttons = [Button(_coded(slot, booking, clinic), SeeName(booking.id)) for booking, slot in visits[:MOST_LINES]]
    how = say("Tap a code to see the name to call out. Each look is noted in the log.")
    return Screen(together([title, how]), (*grid(buttons, 2), *back), protect=True)


def sheet_button(say: Translator, clinic_id: str, day: date) -> Button:
    """The way from the day to its sheet."""
    return Button(say.label("🖨 Day sheet"), SeeSheet(clinic_id, day))


def _tick(call: Call) -> TickCall:
    return TickCall(call.slot.clinic_id, call.booking.id, call.booking.called_at is None)


def _coded(slot: Slot, booking: Booking, clinic: Clinic) -> str:
    return f"{clock(slot.starts_at, clinic.zone)} {booking.code}"


def _more(say: Translator, count: int, most: int = MOST_LINES) -> Html:
    return say("… and {count} more", count=count - most) if count > most else NOTHING
