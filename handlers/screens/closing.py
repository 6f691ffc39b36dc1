"""Closing, as staff see it: previews, what was done, and who has not answered."""

from collections.abc import Sequence
from datetime import date, datetime

from handlers.presses.desk import ClosePart, FindVisit, OpenDesk, SeeClosure, SeeClosures, UndoLast
from handlers.screen import Button, Screen, column, grid
from handlers.screens.openings import confirm_rows
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.formats import clock, long_day, moment, short_moment
from locales.languages import NATIVE
from scheduling.answers_given import Answer, Answered
from scheduling.booking import Visit
from scheduling.clinics import Clinic, Clinics
from scheduling.closing import Forecast, Span
from storage.tables import Closure

CLOSE_EXAMPLE = "/close mae-sot friday 13:00-17:00 doctor ill"
CLOSURES_EXAMPLE = "/closures mae-sot"
"""Examples are commands, the same in every language."""
MOST_SPANS = 10
"""Times of one preview that are written out."""
MOST_CALLS = 30
"""Visits of one list that have a button; more are only written."""


def preview(
    say: Translator, clinic: Clinic, spans: Sequence[Span], forecast: Forecast, reason: str, nonce: int
) -> Screen:
    """Whom a /close would touch, by language, and for how many another place can be kept."""
    lines = [span_line(say, clinic, span.begin, span.end) for span in spans[:MOST_SPANS]]
    if len(spans) > MOST_SPANS:
        lines.append(say("and {count} more", count=len(spans) - MOST_SPANS))
    what = together([clinic.name[say.language], *lines], "\n")
    total, kept = sum(forecast.people.values()), forecast.kept
    parts: list[Html | str] = [say("<b>Close this time?</b>"), what]
    if reason:
        parts.append(say("Reason, for staff only: {reason}", reason=reason))
    if not total:
        return Screen(together([*parts, say("Nobody is booked then.")]), confirm_rows(say, nonce))
    parts += [
        say(
            "{count:person is|people are} booked. They will be told in their language and offered other times.",
            count=total,
        ),
        by_language(say, forecast.people),
        say("For {kept} of {count} the nearest free place is kept, for up to 24 hours.", kept=kept, count=total),
    ]
    return Screen(together(parts), confirm_rows(say, nonce))


def by_language(say: Translator, people: dict[str, int]) -> Html:
    """`Khmer: 1 · Burmese: 3`."""
    counted = [
        f"{NATIVE[language] if language else say.label('no Telegram')}: {count}"
        for language, count in sorted(people.items())
    ]
    return together(counted, " · ")


def span_line(say: Translator, clinic: Clinic, begin: datetime, end: datetime) -> Html:
    """A closure's day and hours, or its days."""
    first, last = begin.astimezone(clinic.zone), end.astimezone(clinic.zone)
    hours = f"{first:%H:%M}-{last:%H:%M}"
    if first.date() == last.date():
        return together([long_day(first.date(), say.language), hours], " ")
    until = moment(end, clinic.zone, say.language)
    return together([moment(begin, clinic.zone, say.language), until], " - ")


def closed(say: Translator, clinic_id: str, ended: int, told: int, kept: int) -> Screen:
    """What a /close did."""
    parts = [say("✅ The time is closed. {count:person is|people are} being told.", count=told)]
    if ended:
        parts.append(say("For {kept} of {count} another place is kept.", kept=kept, count=ended))
    if ended > told:
        parts.append(say("{count:person has|people have} no Telegram: please call them.", count=ended - told))
    rows = column(
        Button(say.label("📋 Who has not answered"), SeeClosures(clinic_id)) if ended else None,
        Button(say.label("↩️ Undo"), UndoLast(clinic_id)),
        menu_button(say),
    )
    return Screen(together(parts), rows)


def parts_of_day(say: Translator, clinic: Clinic, clinic_id: str, on: date) -> Screen:
    """Which part of a day to close."""
    text = together([say("<b>Close a time</b>"), clinic.name[say.language], long_day(on, say.language)], "\n")
    rows = column(
        Button(say.label("The whole day"), ClosePart(clinic_id, on, "day")),
        Button(say.label("The morning, until 12:00"), ClosePart(clinic_id, on, "morning")),
        Button(say.label("The afternoon, from 12:00"), ClosePart(clinic_id, on, "afternoon")),
    )
    other = together([say("Other hours or several days are typed, like this:"), escaped(CLOSE_EXAMPLE)], "\n")
    return Screen(together([text, other]), (*rows, *column(Button(say.label("◀ Back"), OpenDesk(clinic_id)))))


def closures(say: Translator, clinic: Clinic, clinic_id: str, found: list[tuple[Closure, Answered]]) -> Screen:
    """A clinic's closures to come and of the last days, each with how many have not answered."""
    title = say("<b>Closed times</b>\n{clinic}", clinic=clinic.name[say.language])
    lines = [
        together([span_line(say, clinic, one.starts_at, one.ends_at), _sums(say, answered)], "\n")
        for one, answered in found
    ]
    buttons = [
        Button(
            say.label(
                "{when}: {count} without an answer",
                when=short_moment(one.starts_at, clinic.zone, say.language),
                count=len(answered.to_call),
            ),
            SeeClosure(one.id),
        )
        for one, answered in found
        if answered.total
    ]
    text = together([title, *(lines or [say("No time is closed.")])])
    rows = column(*buttons, Button(say.label("🔄 Refresh"), SeeClosures(clinic_id)))
    return Screen(text, (*rows, *column(Button(say.label("◀ Back"), OpenDesk(clinic_id)))), protect=True)


def closure(say: Translator, clinics: Clinics, one: Closure, answered: Answered) -> Screen:
    """Who has answered a closure, and the call list of those who have not."""
    clinic = clinics.clinics[one.clinic_id]
    title = say("<b>Who has not answered</b>\n{clinic}", clinic=clinic.name[say.language])
    reason = say("Reason, for staff only: {reason}", reason=one.reason) if one.reason else NOTHING
    what = together([title, span_line(say, clinic, one.starts_at, one.ends_at), reason], "\n")
    lines = [_call(say, clinics, visit, answer) for visit, answer in answered.to_call]
    calls = together(lines, "\n") if lines else say("Everybody has answered.")
    buttons = [
        Button(f"{clock(visit.slot.starts_at, clinic.zone)} {visit.booking.code}", FindVisit(visit.booking.id))
        for visit, _ in answered.to_call[:MOST_CALLS]
    ]
    rows = (
        *grid(buttons, 2),
        (Button(say.label("🔄 Refresh"), SeeClosure(one.id)),),
        (Button(say.label("◀ Back"), SeeClosures(one.clinic_id)),),
    )
    return Screen(together([what, _sums(say, answered), calls]), rows, protect=True)


def _sums(say: Translator, answered: Answered) -> Html:
    if not answered.total:
        return say("Nobody was booked.")
    return say(
        "Visits: {total} · took the kept place: {taken} · took another time: {other} · want none: {none}"
        " · no answer: {silent} · not reached: {unreached}",
        total=answered.total,
        taken=answered.count(Answer.TAKEN),
        other=answered.count(Answer.OTHER),
        none=answered.count(Answer.NONE),
        silent=answered.count(Answer.SILENT),
        unreached=answered.count(Answer.UNREACHED) + answered.count(Answer.NO_TELEGRAM),
    )


def _call(say: Translator, clinics: Clinics, visit: Visit, answer: Answer) -> Html:
    at = clock(visit.slot.starts_at, clinics.clinics[visit.slot.clinic_id].zone)
    why = {
        Answer.SILENT: say("no answer yet"),
        Answer.UNREACHED: say("📞 not reached"),
        Answer.NO_TELEGRAM: say("📞 no Telegram"),
    }[answer]
    service = clinics.services[visit.slot.service].name[say.language]
    return together([f"{at} {visit.booking.code}", service, why], " · ")
