"""The ticket of a visit: as a message, a picture, a file for the calendar, a place on the map.

The rule: only what the clinics file says is said. The service stands in the message alone, and in the picture of
somebody whose phone is theirs, or who asked for it.
"""

from functools import partial

from handlers.calendar_file import Keeper
from handlers.pictures.codes import code_alone
from handlers.pictures.fonts import can_shape
from handlers.pictures.ticket import Ticket, draw_ticket
from handlers.presses.choosing import OpenMenu
from handlers.presses.ticket import TicketFile, TicketMap, TicketPicture
from handlers.presses.visits import AskCancel, MoveVisit, MyVisits, ShowVisit
from handlers.presses.waiting import EarlierTime
from handlers.screen import Button, Rows, Screen, Venue, column
from handlers.screens.choosing import illustrative
from handlers.screens.start import emergency_line
from locales.catalogue import NOTHING, Catalogues, Html, Translator, together, words
from locales.formats import clock, long_day, moment
from scheduling.booking import Visit
from scheduling.clinics import Clinic, Clinics, Service, Texts
from scheduling.rules import Status, Whom

SPEAKS = {
    "th": words("I speak Thai."),
    "my": words("I speak Burmese."),
    "km": words("I speak Khmer."),
    "en": words("I speak English."),
}
NEEDS = {
    "th": words("I need a Thai interpreter."),
    "my": words("I need a Burmese interpreter."),
    "km": words("I need a Khmer interpreter."),
    "en": words("I need an English interpreter."),
}
"""Read at the desk, so they stand in Thai too."""


def ticket(say: Translator, thai: Translator, one: Visit, clinics: Clinics, discreet: bool, rows: Rows = ()) -> Screen:
    """A visit in full: the reader's language on top, Thai below for the desk. `rows` stand below the ticket's own."""
    clinic, service = clinics.clinics[one.slot.clinic_id], clinics.services[one.slot.service]
    parts = [
        _head(say, one, clinic, service),
        _what_to_know(say, service),
        _way(say, clinic),
        illustrative(say) if clinics.illustrative else NOTHING,
        _for_the_desk(say, thai, one, clinic, service),
        emergency_line(say),
    ]
    buttons = (*_own_buttons(say, one, clinic, discreet), *(rows or changes(say, one)))
    return Screen(together(parts), buttons, private=True, about=one.booking.id)


def _head(say: Translator, one: Visit, clinic: Clinic, service: Service) -> Html:
    """Service, clinic, time and code."""
    lines = [
        say("<b>{service}</b>", service=service.name[say.language]),
        say("{clinic}", clinic=clinic.name[say.language]),
        say("{moment} (Thai time)", moment=moment(one.slot.starts_at, clinic.zone, say.language)),
        say("Code: <b>{code}</b>", code=one.booking.code),
        say("For somebody in your family") if one.booking.whom == Whom.FAMILY else NOTHING,
    ]
    return together(lines, "\n")


def _for_the_desk(say: Translator, thai: Translator, one: Visit, clinic: Clinic, service: Service) -> Html:
    """What the desk reads, unless the reader's own words say it already."""
    if say.language == "th":
        return thai(NEEDS[one.booking.interpreter]) if one.booking.interpreter in NEEDS else NOTHING
    return together([_head(thai, one, clinic, service), thai(_speaks(say, one))], "\n")


def _speaks(say: Translator, one: Visit) -> str:
    """The sentence about language: what is asked for counts more than what is read."""
    return NEEDS.get(one.booking.interpreter) or SPEAKS[say.language]


def _what_to_know(say: Translator, service: Service) -> Html:
    """What to bring, what not, how to prepare, what it costs."""

    def told(texts: Texts | None) -> str:
        return texts[say.language] if texts else ""

    lines = [
        say("Bring: {things}", things=told(service.bring)),
        say("You do not need: {things}", things=told(service.not_needed)) if service.not_needed else NOTHING,
        say("{prepare}", prepare=told(service.prepare)) if service.prepare else NOTHING,
        say("Cost: {cost}", cost=told(service.cost)) if service.cost else NOTHING,
    ]
    return together(lines, "\n")


def _way(say: Translator, clinic: Clinic) -> Html:
    """Where it is, how to get there, whom to call."""
    lines = [
        say("Address: {address}", address=clinic.address[say.language]) if clinic.address else NOTHING,
        say("Getting there: {way}", way=clinic.how_to_get_there[say.language]) if clinic.how_to_get_there else NOTHING,
        say("Phone: {phone}", phone=clinic.phone) if clinic.phone else NOTHING,
    ]
    return together(lines, "\n")


def _own_buttons(say: Translator, one: Visit, clinic: Clinic, discreet: bool) -> Rows:
    """Picture, calendar file, map."""
    label = say.label("🖼 Picture to show, with QR code") if can_shape() else say.label("🖼 QR code")
    file = Button(say.label("📆 Calendar file"), TicketFile(one.booking.id))
    place = Button(say.label("📍 Map"), TicketMap(one.booking.id))
    picture = Button(label, TicketPicture(one.booking.id, not discreet))
    return ((picture,), (file, place) if has_place(clinic) else (file,))


def changes(say: Translator, one: Visit) -> Rows:
    """What can be done with a visit."""
    change = (
        Button(say.label("🔁 Move"), MoveVisit(one.booking.id, 0)),
        Button(say.label("✖️ Cancel"), AskCancel(one.booking.id)),
    )
    sooner = Button(say.label("⏳ Tell me of an earlier time"), EarlierTime(one.booking.id))
    return (change, (sooner,), (Button(say.label("🗓 My visits"), MyVisits()), Button(say.label("☰ Menu"), OpenMenu())))


def has_place(clinic: Clinic) -> bool:
    """Whether the clinics file says where the clinic is on the map."""
    return clinic.latitude is not None and clinic.longitude is not None


def picture(
    say: Translator, catalogues: Catalogues, one: Visit, clinics: Clinics, discreet: bool, named: bool
) -> Screen:
    """The picture for the desk; `named` says what the visit is for, too. Without shaping, the QR code alone."""
    clinic, code = clinics.clinics[one.slot.clinic_id], one.booking.code
    caption = say("Show this at the desk. Your code: <b>{code}</b>", code=code)
    back = Button(say.label("🗓 My visits"), MyVisits())
    if not can_shape():
        return Screen(caption, column(back), photo=partial(code_alone, code), protect=discreet, fresh=True)
    other = say.label("Without what it is for") if named else say.label("With what it is for")
    rows = column(Button(other, TicketPicture(one.booking.id, not named)), back)
    drawn = worded(say, catalogues, one, clinic, clinics.services[one.slot.service] if named else None)
    photo = partial(draw_ticket, drawn)
    return Screen(caption, rows, photo=photo, private=discreet, about=one.booking.id, fresh=True)


def worded(say: Translator, catalogues: Catalogues, one: Visit, clinic: Clinic, service: Service | None) -> Ticket:
    """What the picture says; the service only if given."""
    languages = tuple(dict.fromkeys((say.language, "th", "en")))
    first_two = languages[:2]
    day = one.slot.starts_at.astimezone(clinic.zone).date()
    return Ticket(
        code=one.booking.code,
        clinic=tuple(clinic.name[language] for language in languages),
        time=clock(one.slot.starts_at, clinic.zone),
        days=tuple(long_day(day, language) for language in languages),
        speaks=tuple(catalogues.say(language).label(_speaks(say, one)) for language in first_two),
        service=tuple(service.name[language] for language in first_two) if service else (),
        emergency=tuple(emergency_line(catalogues.say(language)) for language in first_two),
    )


def file(keeper: Keeper, one: Visit, named: tuple[str, bytes]) -> Screen:
    """The calendar file; after a cancellation, the one that takes the visit out of the calendar again."""
    say = keeper.say
    if one.booking.status != Status.STANDING:
        text = say("Open this file to take the visit out of your phone's calendar.")
    else:
        text = say("Open this file to put the visit into your phone's calendar. It does not say what the visit is for.")
    return Screen(text, file=named, keep=True, fresh=True)


def remove_button(say: Translator, booking_id: int) -> Button:
    """For the screen of a cancelled visit: the phone's own calendar may still hold it."""
    return Button(say.label("📆 Take it out of my calendar"), TicketFile(booking_id))


def place(say: Translator, one: Visit, clinic: Clinic) -> Screen:
    """The way in words, then the pin."""
    if clinic.latitude is None or clinic.longitude is None:
        return Screen(toast=say.label("I do not know where this clinic is on the map."))
    text = together([say("📍 <b>{clinic}</b>", clinic=clinic.name[say.language]), _way(say, clinic)])
    address = clinic.address[say.language] if clinic.address else ""
    pin = Venue(clinic.latitude, clinic.longitude, clinic.name[say.language], address)
    rows = column(Button(say.label("◀ Back"), ShowVisit(one.booking.id)))
    about = one.booking.id
    shown = Screen(venue=pin, private=True, about=about)
    return Screen(text, rows, private=True, about=about, fresh=True, then=(shown,))
