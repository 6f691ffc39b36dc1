"""What clinic staff see: the day, previews, results."""

from datetime import date, timedelta

from handlers.presses.desk import ConfirmDesk, SeeDay
from handlers.screen import Button, Screen, column
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.formats import clock, long_day
from locales.languages import NATIVE
from scheduling.clinics import Clinics
from scheduling.desk import Line, Span
from scheduling.rules import Plan, Status
from storage.tables import Booking, Slot

OPEN_EXAMPLE = "/open mae-sot vaccination friday 09:00-12:00 every 20m x2"
CLOSE_EXAMPLE = "/close mae-sot friday 13:00-17:00"
TODAY_EXAMPLE = "/today mae-sot tomorrow"
NOSHOW_EXAMPLE = "/noshow K7M4QX"
"""Examples are commands, the same in every language."""


def day(say: Translator, clinics: Clinics, clinic_id: str, on: date, slots: list[Slot], lines: list[Line]) -> Screen:
    """A clinic's day: counts, then one line a booking."""
    clinic = clinics.clinics[clinic_id]
    open_slots = [slot for slot in slots if not slot.closed]
    places = sum(slot.capacity for slot in open_slots)
    heading = say("<b>{clinic}</b>\n{day}", clinic=clinic.name[say.language], day=long_day(on, say.language))
    counts = say("Booked: {booked} · Places: {places}", booked=len(lines), places=places)
    listed = together([_line(say, clinics, line) for line in lines[:60]], "\n") or say("Nobody is booked.")
    call = [line for line in lines if not line.reachable and line.booking.status == Status.STANDING]
    calls = together(
        [
            say("📞 Messages do not reach:"),
            *(escaped(f"{clock(x.slot.starts_at, clinic.zone)} {x.booking.code}") for x in call),
        ],
        "\n",
    )
    before, after = on - timedelta(days=1), on + timedelta(days=1)
    turn = (
        Button(f"◀ {before.day}", SeeDay(clinic_id, before)),
        Button(f"{after.day} ▶", SeeDay(clinic_id, after)),
    )
    return Screen(together([heading, counts, listed, calls if call else ""]), (turn, (menu_button(say),)), protect=True)


def _line(say: Translator, clinics: Clinics, line: Line) -> Html:
    time = clock(line.slot.starts_at, clinics.clinics[line.slot.clinic_id].zone)
    service = clinics.services[line.slot.service].name[say.language]
    status = say("did not come") if line.booking.status == Status.NO_SHOW else NOTHING
    parts = [f"{time} {line.booking.code}", service, NATIVE.get(line.language, ""), status]
    return together(parts, " · ")


def preview_open(say: Translator, clinics: Clinics, plan: Plan, count: int, nonce: int) -> Screen:
    """What an /open would do."""
    clinic = clinics.clinics[plan.clinic_id]
    what = together(
        [
            clinic.name[say.language],
            clinics.services[plan.service].name[say.language],
            long_day(plan.day, say.language),
            f"{plan.opens:%H:%M}-{plan.closes:%H:%M}",
        ],
        "\n",
    )
    total = count * plan.capacity
    sums = say("{times} times, {places} places in all.", times=count, places=total)
    return Screen(together([say("<b>Open these times?</b>"), what, sums]), _confirm(say, nonce))


def opened(say: Translator, added: int, existing: int) -> Screen:
    """What an /open did."""
    done = say("✅ {count} times are open now.", count=added)
    left = (
        say("{count} times were there already or are closed; they stay as they were.", count=existing)
        if existing
        else NOTHING
    )
    return Screen(together([done, left]), column(menu_button(say)))


def preview_close(say: Translator, clinics: Clinics, span: Span, people: dict[str, int], nonce: int) -> Screen:
    """Whom a /close would touch, by language."""
    clinic = clinics.clinics[span.clinic_id]
    day = long_day(span.begin.astimezone(clinic.zone).date(), say.language)
    hours = f"{clock(span.begin, clinic.zone)}-{clock(span.end, clinic.zone)}"
    what = together([clinic.name[say.language], day, hours], "\n")
    total = sum(people.values())
    told = say("{count} people are booked. They will be told in their language and offered other times.", count=total)
    nobody = say("Nobody is booked then.")
    by_language = together(
        [
            f"{NATIVE[language] if language else say.label('no Telegram')}: {count}"
            for language, count in sorted(people.items())
        ],
        " · ",
    )
    parts = [say("<b>Close this time?</b>"), what, told if total else nobody, by_language]
    return Screen(together(parts), _confirm(say, nonce))


def closed(say: Translator, ended: int) -> Screen:
    """What a /close did."""
    text = say("✅ The time is closed. {count} people are being told.", count=ended)
    return Screen(text, column(menu_button(say)))


def no_show(say: Translator, clinics: Clinics, booking: Booking, slot: Slot) -> Screen:
    """Noted."""
    time = clock(slot.starts_at, clinics.clinics[slot.clinic_id].zone)
    text = say("Noted: {time} {code} did not come.", time=time, code=booking.code)
    return Screen(text, column(menu_button(say)))


def not_understood(say: Translator, part: str, example: str) -> Screen:
    """The part that was not understood, and a correct example."""
    what = (
        say("I did not understand this part: “{part}”", part=part) if part else say("Something is missing at the end.")
    )
    return Screen(together([what, say("For example:"), escaped(example)]), column(menu_button(say)))


def name_clinic(say: Translator, example: str) -> Screen:
    """For staff of several clinics: no change is made at a clinic that was not named."""
    text = say("You work at several clinics. Please name one.")
    return Screen(together([text, say("For example:"), escaped(example)]), column(menu_button(say)))


def which_clinic(say: Translator, clinics: Clinics, mine: list[str], on: date) -> Screen:
    """For staff of several clinics."""
    buttons = [Button(clinics.clinics[key].name[say.language], SeeDay(key, on)) for key in mine]
    return Screen(say("Which clinic?"), column(*buttons, menu_button(say)))


def stale(say: Translator) -> Screen:
    """The previewed change was replaced or is over an hour old."""
    return Screen(say("This preview is out of date. Please type the command again."), column(menu_button(say)))


def _confirm(say: Translator, nonce: int) -> tuple[tuple[Button, ...], ...]:
    return column(
        Button(say.label("✅ Yes, do it"), ConfirmDesk(nonce)),
        Button(say.label("No"), menu_button(say).press),
    )
