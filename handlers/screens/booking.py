"""From a chosen time to the place kept: is everything right, a name to call, the visits that belong together."""

from dataclasses import dataclass
from datetime import date, datetime

from handlers.presses.booking import AskName, ChooseHow, KeepPlace, KeepSeries, SeeSeries
from handlers.presses.visits import MyVisits, PickService, StartBooking
from handlers.screen import Button, Rows, Screen, column
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import NOTHING, Html, Translator, together
from locales.formats import clock, long_day, moment, short_day, short_moment
from locales.languages import NATIVE
from scheduling.booking import Visit
from scheduling.clinics import Clinic, Clinics
from storage.tables import Slot

SPOKEN = ("my", "km", "en")
"""Languages an interpreter may be asked for: at the clinics everybody speaks Thai."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen so far for a time. `until` is None when it is kept no more."""

    slot: Slot
    family: bool
    language: str
    name: str
    until: datetime | None
    for_self: bool = True
    due: tuple[date, ...] = ()
    """Days around which repeat visits would be."""


def confirm(say: Translator, clinics: Clinics, one: Chosen, note: Html = NOTHING) -> Screen:
    """Is everything right? For whom, which interpreter, a name; then one tap."""
    slot, clinic = one.slot, clinics.clinics[one.slot.clinic_id]
    days = ", ".join(short_day(day, say.language) for day in one.due)
    parts = [
        note,
        together(
            [
                say("<b>{service}</b>", service=clinics.services[slot.service].name[say.language]),
                say("{clinic}", clinic=clinic.name[say.language]),
                say("{moment} (Thai time)", moment=moment(slot.starts_at, clinic.zone, say.language)),
            ],
            "\n",
        ),
        say("More visits belong to this, around these days: {days}", days=days) if days else NOTHING,
        _interpreters(say, one) if asks_language(say.language, clinics, slot) else NOTHING,
        _kept_until(say, one, clinic),
    ]
    more = Button(say.label("📅 The other visits too"), SeeSeries(slot.id, one.family, one.language))
    rows = (
        *_whom(say, one),
        *(_languages(say, one) if asks_language(say.language, clinics, slot) else ()),
        (_name(say, one),),
        *column(
            more if days else None,
            Button(say.label("✅ Keep it"), KeepPlace(slot.id, one.family, one.language, bool(one.name))),
            Button(say.label("◀ Another time"), PickService(slot.clinic_id, slot.service, 0)),
        ),
    )
    return Screen(together(parts), rows, private=True)


def asks_language(language: str, clinics: Clinics, slot: Slot) -> bool:
    """Whether an interpreter matters: the service asks, or those who are there do not speak the reader's language."""
    known = [each for each in slot.languages.split(",") if each]
    return clinics.services[slot.service].interpreter or bool(known and language not in (*known, "th"))


def _interpreters(say: Translator, one: Chosen) -> Html:
    known = [NATIVE[each] for each in one.slot.languages.split(",") if each in NATIVE]
    asked = say("Do you need an interpreter?")
    if not known:
        return asked
    there = say("At this time there are interpreters for: {languages}", languages=", ".join(known))
    return together([asked, there], "\n")


def _kept_until(say: Translator, one: Chosen, clinic: Clinic) -> Html:
    if one.until is None:
        return say("This time is not kept for you any more. It may still be free: tap “Keep it”.")
    return say("Kept for you until {time}. Tap “Keep it” to book.", time=clock(one.until, clinic.zone))


def _whom(say: Translator, one: Chosen) -> Rows:
    """For whom; nothing to choose for who is somewhere else at that time."""
    mine, family = say.label("For me"), say.label("For someone in my family")
    if not one.for_self:
        return ((Button(f"✓ {family}", ChooseHow(one.slot.id, True, one.language)),),)
    return column(
        Button(mine if one.family else f"✓ {mine}", ChooseHow(one.slot.id, False, one.language)),
        Button(f"✓ {family}" if one.family else family, ChooseHow(one.slot.id, True, one.language)),
    )


def _languages(say: Translator, one: Chosen) -> Rows:
    """No interpreter, or one for a language."""
    none = say.label("No interpreter")
    spoken = tuple(
        Button(f"✓ {NATIVE[each]}" if each == one.language else NATIVE[each], ChooseHow(one.slot.id, one.family, each))
        for each in SPOKEN
    )
    return ((Button(none if one.language else f"✓ {none}", ChooseHow(one.slot.id, one.family, "")),), spoken)


def _name(say: Translator, one: Chosen) -> Button:
    label = say.label("✏️ Name: {name}", name=one.name) if one.name else say.label("✏️ A name to call (if you like)")
    return Button(label, AskName(one.slot.id, one.family, one.language))


def ask_name(say: Translator, back: ChooseHow) -> Screen:
    """Any name will do."""
    text = say(
        "What should we call you at the clinic? Write any name: it need not be the one on your papers."
        " Only the staff of the clinic see it, and it is erased a day after the visit."
    )
    return Screen(text, column(Button(say.label("Without a name"), back)), protect=True)


def name_too_long(say: Translator, most: int, back: ChooseHow) -> Screen:
    """Asked again."""
    text = say("This is long for a name to call. Please write a shorter one, at most {most} letters.", most=most)
    return Screen(text, column(Button(say.label("Without a name"), back)), protect=True)


def name_forgotten(say: Translator) -> Html:
    """The typed name went away with its hour, or with a command in between."""
    return say("I do not have the name any more. Please write it again, or keep the time without a name.")


def kept(say: Translator, visit: Visit, clinic: Clinic, moved: bool = False) -> Screen:
    """The place is kept. The ticket follows as a message of its own."""
    done = say("✅ <b>Your visit has moved.</b>") if moved else say("✅ <b>Your place is kept.</b>")
    when = say("{moment} (Thai time)", moment=moment(visit.slot.starts_at, clinic.zone, say.language))
    code = say("Your code: <b>{code}</b>", code=visit.booking.code)
    rows = column(Button(say.label("🗓 My visits"), MyVisits()), menu_button(say))
    return Screen(together([done, together([when, code], "\n"), emergency_line(say)]), rows, protect=True)


def kept_already(say: Translator, visit: Visit, clinic: Clinic, family: ChooseHow) -> Screen:
    """The same time chosen again: it is kept. Somebody of the family can have it too."""
    again = Button(say.label("The same time for someone in my family"), family)
    shown = kept(say, visit, clinic)
    return Screen(shown.text, (*column(again), *shown.rows), protect=True)


def series(
    say: Translator, clinic: Clinic, found: list[Slot], missing: list[date], nonce: int, one: KeepPlace
) -> Screen:
    """Every visit that belongs together, and what could not be found, before anything is booked."""
    zone, language = clinic.zone, say.language
    lines = [say("• {when}", when=moment(slot.starts_at, zone, language)) for slot in found]
    none = [say("• {day}: I found no free time around this day.", day=long_day(day, language)) for day in missing]
    later = say("What is missing can be booked later, when the clinic has opened more times.") if missing else NOTHING
    all_of_it = (
        column(Button(say.label("✅ Keep all {count}", count=len(found)), KeepSeries(nonce))) if len(found) > 1 else ()
    )
    rows = (
        *all_of_it,
        *column(
            Button(say.label("Only the first one"), one),
            Button(say.label("◀ Back"), ChooseHow(one.slot_id, one.family, one.language)),
        ),
    )
    title = say("<b>Visits that belong together</b>")
    return Screen(together([title, together([*lines, *none], "\n"), later]), rows, private=True)


def list_outdated(say: Translator) -> Screen:
    """The list of visits was replaced, or its hour is over."""
    text = say("This list is out of date, and nothing was booked now. Please choose a time again.")
    return Screen(text, column(Button(say.label("📅 Book a visit"), StartBooking()), menu_button(say)))


def kept_series(say: Translator, visits: list[Visit], clinic: Clinic) -> Screen:
    """All places are kept."""
    lines = [
        say(
            "{when}, code <b>{code}</b>",
            when=short_moment(visit.slot.starts_at, clinic.zone, say.language),
            code=visit.booking.code,
        )
        for visit in visits
    ]
    rows = column(Button(say.label("🗓 My visits"), MyVisits()), menu_button(say))
    done = say("✅ <b>Your places are kept.</b>")
    note = say("Each one can be moved or cancelled by itself. I remind you before each.")
    return Screen(together([done, together(lines, "\n"), note, emergency_line(say)]), rows, protect=True)
