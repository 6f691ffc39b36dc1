"""One visit as staff see it, and what they do for its person."""

from datetime import datetime

from handlers.presses.desk import CallOff, FindVisit, RunVisit, SeeName, TypeMove, TypeName, UndoLast
from handlers.screen import Button, Screen, column
from handlers.screens.openings import confirm_rows
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together, words
from locales.formats import moment
from locales.languages import NATIVE
from scheduling.acting import REASONS, Found
from scheduling.clinics import Clinic, Clinics
from scheduling.rules import Status, Whom
from storage.tables import Slot

FIND_EXAMPLE = "/find K7M4QX"
BOOK_EXAMPLE = "/book mae-sot vaccination friday 09:00"
MOVE_EXAMPLE = "/move K7M4QX friday 10:00"
CANCEL_EXAMPLE = "/cancel K7M4QX ill"
"""Examples are commands, the same in every language."""
STATUS: dict[str, str] = {
    Status.STANDING: words("booked"),
    Status.CANCELLED: words("cancelled"),
    Status.CLOSED: words("ended by the clinic"),
    Status.NO_SHOW: words("did not come"),
    Status.DONE: words("done"),
}
REASON: dict[str, str] = {
    "ill": words("Somebody of the staff is ill"),
    "equipment": words("Something does not work"),
    "weather": words("The weather"),
    "other": words("Another reason"),
}


def found(say: Translator, clinics: Clinics, one: Found, commands: frozenset[str]) -> Screen:
    """One visit; `commands` of the queue that this bot knows become buttons."""
    booking, slot = one.visit.booking, one.visit.slot
    lines = [
        say("<b>{code}</b>", code=booking.code),
        clinics.services[slot.service].name[say.language],
        moment(slot.starts_at, clinics.clinics[slot.clinic_id].zone, say.language),
        say(STATUS[booking.status]),
        NATIVE[one.person.language] if one.person else say("no Telegram"),
        say("Interpreter: {language}", language=NATIVE[booking.interpreter]) if booking.interpreter else NOTHING,
        say("for somebody of the family") if booking.whom == Whom.FAMILY else NOTHING,
        say("said that they are coming") if booking.confirmed_at else NOTHING,
        say("{minutes:minute|minutes} late", minutes=booking.late_minutes) if booking.late_minutes else NOTHING,
        say("📞 Messages do not reach this person.") if one.person and not one.person.reachable else NOTHING,
    ]
    rows = []
    if booking.status == Status.STANDING:
        labels = {
            "here": say.label("📍 Here"),
            "noshow": say.label("Did not come"),
            "done": say.label("✅ Done"),
        }
        marks = [Button(label, RunVisit(booking.id, name)) for name, label in labels.items() if name in commands]
        rows += [tuple(marks)] if marks else []
    if booking.status in (Status.STANDING, Status.CLOSED):
        move = Button(say.label("🔁 Move"), TypeMove(booking.id))
        off = Button(say.label("✖️ Cancel"), CallOff(booking.id, ""))
        rows.append((move, off) if booking.status == Status.STANDING else (move,))
    name = Button(say.label("👤 Name to call"), SeeName(booking.id)) if booking.name else None
    rows += column(name, menu_button(say))
    return Screen(together(lines, "\n"), tuple(rows), protect=True)


def name(say: Translator, one: Found, called: str) -> Screen:
    """What to call out for one visit."""
    text = (
        say("{code}: <b>{name}</b>", code=one.visit.booking.code, name=called) if called else say("No name was given.")
    )
    return Screen(text, column(Button(say.label("◀ Back"), FindVisit(one.visit.booking.id))), protect=True)


def preview_book(say: Translator, clinics: Clinics, slot: Slot, over: int, nonce: int) -> Screen:
    """What a /book for somebody at the desk would do."""
    parts = [say("<b>Book this time for somebody at the desk?</b>"), _time(say, clinics, slot), _over(say, over)]
    return Screen(together(parts), confirm_rows(say, nonce))


def preview_move(say: Translator, clinics: Clinics, one: Found, slot: Slot, over: int, nonce: int) -> Screen:
    """What a /move would do."""
    old = moment(one.visit.slot.starts_at, clinics.clinics[slot.clinic_id].zone, say.language)
    what = say("<b>{code}</b>\nUntil now: {old}", code=one.visit.booking.code, old=old)
    parts = [say("<b>Move this visit?</b>"), what, _time(say, clinics, slot), _over(say, over), _will_hear(say, one)]
    return Screen(together(parts), confirm_rows(say, nonce))


def preview_cancel(say: Translator, clinics: Clinics, one: Found, reason: str, nonce: int) -> Screen:
    """What a /cancel would do."""
    old = moment(one.visit.slot.starts_at, clinics.clinics[one.visit.slot.clinic_id].zone, say.language)
    what = together([say("<b>{code}</b>", code=one.visit.booking.code), old, say(REASON[reason])], "\n")
    return Screen(together([say("<b>Cancel this visit?</b>"), what, _will_hear(say, one)]), confirm_rows(say, nonce))


def which_reason(say: Translator, one: Found) -> Screen:
    """Why the clinic cancels: people are told in their language."""
    booking = one.visit.booking
    buttons = [Button(say.label(REASON[reason]), CallOff(booking.id, reason)) for reason in REASONS]
    text = say("Why is {code} cancelled? The person is told this reason in their language.", code=booking.code)
    return Screen(text, column(*buttons, Button(say.label("◀ Back"), FindVisit(booking.id))))


def booked(say: Translator, clinic: Clinic, clinic_id: str, booking_id: int, code: str, at: str) -> Screen:
    """Booked for somebody at the desk: the code to tell them."""
    when = moment(datetime.fromisoformat(at), clinic.zone, say.language)
    text = say("✅ Booked: {when}\nCode to tell the person: <b>{code}</b>", when=when, code=code)
    rows = column(
        Button(say.label("✏️ Add a name to call"), TypeName(booking_id)),
        Button(say.label("↩️ Undo"), UndoLast(clinic_id)),
        menu_button(say),
    )
    return Screen(text, rows, protect=True)


def moved(say: Translator, clinic: Clinic, clinic_id: str, code: str, at: str, told: bool) -> Screen:
    """Moved."""
    when = moment(datetime.fromisoformat(at), clinic.zone, say.language)
    return _done(say, say("✅ {code} has moved: {when}", code=code, when=when), clinic_id, told)


def cancelled(say: Translator, clinic_id: str, code: str, told: bool) -> Screen:
    """Called off."""
    return _done(say, say("✅ {code} is cancelled.", code=code), clinic_id, told)


def ask_name(say: Translator) -> Screen:
    """What to call out."""
    return Screen(say("What should be called out? Any name will do. Please type it."), column(menu_button(say)))


def ask_move(say: Translator, one: Found) -> Screen:
    """To which time."""
    text = say(
        "To which time does {code} move? Please type the day and the time, like this:", code=one.visit.booking.code
    )
    return Screen(together([text, escaped("friday 10:00")]), column(menu_button(say)))


def _done(say: Translator, done: Html, clinic_id: str, told: bool) -> Screen:
    heard = say("The person is being told in their language.") if told else say("No Telegram: please tell the person.")
    rows = column(Button(say.label("↩️ Undo"), UndoLast(clinic_id)), menu_button(say))
    return Screen(together([done, heard]), rows, protect=True)


def _time(say: Translator, clinics: Clinics, slot: Slot) -> Html:
    clinic = clinics.clinics[slot.clinic_id]
    service = clinics.services[slot.service].name[say.language]
    when = say("<b>{when}</b>", when=moment(slot.starts_at, clinic.zone, say.language))
    return together([clinic.name[say.language], service, when], "\n")


def _over(say: Translator, over: int) -> Html:
    return say("⚠️ This time is full. It would be overbooked by {count}.", count=over) if over else NOTHING


def _will_hear(say: Translator, one: Found) -> Html:
    if one.person is None:
        return say("No Telegram: please tell the person.")
    return say("The person will be told in their language ({language}).", language=NATIVE[one.person.language])
