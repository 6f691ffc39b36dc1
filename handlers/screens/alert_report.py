"""An alert that was approved, as operators see it: how it gets on, what became of it, and what they can do.

The rule: one page, whether it is asked for or changes itself; it shows counts and never a person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.report import COLUMNS, WAITING, Counts, Report
from alerts.rules import BANGKOK, LIVE, State
from delivery.rules import Kind
from handlers.presses.alert_running import (
    AlertReport,
    AlertSheet,
    AskEndAlert,
    AskResend,
    CorrectAlert,
    EndAlert,
    ListAlerts,
    PauseAlert,
    ResendAlert,
    ResumeAlert,
    StopAlert,
)
from handlers.screen import Button, Rows, Screen, column, grid
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import clock, short_day, short_moment, span
from locales.languages import NATIVE
from storage.tables import Alert

COLUMN_NAMES: dict[str, str] = {
    "sent": words("sent"),
    "unreachable": words("cannot be reached"),
    "opted-out": words("turned alerts off"),
    "expired": words("too late"),
    "failed": words("failed"),
    "unknown": words("not known whether it arrived"),
    "dropped": words("stopped"),
    WAITING: words("waiting"),
}
STATES: dict[State, str] = {
    State.DRAFT: words("draft"),
    State.PROPOSED: words("waits for approval"),
    State.APPROVED: words("goes out"),
    State.PAUSED: words("paused"),
    State.HELD: words("held"),
    State.STOPPED: words("stopped"),
    State.EXPIRED: words("no longer valid"),
}


@dataclass(frozen=True)
class Page:
    """An alert's report, and what the database does not count."""

    report: Report
    starts: datetime
    """When the first message may go out."""
    per_minute: int
    left: timedelta | None

    @property
    def alert(self) -> Alert:
        """The alert itself."""
        return self.report.alert

    @property
    def waits(self) -> bool:
        """Whether something of it has not gone out."""
        return bool(self.report.total.get(WAITING) or self.report.again.get(WAITING))

    @property
    def changes(self) -> bool:
        """Whether delivered messages are being changed."""
        return bool(self.report.changed and self.report.changed.total.get(WAITING))


def page(say: Translator, one: Page, now: datetime, note: Html = NOTHING) -> Screen:
    """Every person of the audience in exactly one column; beside it corrections, and what was sent again."""
    report = one.report
    lines = [
        say("{language}: {counts}", language=NATIVE.get(language, language), counts=_counts(say, counts))
        for language, counts in sorted(report.by_language.items())
    ]
    audience = one.alert.audience_size
    sums = say("Audience: {people:person|people}. The numbers add up.", people=audience)
    odd = say(
        "Audience: {people:person|people}. The numbers do not add up: please tell the technical team.", people=audience
    )
    parts = [
        note,
        say("<b>Alert {number}</b>", number=one.alert.id),
        state(say, one, now),
        together(lines, "\n"),
        say("All: {counts}", counts=_counts(say, report.total)),
        sums if report.adds_up else odd,
        say("Sent again: {counts}", counts=_counts(say, report.again)) if report.again else NOTHING,
        changed(say, report),
    ]
    return Screen(together(parts), _buttons(say, one))


def state(say: Translator, one: Page, now: datetime) -> Html:
    """Where it stands, in words."""
    alert = one.alert
    match State(alert.state):
        case State.STOPPED:
            return say("This alert was stopped.")
        case State.EXPIRED:
            return say("⌛ No longer valid since {when}.", when=_moment(say, alert.ended_at or now))
        case State.PAUSED:
            return say("⏸ Paused. Nothing goes out until it is resumed.")
        case State.HELD:
            return say("✋ It stopped by itself: too many of the first messages went wrong. Nothing more goes out.")
    if not one.waits:
        return say("✅ It has gone out.")
    if now < one.starts:
        return say(
            "🕐 It begins to go out at {when}. Until then it can be stopped whole.", when=_moment(say, one.starts)
        )
    if alert.canary == "out":
        return say(
            "🐤 The first {count:person gets|people get} it now. If that goes well, all others follow by themselves.",
            count=alert.canary_size,
        )
    return together([say("📤 It is going out."), _pace(say, one)], "\n")


def _pace(say: Translator, one: Page) -> Html:
    if one.left is None:
        return NOTHING
    return say(
        "{count:message|messages} a minute; about {span} left.",
        count=one.per_minute,
        span=span(max(one.left, timedelta(seconds=1)), say.language),
    )


def changed(say: Translator, report: Report) -> Html:
    """How the change of delivered messages gets on."""
    one, alert = report.changed, report.alert
    if one is None:
        return NOTHING
    counts = _counts(say, {key: count for key, count in one.total.items() if key != "sent"})
    if one.kind is Kind.EXPIRED_MARK:
        text = say("⌛ Marked as no longer valid: {done} of {all:message|messages}.", done=one.done, all=one.owed)
    else:
        when = _moment(say, alert.corrected_at) if alert.corrected_at else ""
        text = say("✏️ Corrected {when}: {done} of {all:message|messages}.", when=when, done=one.done, all=one.owed)
    rest = say("The others: {counts}", counts=counts) if counts else NOTHING
    return together([text, rest], "\n")


def mark(say: Translator, alert: Alert, corrected_at: datetime | None) -> Html:
    """What stands above the text of a message that was corrected, or holds no longer."""
    if alert.ended_at:
        text = say("⌛ <b>No longer valid since {clock}</b> ({day})", **_when(say, alert.ended_at))
    elif corrected_at:
        text = say("✏️ <b>Corrected {clock}</b> ({day})", **_when(say, corrected_at))
    else:
        return NOTHING
    return text


def _when(say: Translator, at: datetime) -> dict[str, str]:
    return {"clock": clock(at, BANGKOK), "day": short_day(at.astimezone(BANGKOK).date(), say.language)}


def _buttons(say: Translator, one: Page) -> Rows:
    alert, state = one.alert, State(one.alert.state)
    pause = resume = stop = None
    if state == State.APPROVED and one.waits:
        pause = Button(say.label("⏸ Pause"), PauseAlert(alert.id))
    if state == State.PAUSED:
        resume = Button(say.label("▶️ Resume"), ResumeAlert(alert.id))
    if state == State.HELD:
        resume = Button(say.label("▶️ Send it to everybody all the same"), ResumeAlert(alert.id))
    if (state in LIVE and one.waits) or (one.changes and state != State.EXPIRED):
        stop = Button(say.label("⛔ Stop"), StopAlert(alert.id))
    unknown = sum(one.report.unknown.values())
    again = unknown and state == State.APPROVED and not one.report.again
    run = [each for each in (pause, resume, stop) if each]
    return (
        *grid(run, 2),
        *column(
            Button(say.label("🔁 {count} not known: send again?", count=unknown), AskResend(alert.id))
            if again
            else None,
            Button(say.label("✏️ Correct it"), CorrectAlert(alert.id)) if state != State.EXPIRED else None,
            Button(say.label("⌛ No longer valid"), AskEndAlert(alert.id)) if state != State.EXPIRED else None,
        ),
        (
            Button(say.label("🔄 Refresh"), AlertReport(alert.id)),
            Button(say.label("📄 As a file"), AlertSheet(alert.id)),
        ),
        (menu_button(say),),
    )


def _counts(say: Translator, counts: Counts) -> Html:
    return together(
        [say("{number} {what}", number=counts[key], what=say(COLUMN_NAMES[key])) for key in COLUMNS if counts.get(key)],
        ", ",
    )


def _moment(say: Translator, at: datetime) -> str:
    return short_moment(at, BANGKOK, say.language)


def alerts(say: Translator, found: list[Alert], older: int) -> Screen:
    """The last alerts, newest first, each with how it stands."""
    buttons = [
        Button(
            say.label("Alert {number}: {state}", number=one.id, state=say.label(STATES[State(one.state)])),
            AlertReport(one.id),
        )
        for one in found
    ]
    more = Button(say.label("Older alerts"), ListAlerts(older)) if older else None
    text = say("<b>Alerts</b>") if found else say("No alert has been sent yet.")
    return Screen(text, column(*buttons, more, menu_button(say)))


def held(say: Translator, one: Page, now: datetime) -> Screen:
    """For every operator: it stopped by itself, and why."""
    return page(say, one, now, say("⚠️ <b>An alert stopped by itself</b>"))


def ask_end(say: Translator, one: Page) -> Screen:
    """What the end of an alert's validity means, before it is ended."""
    sent = one.report.total.get("sent", 0) + one.report.again.get("sent", 0)
    text = say(
        "Is alert {number} no longer valid? Nothing more of it goes out,"
        " and the {count:delivered message is|delivered messages are} marked. This cannot be undone.",
        number=one.alert.id,
        count=sent,
    )
    yes = Button(say.label("⌛ Yes, no longer valid"), EndAlert(one.alert.id))
    return Screen(text, column(yes, Button(say.label("◀ Back"), AlertReport(one.alert.id))))


def ask_resend(say: Translator, one: Page) -> Screen:
    """Of how many nobody knows, by language, before they get it a second time."""
    lines = [
        say("{language}: {count:person|people}", language=NATIVE.get(language, language), count=count)
        for language, count in sorted(one.report.unknown.items())
    ]
    text = together(
        [
            say("Nobody knows whether alert {number} arrived at these people:", number=one.alert.id),
            together(lines, "\n"),
            say("If it is sent again, some of them get it twice. It can be sent again once."),
        ]
    )
    yes = Button(say.label("🔁 Yes, send it again"), ResendAlert(one.alert.id))
    return Screen(text, column(yes, Button(say.label("◀ Back"), AlertReport(one.alert.id))))


def stopped_all(say: Translator, numbers: list[int]) -> Screen:
    """What the kill switch stopped."""
    if not numbers:
        return Screen(say("No alert is going out. Nothing had to be stopped."), column(menu_button(say)))
    text = say("⛔ Stopped. Nothing more goes out of: {numbers}", numbers=", ".join(str(each) for each in numbers))
    buttons = [Button(say.label("Alert {number}", number=each), AlertReport(each)) for each in numbers[:10]]
    return Screen(text, column(*buttons, menu_button(say)))


def file(say: Translator, alert_id: int, content: bytes) -> Screen:
    """The report as a file."""
    return Screen(say("Report of alert {number}", number=alert_id), file=(f"alert-{alert_id}.csv", content), fresh=True)


def rows(say: Translator, one: Report) -> list[list[str]]:
    """The report as a table: a line for each language, then all, then what is counted beside."""
    titles = [say.label("Language"), *(say.label(COLUMN_NAMES[key]) for key in COLUMNS), say.label("people")]
    found = [titles]
    for language, counts in sorted(one.by_language.items()):
        found.append([NATIVE.get(language, language), *_cells(counts)])
    found.append([say.label("All"), *_cells(one.total)])
    if one.again:
        found.append([say.label("Sent again"), *_cells(one.again)])
    if one.changed:
        marks = one.changed.kind is Kind.EXPIRED_MARK
        title = say.label("Marked as no longer valid") if marks else say.label("Corrected")
        found.append([title, *_cells(one.changed.total)])
    return found


def _cells(counts: Counts) -> list[str]:
    return [*(str(counts.get(key, 0)) for key in COLUMNS), str(sum(counts.values()))]
