"""What operators see: the draft, the preview, the approval, the report."""

from dataclasses import replace

from alerts.report import COLUMNS, WAITING, Report
from alerts.rules import State
from alerts.writing import Draft
from handlers.presses.alerting import (
    AlertReport,
    ApproveAlert,
    DiscardAlert,
    ProposeAlert,
    StopAlert,
    TakeBackAlert,
    WriteAlert,
)
from handlers.screen import Button, Screen, column, grid
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together, words
from locales.languages import LANGUAGES, NATIVE

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


def draft(say: Translator, one: Draft) -> Screen:
    """The texts as readers will see them; below, with the buttons, which languages have one and whom it would reach."""
    lines = [_language_line(say, one, language) for language in LANGUAGES]
    buttons = [Button(f"{'✅' if code in one.texts else '✏️'} {NATIVE[code]}", WriteAlert(code)) for code in LANGUAGES]
    parts = [
        say("<b>Health alert: draft</b>"),
        together(lines, "\n"),
        say("Tap a language to write its text."),
    ]
    rows = column(
        Button(say.label("Ask for approval"), ProposeAlert(one.alert.id)) if one.texts else None,
        Button(say.label("Begin anew"), DiscardAlert()) if one.texts else None,
        menu_button(say),
    )
    first, *rest = (*previews(say, one), Screen(together(parts), (*grid(buttons, 2), *rows)))
    return replace(first, fresh=True, then=tuple(rest))


def _language_line(say: Translator, one: Draft, language: str) -> Html:
    people = one.audience.get(language, 0)
    if language in one.texts:
        return say("{language}: text ready, {people} people", language=NATIVE[language], people=people)
    return say("{language}: no text yet, {people} people", language=NATIVE[language], people=people)


def previews(say: Translator, one: Draft) -> tuple[Screen, ...]:
    """Every text in a message of its own: together they would not fit into one."""
    return tuple(preview(say, language, one.texts[language]) for language in LANGUAGES if language in one.texts)


def preview(say: Translator, language: str, text: str) -> Screen:
    """One text as its readers will see it."""
    heading = say("Preview, {language}:", language=NATIVE[language])
    return Screen(together([heading, escaped(text)]))


def ask_text(say: Translator, language: str) -> Screen:
    """Waiting for the text in one language."""
    text = say("Please send the text of the alert in {language} now. To stop, send /menu", language=NATIVE[language])
    return Screen(text)


def proposed(say: Translator, alert_id: int, told: int) -> Screen:
    """Waiting for the second person."""
    if told:
        text = say("The alert waits for approval. {count} other operators have been asked.", count=told)
    else:
        text = say("The alert waits for approval, but there is no other operator. Ask the owner to invite one.")
    return Screen(text, column(_take_back(say, alert_id), menu_button(say)))


def own_proposal(say: Translator, one: Draft, *, waits: bool) -> Screen:
    """What the author sees of a proposal: the texts, and the way back."""
    if waits:
        text = say("Your alert waits for the approval of another operator.")
    else:
        text = say("Your alert has waited too long. You can ask for approval again.")
    again = None if waits else Button(say.label("Ask for approval"), ProposeAlert(one.alert.id))
    last = Screen(text, column(again, _take_back(say, one.alert.id), menu_button(say)))
    first, *rest = (*previews(say, one), last)
    return replace(first, fresh=True, then=tuple(rest))


def taken_back(say: Translator) -> Screen:
    """A draft again."""
    text = say("You have taken your alert back. It is a draft again: /alert")
    return Screen(text, column(menu_button(say)))


def waits_no_more(say: Translator) -> Screen:
    """Taken back, or waited too long."""
    text = say("This alert does not wait for approval any more. Its author can ask again.")
    return Screen(text, column(menu_button(say)))


def _take_back(say: Translator, alert_id: int) -> Button:
    return Button(say.label("↩️ Take it back"), TakeBackAlert(alert_id))


def approval(say: Translator, one: Draft, approval_id: int) -> Screen:
    """What the second person must read before approving; the button comes last, below every text."""
    people = sum(one.audience.values())
    rows = column(Button(say.label("✅ Approve and send"), ApproveAlert(one.alert.id, approval_id)), menu_button(say))
    ask = Screen(say("It would go to {people} people. Please read every text.", people=people), rows)
    heading = say("<b>An alert waits for your approval</b>")
    return Screen(heading, fresh=True, then=(*previews(say, one), ask))


def report(say: Translator, one: Report) -> Screen:
    """Every person of the audience in exactly one column."""
    lines = [
        say("{language}: {counts}", language=NATIVE.get(language, language), counts=_counts(say, counts))
        for language, counts in sorted(one.by_language.items())
    ]
    total = say("All: {counts}", counts=_counts(say, one.total))
    sums = say("Audience: {people} people. The numbers add up.", people=one.alert.audience_size)
    odd = say(
        "Audience: {people} people. The numbers do not add up: please tell the technical team.",
        people=one.alert.audience_size,
    )
    stopped = say("This alert was stopped.") if one.alert.state == State.STOPPED else NOTHING
    still = one.alert.state == State.APPROVED and one.total.get(WAITING) == one.alert.audience_size
    soon = say("It begins to go out one minute after the approval. Until then it can be stopped whole.")
    parts = [
        say("<b>Alert {number}</b>", number=one.alert.id),
        stopped,
        soon if still else NOTHING,
        together(lines, "\n"),
        total,
        sums if one.adds_up else odd,
    ]
    stop = (
        Button(say.label("⛔ Stop"), StopAlert(one.alert.id))
        if one.alert.state == State.APPROVED and one.total.get(WAITING)
        else None
    )
    return Screen(
        together(parts),
        column(Button(say.label("🔄 Refresh"), AlertReport(one.alert.id)), stop, menu_button(say)),
    )


def _counts(say: Translator, counts: dict[str, int]) -> Html:
    return together(
        [say("{number} {what}", number=counts[key], what=say(COLUMN_NAMES[key])) for key in COLUMNS if counts.get(key)],
        ", ",
    )


def alerts(say: Translator, numbers: list[int]) -> Screen:
    """The last alerts."""
    buttons = [Button(say.label("Alert {number}", number=number), AlertReport(number)) for number in numbers]
    text = say("<b>Alerts</b>") if numbers else say("No alert has been sent yet.")
    return Screen(text, column(*buttons, menu_button(say)))


def message(say: Translator, text: str) -> Screen:
    """An alert as it arrives, with the way back."""
    return Screen(together([say("📢 <b>Health alert</b>"), escaped(text), say("To stop alerts: /alerts_off")]))
