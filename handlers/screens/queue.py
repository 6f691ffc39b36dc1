"""The queue of the day: what the desk sees and presses, and what somebody sees who is there."""

from collections.abc import Sequence
from datetime import datetime

from handlers.presses.desk import FindVisit, OpenDesk, SeeName, UndoLast
from handlers.presses.queue import (
    AddWalkIn,
    CallFor,
    CallNext,
    ChooseLate,
    HowLong,
    MarkDone,
    MarkGone,
    MarkMissing,
    PickNext,
    SeeQueue,
)
from handlers.screen import Button, Rows, Screen, column, grid
from handlers.screens.lateness import runs_late
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.formats import clock, long_day
from locales.languages import NATIVE
from scheduling.clinics import Clinic, Clinics
from scheduling.line import Line, Place, Wait
from scheduling.rules import Stage
from storage.tables import Booking, Slot

HERE_EXAMPLE = "/here K7M4QX"
WALKIN_EXAMPLE = "/walkin mae-sot vaccination burmese"
NEXT_EXAMPLE = "/next mae-sot"
DONE_EXAMPLE = "/done K7M4QX"
NOSHOW_EXAMPLE = "/noshow K7M4QX"
QUEUE_EXAMPLE = "/queue mae-sot"
"""Examples are commands, the same in every language."""
LISTED = 15
"""People of one list that are shown; the others are counted."""


def queue(say: Translator, clinics: Clinics, clinic_id: str, line: Line, now: datetime, note: Html = NOTHING) -> Screen:
    """The live queue; `note` says what has just been done."""
    clinic = clinics.clinics[clinic_id]
    day = long_day(now.astimezone(clinic.zone).date(), say.language)
    heading = say(
        "<b>{clinic}</b>\n{day}, {time}", clinic=clinic.name[say.language], day=day, time=clock(now, clinic.zone)
    )
    counts = say(
        "Waiting: {waiting} · Called: {called} · Done: {done} · Not here yet: {expected}",
        waiting=len(line.waiting),
        called=len(line.called),
        done=line.done,
        expected=line.expected,
    )
    lists = [
        _listed(say("📣 Called:"), [_place(say, clinics, each, called=True) for each in line.called]),
        _listed(say("🚶 Waiting, in turn:"), [_place(say, clinics, each) for each in line.waiting]),
        _listed(say("⚠️ Here, but their visit has ended:"), [_place(say, clinics, each) for each in line.adrift]),
        _listed(say("❓ Not here long after their time:"), [_missing(clinic, *each) for each in line.overdue]),
    ]
    text = together([note, heading, together([counts, runs_late(say, line.late)], "\n"), *lists])
    return Screen(text, _queue_rows(say, clinic, clinic_id, line), protect=True)


def came(say: Translator, clinics: Clinics, place: Place, before: int) -> Screen:
    """Somebody is in the queue now: the number to tell them."""
    told = say("✅ Number <b>{number}</b>", number=place.entry.number)
    ahead = say("Before them: {count}", count=before)
    return Screen(together([told, _card(say, clinics, place), ahead]), _card_rows(say, place), protect=True)


def called(say: Translator, clinics: Clinics, place: Place, line: Line) -> Screen:
    """Whom to call out now."""
    told = say("📣 Call number <b>{number}</b>", number=place.entry.number)
    waiting = say("Still waiting: {count}", count=len(line.waiting))
    rows = (
        (
            Button(say.label("✅ Done"), MarkDone(place.entry.id)),
            Button(say.label("Has left"), MarkGone(place.entry.id)),
        ),
        (Button(say.label("▶ Next"), CallNext(place.entry.clinic_id, line.calls)),),
        *_card_rows(say, place),
    )
    return Screen(together([told, _card(say, clinics, place), waiting]), rows, protect=True)


def nobody(say: Translator, clinic_id: str, line: Line) -> Screen:
    """Nobody to call."""
    rows = column(Button(say.label("🚶 Queue"), SeeQueue(clinic_id)), menu_button(say))
    known = say("Not here yet: {expected}", expected=line.expected) if line.expected else NOTHING
    return Screen(together([say("Nobody is waiting now."), known], "\n"), rows, protect=True)


def which_service(say: Translator, clinics: Clinics, clinic_id: str, *, calling: bool = False) -> Screen:
    """For what somebody came; when `calling`, for which service the next one is called."""
    rows = []
    for service in clinics.offering(clinic_id):
        press = CallFor(clinic_id, service) if calling else AddWalkIn(clinic_id, service)
        rows.append(Button(clinics.services[service].name[say.language], press))
    text = say("<b>Next</b>\nFor what?") if calling else say("<b>Walk-in</b>\nFor what?")
    return Screen(text, column(*rows, Button(say.label("◀ Back"), SeeQueue(clinic_id))))


def marked(say: Translator, clinic_id: str, note: Html) -> Screen:
    """Done or missed, noted; it can be taken back."""
    return Screen(note, column(*after(say, clinic_id), menu_button(say)), protect=True)


def seen(say: Translator, name: object) -> Html:
    """Somebody was seen."""
    return say("✅ {name}: done.", name=name)


def missed(say: Translator, time: str, code: str) -> Html:
    """Somebody did not come to their visit."""
    return say("Noted: {time} {code} did not come.", time=time, code=code)


def gone(say: Translator, number: int) -> Html:
    """Somebody without a visit went away."""
    return say("Noted: number {number} has left.", number=number)


def waiting_here(say: Translator, one: Wait, entry_id: int) -> Screen:
    """For whoever is there: their number, who is before them, and about how long. Nothing that names the clinic."""
    number = say("Your number: <b>{number}</b>", number=one.number)
    if one.state == Stage.CALLED:
        told = say("It is your turn. Please go to the desk.")
    elif one.state != Stage.HERE:
        told = say("You are not waiting any more. If that is wrong, please tell the desk.")
    else:
        told = together([_before_you(say, one.before), _about(say, one.minutes)], "\n")
    again = how_long_rows(say, entry_id) if one.state == Stage.HERE else ()
    rows = (*again, *column(menu_button(say)))
    return Screen(together([number, told, emergency_line(say)]), rows, protect=True)


def how_long_rows(say: Translator, entry_id: int) -> Rows:
    """For whoever has a number: how long it may take, as it is then."""
    return column(Button(say.label("🔄 How long?"), HowLong(entry_id)))


def _before_you(say: Translator, count: int) -> Html:
    if count == 0:
        return say("Nobody is before you.")
    return say("{count:person is|people are} before you.", count=count)


def _about(say: Translator, minutes: int) -> Html:
    if minutes == 0:
        return say("It will be your turn very soon.")
    return say("It may take about {minutes:minute|minutes}. Urgent cases go first.", minutes=minutes)


def _listed(title: Html, lines: Sequence[Html]) -> Html:
    more = [escaped(f"+ {len(lines) - LISTED}")] if len(lines) > LISTED else []
    return together([title, *lines[:LISTED], *more], "\n") if lines else NOTHING


def _place(say: Translator, clinics: Clinics, place: Place, called: bool = False) -> Html:
    """One number on one line: time and code, or walk-in; service, language, since when."""
    entry, zone = place.entry, clinics.clinics[place.entry.clinic_id].zone
    visit = (
        f"{clock(place.slot.starts_at, zone)} {place.booking.code}" if place.booking and place.slot else say("walk-in")
    )
    since = clock((entry.called_at if called else None) or entry.came_at, zone)
    parts = [
        say("<b>{number}</b>", number=entry.number),
        visit,
        clinics.services[entry.service].name[say.language] if entry.service in clinics.services else NOTHING,
        _speaks(say, place),
        say("since {time}", time=since),
    ]
    return together(parts, " · ")


def _speaks(say: Translator, place: Place) -> Html:
    if place.booking and place.booking.interpreter:
        return say("🗣 {language}", language=NATIVE[place.booking.interpreter])
    return escaped(NATIVE.get(place.entry.language, ""))


def _missing(clinic: Clinic, booking: Booking, slot: Slot) -> Html:
    return escaped(f"{clock(slot.starts_at, clinic.zone)} {booking.code}")


def _card(say: Translator, clinics: Clinics, place: Place) -> Html:
    """What the desk needs to call and to help one person."""
    entry, zone = place.entry, clinics.clinics[place.entry.clinic_id].zone
    visit = NOTHING
    if place.booking and place.slot:
        time = clock(place.slot.starts_at, zone)
        visit = say("Visit: {time}, <b>{code}</b>", time=time, code=place.booking.code)
    interpreter = place.booking.interpreter if place.booking else ""
    lines = [
        visit or say("walk-in"),
        clinics.services[entry.service].name[say.language] if entry.service in clinics.services else NOTHING,
        escaped(NATIVE.get(entry.language, "")),
        say("Interpreter: {language}", language=NATIVE[interpreter]) if interpreter else NOTHING,
    ]
    return together(lines, "\n")


def _card_rows(say: Translator, place: Place) -> tuple[tuple[Button, ...], ...]:
    named = place.booking is not None and bool(place.booking.name)
    name = Button(say.label("👤 Name to call"), SeeName(place.booking.id)) if named and place.booking else None
    return column(name, *after(say, place.entry.clinic_id), menu_button(say))


def after(say: Translator, clinic_id: str) -> tuple[Button, Button]:
    """Where the desk goes on, and the way back."""
    return Button(say.label("🚶 Queue"), SeeQueue(clinic_id)), Button(say.label("↩️ Undo"), UndoLast(clinic_id))


def _queue_rows(say: Translator, clinic: Clinic, clinic_id: str, line: Line) -> tuple[tuple[Button, ...], ...]:
    inside = [
        (
            Button(say.label("✅ {number} done", number=each.entry.number), MarkDone(each.entry.id)),
            Button(say.label("{number} has left", number=each.entry.number), MarkGone(each.entry.id)),
        )
        for each in line.called[:5]
    ]
    missing = [
        Button(say.label("{code} did not come", code=booking.code), MarkMissing(booking.id))
        for booking, _ in line.overdue[:4]
    ]
    adrift = [
        Button(f"{each.entry.number} {each.booking.code}", FindVisit(each.booking.id))
        for each in line.adrift[:4]
        if each.booking
    ]
    following: tuple[Button, ...] = (Button(say.label("▶ Next"), CallNext(clinic_id, line.calls)),)
    if len(clinic.services) > 1:
        following += (Button(say.label("▶ Next for …"), PickNext(clinic_id)),)
    return (
        following,
        *inside,
        *grid(missing, 2),
        *grid(adrift, 2),
        (
            Button(say.label("➕ Walk-in"), AddWalkIn(clinic_id, "")),
            Button(say.label("⏱ Running late"), ChooseLate(clinic_id)),
        ),
        (Button(say.label("🔄 Refresh"), SeeQueue(clinic_id)), Button(say.label("↩️ Undo"), UndoLast(clinic_id))),
        (Button(say.label("◀ Desk"), OpenDesk(clinic_id)), menu_button(say)),
    )
