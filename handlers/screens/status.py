"""How the bot gets on, in words for operators: one short screen, counts rounded, what is wrong on top."""

from zoneinfo import ZoneInfo

from delivery.rules import Lane
from handlers.screen import Screen, column
from handlers.screens.alert_report import STATES
from handlers.screens.start import menu_button
from handlers.standing import Owed, Standing, rounded
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import short_moment, span

ZONE = ZoneInfo("Asia/Bangkok")
"""The screen has one time for all clinics."""
TROUBLES: dict[str, str] = {
    "reminders-silent": words("⚠️ Reminders are not going out. Please tell the technical team and call people."),
    "owed-late": words("⚠️ Messages about visits wait for too long. Please tell the technical team."),
    "wipes-late": words("⚠️ Messages that should be deleted still stand in chats. Please tell the technical team."),
    "alert-held": words("⚠️ A health alert stopped by itself. Please look at it."),
    "set-aside": words("⚠️ Some messages of people could not be handled. Please tell the technical team."),
}
"""What to do about each trouble."""
LANES: dict[Lane, str] = {
    Lane.VISITS: words("📨 Messages about visits"),
    Lane.ALERTS: words("📢 Health alerts"),
}
"""Replies are answered at once and are never owed for long."""


def status(say: Translator, found: Standing) -> Screen:
    """Everything at a glance."""
    troubles = [say(TROUBLES[name]) for name in found.troubles]
    parts = [
        say("<b>How the bot gets on</b> ({when})", when=short_moment(found.now, ZONE, say.language)),
        together(troubles, "\n") if troubles else say("✅ Nothing is wrong."),
        together([_lane(say, lane, found.lanes[lane]) for lane in LANES], "\n"),
        _alerts(say, found),
        together(
            [
                say("👥 People: {count}", count=_about(say, found.people)),
                say("📅 Visits to come: {count}", count=_about(say, found.visits)),
            ],
            "\n",
        ),
    ]
    return Screen(together(parts), column(menu_button(say)))


def _lane(say: Translator, lane: Lane, owed: Owed) -> Html:
    name = say.label(LANES[lane])
    if owed.due:
        waits = span(owed.oldest, say.language)
        return say("{lane}: {count} waiting, the first for {span}", lane=name, count=owed.due, span=waits)
    if owed.sent_at is None:
        return say("{lane}: nothing is waiting", lane=name)
    last = short_moment(owed.sent_at, ZONE, say.language)
    return say("{lane}: nothing is waiting; the last went out on {when}", lane=name, when=last)


def _alerts(say: Translator, found: Standing) -> Html:
    """Alerts under way."""
    states = [f"{say.label(name)} {found.alerts[state]}" for state, name in STATES.items() if found.alerts.get(state)]
    return say("Alerts under way: {states}", states=" · ".join(states)) if states else NOTHING


def _about(say: Translator, count: int) -> str:
    """Rounded, and said so."""
    return say.label("about {count}", count=f"{rounded(count):,}") if rounded(count) else say.label("fewer than 10")
