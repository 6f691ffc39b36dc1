"""When an alert goes out, and how long it holds."""

from alerts.rules import WINDOWS, Quiet
from handlers.presses.alerting import (
    AlertAtOnce,
    AlertTimes,
    AlertWithoutEnd,
    ChooseAlertWindow,
    TypeAlertEnd,
    TypeAlertStart,
)
from handlers.screen import Button, Screen, column, grid
from handlers.screens.alert_draft import Facts, back, starts, valid, window
from locales.catalogue import NOTHING, Html, Translator, together

EXAMPLE = "25 nov 14:00"


def times(say: Translator, one: Facts, quiet: Quiet) -> Screen:
    """Start, window and end, with a button for each."""
    own, alert = one.alert_id, one.draft.alert
    hours = [
        Button(_ticked(window(say, each * 60), each * 60 == alert.window_minutes), ChooseAlertWindow(own, each))
        for each in WINDOWS
    ]
    parts = [
        say("🕐 <b>When does the alert go out?</b>"),
        starts(say, one),
        say(
            "⏳ It goes out within: {span}. What is left after that is not sent.",
            span=window(say, alert.window_minutes),
        ),
        valid(say, one),
        night(say, quiet) if quiet.begins != quiet.ends else NOTHING,
        say("After “valid until”, messages that arrived are marked as no longer valid."),
    ]
    rows = (
        (
            Button(_ticked(say.label("At once"), alert.starts_at is None), AlertAtOnce(own)),
            Button(_ticked(say.label("Day and time…"), alert.starts_at is not None), TypeAlertStart(own)),
        ),
        *grid(hours, 3),
        (
            Button(_ticked(say.label("Valid until…"), alert.valid_until is not None), TypeAlertEnd(own)),
            Button(_ticked(say.label("No end"), alert.valid_until is None), AlertWithoutEnd(own)),
        ),
        *column(back(say, own)),
    )
    return Screen(together(parts), rows)


def night(say: Translator, quiet: Quiet) -> Html:
    """What rests when."""
    return say(
        "🌙 From {begins} to {ends} only alerts about danger to life go out; others wait until morning.",
        begins=f"{quiet.begins:%H:%M}",
        ends=f"{quiet.ends:%H:%M}",
    )


def ask_moment(say: Translator, alert_id: int, now: str, note: Html = NOTHING, *, end: bool) -> Screen:
    """Waiting for a day and a time."""
    asked = say("Until when is it valid?") if end else say("When should it go out?")
    how = say("Please send day and time, such as: {example}. It is now {now}.", example=EXAMPLE, now=now)
    return Screen(together([note, asked, how]), column(Button(say.label("◀ Back"), AlertTimes(alert_id))))


def unreadable(say: Translator, part: str) -> Html:
    """What was typed says no day, or none that exists."""
    if part:
        return say("I do not understand “{part}”. Is it a day of the calendar, and a time such as 14:00?", part=part)
    return say("I need a day and a time.")


def no_time(say: Translator) -> Html:
    """A day alone."""
    return say("At what time of that day? Please send both.")


def _ticked(label: str, yes: bool) -> str:
    return f"✅ {label}" if yes else label
