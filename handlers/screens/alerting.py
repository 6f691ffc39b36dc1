"""What operators see: the draft, the preview, the approval, the report."""

from dataclasses import replace

from alerts.report import COLUMNS, WAITING, Report
from alerts.rules import State
from alerts.writing import Draft
from handlers.presses.alerting import AlertReport, ApproveAlert, DiscardAlert, ProposeAlert, StopAlert, WriteAlert
from handlers.presses.trust import MakeInvite, PickInvite
from handlers.screen import Button, Screen, column, grid
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together, words
from locales.languages import LANGUAGES, NATIVE
from people.authority import Role
from scheduling.clinics import Clinics

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
ROLE_NAMES: dict[Role, str] = {
    Role.STAFF: words("Clinic staff"),
    Role.LEAD: words("Clinic lead"),
    Role.EDITOR: words("Content editor"),
    Role.OPERATOR: words("Operator"),
    Role.OWNER: words("Owner"),
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


def proposed(say: Translator, told: int) -> Screen:
    """Waiting for the second person."""
    if told:
        text = say("The alert waits for approval. {count} other operators have been asked.", count=told)
    else:
        text = say("The alert waits for approval, but there is no other operator. Ask the owner to invite one.")
    return Screen(text, column(menu_button(say)))


def approval(say: Translator, one: Draft) -> Screen:
    """What the second person must read before approving; the button comes last, below every text."""
    people = sum(one.audience.values())
    rows = column(Button(say.label("✅ Approve and send"), ApproveAlert(one.alert.id)), menu_button(say))
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


def choose_role(say: Translator) -> Screen:
    """Whom to invite."""
    return Screen(
        say("Which role is the invite for?"),
        column(*(Button(say.label(name), PickInvite(role)) for role, name in ROLE_NAMES.items()), menu_button(say)),
    )


def choose_invite_clinic(say: Translator, clinics: Clinics, role: str) -> Screen:
    """Where."""
    buttons = [Button(clinic.name[say.language], MakeInvite(role, key)) for key, clinic in clinics.clinics.items()]
    return Screen(say("Which clinic?"), column(*buttons, menu_button(say)))


def invite(say: Translator, role: Role, link: str) -> Screen:
    """The link, shown once."""
    text = say(
        "This link gives the role “{role}” to the first person who opens it. It works for 24 hours:",
        role=say(ROLE_NAMES[role]),
    )
    return Screen(together([text, link]), column(menu_button(say)), protect=True)


def welcome_to_role(say: Translator, role: Role, clinic: str) -> Html:
    """An invite was redeemed."""
    if clinic:
        return say(
            "Welcome. Your role: {role}, {clinic}. Commands: /today /open /close /noshow",
            role=say(ROLE_NAMES[role]),
            clinic=clinic,
        )
    return say("Welcome. Your role: {role}. Send /help to see what you can do.", role=say(ROLE_NAMES[role]))
