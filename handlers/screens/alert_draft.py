"""The draft of an alert as a checklist that fits a phone, and the facts of an alert wherever they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from alerts import rules
from alerts.rules import BANGKOK, NO_TOPIC, Plan
from alerts.writing import Draft
from handlers.presses.alerting import (
    AlertAudience,
    AlertLifeSafety,
    AlertTemplates,
    AlertTimes,
    AlertTopics,
    AttachToAlert,
    DiscardAlert,
    DropAlertText,
    FillHoles,
    OpenAlert,
    PreviewAlert,
    ProposeAlert,
    WriteAlert,
)
from handlers.screen import Button, Screen, column, grid
from handlers.screens.alert_names import TOPIC_NAMES
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together
from locales.formats import moment, span
from locales.languages import LANGUAGES, NATIVE
from locales.provinces import province_name


@dataclass(frozen=True)
class Facts:
    """An alert and what is needed to show it to an operator."""

    draft: Draft
    plan: Plan
    clinic: Mapping[str, str]
    """The name of the clinic around which it goes out, by language; empty: none."""
    messages: tuple[Screen, ...]
    """Exactly what readers get, a message for each language."""
    stars: int
    """What Telegram takes for sending so fast; 0: nothing."""
    unreviewed: bool
    """Whether the words began with a template that nobody has reviewed."""

    @property
    def alert_id(self) -> int:
        """The number of the alert."""
        return self.draft.alert.id


def checklist(say: Translator, one: Facts, lacks: Html) -> Screen:
    """Everything about the draft, what it still lacks, and a button for each part."""
    alert, texts, own = one.draft.alert, one.draft.texts, one.alert_id
    parts = [
        say("<b>Health alert: draft</b>"),
        facts(say, one),
        together([_language_line(say, one.draft, language) for language in LANGUAGES], "\n"),
        unreviewed(say) if one.unreviewed else NOTHING,
        cost(say, one) if texts else NOTHING,
        lacks if texts else say("Write the text: tap a language, or begin with a template."),
        say("✅ Nothing is missing. Look at the preview, then ask for approval.") if texts and not lacks else NOTHING,
    ]
    sides = [
        Button(say.label("📌 Topic"), AlertTopics(own)),
        Button(say.label("👥 For whom"), AlertAudience(own)),
        Button(say.label("🕐 When"), AlertTimes(own)),
        *([] if alert.topic == rules.NEWS else [Button(say.label("🚨 Danger to life"), AlertLifeSafety(own))]),
        Button(say.label("📎 Picture, document"), AttachToAlert(own)),
        Button(say.label("📄 Templates"), AlertTemplates(own)),
    ]
    languages = [
        Button(f"{'✅' if code in texts else '✏️'} {NATIVE[code]}", WriteAlert(own, code)) for code in LANGUAGES
    ]
    begun = bool(texts or alert.attachment or alert.provinces or alert.clinic_id or alert.languages)
    rows = column(
        Button(say.label("🧩 Fill the gaps"), FillHoles(own)) if one.draft.holes else None,
        Button(say.label("👁 Preview"), PreviewAlert(own)) if texts else None,
        propose_button(say, one) if texts else None,
        Button(say.label("Begin anew"), DiscardAlert(own)) if begun else None,
        menu_button(say),
    )
    return Screen(together(parts), (*grid(sides, 2), *grid(languages, 2), *rows))


def facts(say: Translator, one: Facts) -> Html:
    """What it is about, for whom, when and how: one line each."""
    alert = one.draft.alert
    lines = [
        say("📌 Topic: {topic}", topic=say(TOPIC_NAMES.get(alert.topic, TOPIC_NAMES[NO_TOPIC]))),
        whom(say, one),
        reach(say, one.draft),
        starts(say, one),
        say("⏳ What has not gone out by then is not sent: {moment}", moment=_moment(say, one.plan.ends)),
        valid(say, one),
        life_safety(say, alert.life_safety),
        attached(say, alert.attachment_kind),
    ]
    return together(lines, "\n")


def whom(say: Translator, one: Facts) -> Html:
    """The audience in words."""
    alert = one.draft.alert
    places = [province_name(code, say.language) for code in rules.listed(alert.provinces)]
    if alert.clinic_id:
        where = say("👥 For people around: {clinic}", clinic=one.clinic.get(say.language, alert.clinic_id))
    elif places:
        where = say("👥 For people in: {places}", places=", ".join(places))
    elif alert.topic == rules.NEWS:
        where = say("👥 For everybody who wants news")
    else:
        where = say("👥 For everybody who wants alerts")
    chosen = rules.listed(alert.languages)
    if not chosen:
        return where
    names = ", ".join(NATIVE[language] for language in LANGUAGES if language in chosen)
    return together([where, say("🗣 Only for readers of: {languages}", languages=names)], "\n")


def reach(say: Translator, draft: Draft) -> Html:
    """How many people it concerns now."""
    if not draft.unreachable:
        return say("It would go to {people:person|people} now.", people=draft.people)
    return say(
        "It would go to {people:person|people} now; {lost} of them cannot be reached.",
        people=draft.people,
        lost=draft.unreachable,
    )


def starts(say: Translator, one: Facts) -> Html:
    """When it goes out, and why not before."""
    when = _moment(say, one.plan.starts)
    if one.plan.waits_for_morning:
        return say("🕐 Starts: {moment}, because nights are quiet", moment=when)
    if one.draft.alert.starts_at:
        return say("🕐 Starts: {moment}", moment=when)
    return say("🕐 Starts: one minute after the approval")


def valid(say: Translator, one: Facts) -> Html:
    """Until when it holds."""
    until = one.draft.alert.valid_until
    return say("📅 Valid until: {moment}", moment=_moment(say, until)) if until else say("📅 Valid until: not said")


def life_safety(say: Translator, yes: bool) -> Html:
    """Whether lives depend on it."""
    if yes:
        return say("🚨 Danger to life: yes. It goes out at night too, to all at once, whatever topic is turned off.")
    return say("🚨 Danger to life: no")


def attached(say: Translator, kind: str) -> Html:
    """What goes with it."""
    match kind:
        case "photo":
            return say("📎 With a picture")
        case "document":
            return say("📎 With a document")
    return say("📎 No picture, no document")


def unreviewed(say: Translator) -> Html:
    """A warning below words of a template."""
    return say("⚠️ These words began as a template that no health worker has reviewed. Please read every word.")


def propose_button(say: Translator, one: Facts) -> Button:
    """Asks for the approval; whoever presses it has seen what it costs."""
    press = ProposeAlert(one.alert_id, one.stars)
    if one.stars:
        return Button(say.label("Ask for approval, about {stars:Star|Stars}", stars=one.stars), press)
    return Button(say.label("Ask for approval"), press)


def cost(say: Translator, one: Facts) -> Html:
    """What Telegram takes for sending faster than 30 messages a second."""
    if not one.stars:
        return NOTHING
    return say(
        "⭐ Sending this fast costs: Telegram takes 0.1 Star for a message."
        " For this audience that is about {stars:Star|Stars}.",
        stars=one.stars,
    )


def window(say: Translator, minutes: int) -> str:
    """The length of a window."""
    return span(timedelta(minutes=minutes), say.language)


def _moment(say: Translator, at: object) -> str:
    return moment(at, BANGKOK, say.language)  # type: ignore[arg-type]


def _language_line(say: Translator, one: Draft, language: str) -> Html:
    people = one.audience.get(language, 0)
    if language in one.texts:
        if one.holes.get(language):
            return say("{language}: text with gaps, {people:person|people}", language=NATIVE[language], people=people)
        return say("{language}: text ready, {people:person|people}", language=NATIVE[language], people=people)
    if language not in one.aimed:
        return say("{language}: not meant", language=NATIVE[language])
    return say("{language}: no text yet, {people:person|people}", language=NATIVE[language], people=people)


def ask_text(say: Translator, alert_id: int, language: str, most: int, *, written: bool) -> Screen:
    """Waiting for the text in one language."""
    parts = [
        say("Please send the text of the alert in {language} now.", language=NATIVE[language]),
        say("It may have {most} letters. A heading and the way to stop alerts are added by themselves.", most=most),
    ]
    drop = Button(say.label("🗑 Take this text away"), DropAlertText(alert_id, language)) if written else None
    return Screen(together(parts), column(drop, back(say, alert_id)))


def previews(say: Translator, one: Facts) -> Screen:
    """Every text exactly as its readers will see it; the way back comes last."""
    heading = say("👁 So it looks for readers, one message for each language:")
    last = Screen(facts(say, one), column(back(say, one.alert_id)))
    return Screen(heading, fresh=True, then=(*one.messages, last))


def back(say: Translator, alert_id: int) -> Button:
    """To the checklist."""
    return Button(say.label("◀ Back to the alert"), OpenAlert(alert_id))
