"""What clinic staff see of opening times: previews with counts and conflicts, results, lists."""

from collections.abc import Iterable
from datetime import date

from handlers.presses.desk import ConfirmDesk
from handlers.presses.openings import EndOpening, ExtendOpening, ListOpenings, NameOpening, SeeHolidays, ShowOpening
from handlers.screen import Button, Rows, Screen, column
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.formats import calendar_day, long_day, short_day, weekdays
from locales.languages import NATIVE
from scheduling.clinics import Clinics
from scheduling.foreseeing import Effect, Forecast
from scheduling.plans import Template

OPEN_EXAMPLE = "/open mae-sot vaccination mon-fri 09:00-12:00 every 20m x2 from 1 dec to 28 feb except 10 dec"
TEMPLATE_EXAMPLE = "/template 12 until 31 mar"
"""Examples are commands, the same in every language."""
MOST_LISTED = 12
"""Holidays or openings in one message, the rest is counted."""


def what(say: Translator, clinics: Clinics, template: Template) -> Html:
    """An opening in words: clinic, service, days, hours, places."""
    hours = f"{template.opens:%H:%M}-{template.closes:%H:%M}"
    if template.is_single:
        days = escaped(long_day(template.valid_from, say.language))
    else:
        named = weekdays(template.weekdays, say.language)
        first = calendar_day(template.valid_from, say.language)
        days = (
            say("{weekdays}, from {first} until {last}", weekdays=named, first=first,
                last=calendar_day(template.valid_until, say.language))
            if template.valid_until
            else say("{weekdays}, from {first}, without an end", weekdays=named, first=first)
        )  # fmt: skip
    excepted = say("Not on: {days}", days=_listed_days(say, template.except_days)) if template.except_days else NOTHING
    languages = ", ".join(NATIVE[language] for language in template.languages)
    return together(
        [
            clinics.clinics[template.clinic_id].name[say.language],
            clinics.services[template.service].name[say.language],
            days,
            excepted,
            hours,
            say(
                "every {every:minute|minutes}, {capacity:place|places} at a time",
                every=template.every,
                capacity=template.capacity,
            ),
            say("Interpreter: {languages}", languages=languages) if languages else NOTHING,
        ],
        "\n",
    )


def preview(say: Translator, clinics: Clinics, template: Template, seen: Forecast, nonce: int) -> Screen:
    """What an /open would do."""
    sums = say("{times:time|times}, {places:place|places} in all.", times=seen.times, places=seen.places)
    parts = [say("<b>Open these times?</b>"), what(say, clinics, template), sums, _spread(say, seen)]
    return Screen(together([*parts, *_conflicts(say, clinics, seen)]), confirm_rows(say, nonce))


def nothing_to_open(say: Translator, clinics: Clinics, template: Template, seen: Forecast) -> Screen:
    """An /open that would do nothing, and why."""
    none = say("No time would be opened:")
    parts = [what(say, clinics, template), none, *_conflicts(say, clinics, seen)]
    year = (min(seen.holidays) if seen.holidays else template.valid_from).year
    holidays = Button(say.label("🗓 Holidays"), SeeHolidays(template.clinic_id, year)) if seen.holidays else None
    return Screen(together(parts), column(holidays, menu_button(say)))


def _spread(say: Translator, seen: Forecast) -> Html:
    first_last = NOTHING
    if seen.first and seen.last and seen.first != seen.last:
        first, last = (short_day(day, say.language) for day in (seen.first, seen.last))
        first_last = say("First day: {first}. Last day: {last}.", first=first, last=last)
    walkins = say(
        "{count:of the places is|of the places are} kept for people without a booking, spread evenly over each day.",
        count=seen.walkins,
    )
    later = say("Later days open by themselves as they come nearer.")
    return together([first_last, walkins if seen.walkins else NOTHING, later if seen.later else NOTHING], "\n")


def _conflicts(say: Translator, clinics: Clinics, seen: Forecast) -> list[Html]:
    there = say("Already there, and unchanged: {count:time|times}.", count=seen.there)
    closed = say("{count:time is|times are} left out because the clinic is closed then.", count=seen.in_closures)
    named = [f"{short_day(day, say.language)} {name}" for day, name in list(seen.holidays.items())[:MOST_LISTED]]
    holidays = together([say("Holidays, left out:"), *named], "\n")
    lines = [opening_line(say, clinics, number, template) for number, template in seen.beside[:MOST_LISTED]]
    beside = together([say("⚠️ The same service is open at these hours already:"), *lines], "\n")
    return [
        there if seen.there else NOTHING,
        closed if seen.in_closures else NOTHING,
        holidays if named else NOTHING,
        beside if lines else NOTHING,
    ]


def opened(say: Translator, added: int, existing: int, number: int) -> Screen:
    """What an /open did."""
    done = say("✅ {count:time is|times are} open now.", count=added)
    left = say("Unchanged, because there already or closed: {count:time|times}.", count=existing)
    rows = column(Button(say.label("See the opening"), ShowOpening(number)), menu_button(say))
    return Screen(together([done, left if existing else NOTHING]), rows)


def opening_line(say: Translator, clinics: Clinics, number: int, template: Template, name: str = "") -> Html:
    """An opening in one line."""
    days = (
        short_day(template.valid_from, say.language)
        if template.is_single
        else weekdays(template.weekdays, say.language)
    )
    service = clinics.services[template.service].name[say.language]
    hours = f"{template.opens:%H:%M}-{template.closes:%H:%M}"
    return together([f"#{number}", name, service, f"{days} {hours}", f"x{template.capacity}"], " · ")


def openings(say: Translator, clinics: Clinics, clinic_id: str, listed: list[tuple[int, str, Template]]) -> Screen:
    """A clinic's openings that are not over."""
    title = say("<b>Openings</b>\n{clinic}", clinic=clinics.clinics[clinic_id].name[say.language])
    if not listed:
        example = together([say("There is no opening yet. For example:"), escaped(OPEN_EXAMPLE)])
        return Screen(together([title, example]), column(menu_button(say)))
    lines = [opening_line(say, clinics, number, template, name) for number, name, template in listed]
    more = say("and {count} more", count=len(lines) - 40) if len(lines) > 40 else NOTHING
    buttons = [Button(f"#{number}", ShowOpening(number)) for number, _, _ in listed[:40]]
    rows = tuple(tuple(buttons[first : first + 4]) for first in range(0, len(buttons), 4))
    return Screen(together([title, together([*lines[:40], more], "\n")]), (*rows, (menu_button(say),)))


def opening(say: Translator, clinics: Clinics, number: int, name: str, template: Template) -> Screen:
    """One opening, and what can be done with it."""
    heading = together([f"#{number}", name], " · ")
    hint = together([say("By a line, for example:"), f"/template {number} until 31 mar", f"/template {number} x3",
                     f"/template {number} except 10 dec", f"/template {number} end"], "\n")  # fmt: skip
    extend = Button(say.label("➕ Four weeks more"), ExtendOpening(number)) if template.valid_until else None
    rows = column(
        extend,
        Button(say.label("⏹ End it"), EndOpening(number)),
        Button(say.label("✏️ Give it a name"), NameOpening(number)),
        Button(say.label("◀ Openings"), ListOpenings(template.clinic_id)),
    )
    return Screen(together([heading, what(say, clinics, template), hint]), rows)


def preview_change(
    say: Translator, clinics: Clinics, number: int, template: Template, does: Effect, nonce: int
) -> Screen:
    """What another template would do to an opening's times."""
    title = say("<b>Change opening #{number}?</b>", number=number)
    parts = [title, what(say, clinics, template), _effect(say, does)]
    return Screen(together(parts), confirm_rows(say, nonce))


def preview_end(
    say: Translator, clinics: Clinics, number: int, template: Template, on: date, does: Effect, nonce: int
) -> Screen:
    """What ending an opening would do."""
    title = say("<b>End opening #{number}?</b>", number=number)
    since = say("No times from {day} on.", day=long_day(on, say.language))
    return Screen(
        together([title, opening_line(say, clinics, number, template), since, _effect(say, does)]),
        confirm_rows(say, nonce),
    )


def _effect(say: Translator, does: Effect) -> Html:
    lines = [
        say("{count:new time|new times}.", count=does.new) if does.new else NOTHING,
        say("{count:empty time goes|empty times go}.", count=does.gone) if does.gone else NOTHING,
        say("{count:time changes|times change}.", count=does.changed) if does.changed else NOTHING,
        kept(say, does),
    ]
    return together(lines, "\n") or say("No time changes.")


def kept(say: Translator, does: Effect) -> Html:
    """How many visits stay."""
    if not does.kept_times:
        return NOTHING
    return say("Unchanged: {visits:visit|visits} at {times:time|times}; nobody is moved.", visits=does.kept_visits,
               times=does.kept_times)  # fmt: skip


def changed(say: Translator, number: int, new: int, gone: int, altered: int, stay: Html = NOTHING) -> Screen:
    """What a change of an opening did."""
    done = say("✅ Opening #{number} is changed: {new:new time|new times}, {gone} gone, {altered} changed.",
               number=number, new=new, gone=gone, altered=altered)  # fmt: skip
    return Screen(
        together([done, stay]), column(Button(say.label("See the opening"), ShowOpening(number)), menu_button(say))
    )


def ended(say: Translator, number: int, gone: int, visits: int) -> Screen:
    """What ending did."""
    done = say("✅ Opening #{number} is ended. {gone:empty time is|empty times are} gone.", number=number, gone=gone)
    stay = say("Unchanged: {visits:visit|visits}; to close times, use /close.", visits=visits)
    return Screen(together([done, stay if visits else NOTHING]), column(menu_button(say)))


def ask_name(say: Translator, number: int) -> Screen:
    """A name for staff."""
    return Screen(say("Type a name for opening #{number}, such as: Morning vaccines", number=number))


def named(say: Translator, number: int, name: str) -> Screen:
    """Named."""
    text = say("✅ Opening #{number} is now called “{name}”.", number=number, name=name)
    return Screen(text, column(Button(say.label("See the opening"), ShowOpening(number)), menu_button(say)))


def confirm_rows(say: Translator, nonce: int) -> Rows:
    """Yes and no below a preview."""
    return column(
        Button(say.label("✅ Yes, do it"), ConfirmDesk(nonce)),
        Button(say.label("No"), menu_button(say).press),
    )


def _listed_days(say: Translator, days: Iterable[date]) -> str:
    return ", ".join(short_day(day, say.language) for day in days)
