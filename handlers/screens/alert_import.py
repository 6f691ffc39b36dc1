"""What an operator sees of an imported message: what it says of itself, what was not taken over, what can be done."""

from alerts.cap.importing import Became, Imported
from alerts.cap.meaning import Understood
from alerts.rules import BANGKOK
from handlers.presses.alert_import import ProposeImported
from handlers.presses.alert_running import AlertReport, AskEndAlert, CorrectAlert
from handlers.presses.alerting import DiscardAlert, OpenAlert
from handlers.screen import Button, Screen, column
from handlers.screens.alert_names import TOPIC_NAMES
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import moment
from locales.graphemes import cut
from locales.languages import NATIVE
from locales.provinces import province_name

NAME_SHOWN, EVENT_SHOWN, PLACES_SHOWN = 80, 120, 200
"""Letters of what a stranger's file says of itself."""
STATUSES = {
    "Exercise": words("an exercise"),
    "System": words("a message between computers"),
    "Test": words("a test"),
    "Draft": words("an unfinished draft"),
}
URGENCIES = {
    "Immediate": words("act at once"),
    "Expected": words("act within the hour"),
    "Future": words("act soon"),
    "Past": words("already over"),
    "Unknown": words("not known"),
}
SEVERITIES = {
    "Extreme": words("extreme"),
    "Severe": words("severe"),
    "Moderate": words("moderate"),
    "Minor": words("minor"),
    "Unknown": words("not known"),
}
CERTAINTIES = {
    "Observed": words("seen already"),
    "Likely": words("likely"),
    "Possible": words("possible"),
    "Unlikely": words("unlikely"),
    "Unknown": words("not known"),
}
BECAME = {
    Became.DRAFT: words("📥 <b>The message was taken in as a draft.</b> Nothing has been sent."),
    Became.REWRITTEN: words("📥 <b>The message changes alert {number}.</b> It is a draft with the new texts now."),
    Became.CORRECTION: words(
        "📥 <b>The message corrects alert {number}.</b> Its new texts wait: look at them, then ask for approval."
    ),
    Became.FOLLOWS: words("📥 <b>The message changes an alert that is over.</b> So it was taken in as a new draft."),
    Became.CANCELS: words("📥 <b>The message cancels alert {number}.</b> End it, if you agree."),
    Became.DISCARDS: words(
        "📥 <b>The message cancels alert {number}</b>, which was never sent. You can throw it away."
    ),
    Became.OVER: words("📥 The message cancels alert {number}, which is over already."),
    Became.KNOWN: words("📥 You have this message already: it is alert {number}. Nothing was changed."),
}
FAULTS = {
    "large": words("The file is too large for an alert of the CAP standard."),
    "away": words("Telegram did not give me the file. Please send it once more."),
    "not-xml": words("I cannot read this file: it is not whole, or not XML. Please get it again from the agency."),
    "entities": words("The file contains parts that could do harm, so I did not read it. Please tell the agency."),
    "deep": words("The file is built in a way that no alert needs, so I did not read it."),
    "no-cap": words("This is not a message of the CAP standard."),
    "version": words("This is CAP {detail}. I read version 1.2 only: please ask the agency for that."),
    "missing": words("The message lacks something that CAP 1.2 asks for: {detail}"),
    "twice": words("The message has something twice that it may have once: {detail}"),
    "value": words("The message says something that CAP 1.2 does not know, here: {detail}"),
    "time": words("A time in the message is not whole, here: {detail}. It needs day, time and time zone."),
    "scope": words("This message is not meant for the public, so it cannot be sent to people here."),
    "answer": words("This message only answers another one. There is nothing in it to tell people."),
    "languages": words("The message has no part in Thai, Burmese, Khmer or English."),
    "unknown-reference": words("The message changes another one that was never taken in here. Send me that one first."),
    "just-now": words("This message was taken in just now by somebody else. See: /alert"),
}


def fault(say: Translator, what: str, detail: str) -> Html:
    """Why a file was not taken in."""
    return say(FAULTS.get(what, FAULTS["no-cap"]), detail=detail)


def ask_file(say: Translator) -> Screen:
    """Where a message comes from, and what becomes of it."""
    lines = [
        say("📥 <b>Take in an alert of another agency</b>"),
        say("Send me the file here: a message of the CAP 1.2 standard, as XML."),
        say("It becomes a draft. Nothing is sent before you have read it and another operator has approved it."),
    ]
    return Screen(together(lines), column(menu_button(say)))


def imported(
    say: Translator, one: Imported, found: Understood, shortened: list[str], mislabelled: list[str], *, own: bool
) -> Screen:
    """What came of it; `own` says that it is a draft in the reader's hands."""
    lines = [
        say(BECAME[one.became], number=one.alert.id),
        not_meant(say, found.message.status),
        _origin(say, found),
        _notes(say, one, found, shortened, mislabelled),
    ]
    return Screen(together(lines), column(_next(say, one, own=own), menu_button(say)), fresh=True)


def not_meant(say: Translator, status: str) -> Html:
    """A warning above everything that is no real alert."""
    if status not in STATUSES:
        return NOTHING
    return say("⚠️ <b>Not a real alert</b>: the agency marks it as {status}.", status=say(STATUSES[status]))


def _origin(say: Translator, found: Understood) -> Html:
    """What the message says of itself; a cancel may say next to nothing."""
    sender = cut(found.lead.sender_name if found.infos else "", NAME_SHOWN, "…")
    lines = [say("From: {sender}", sender=sender or cut(found.message.name.sender, NAME_SHOWN, "…"))]
    if found.infos:
        lead = found.lead
        lines += [
            say("Event: {event}", event=cut(lead.event, EVENT_SHOWN, "…")),
            say("Topic here: {topic}", topic=say(TOPIC_NAMES[found.topic])),
            say("Urgency: {urgency}", urgency=say(URGENCIES[lead.urgency])),
            say("Severity: {severity}", severity=say(SEVERITIES[lead.severity])),
            say("Certainty: {certainty}", certainty=say(CERTAINTIES[lead.certainty])),
            say("Provinces: {places}", places=_places(say, found)),
        ]
    if found.valid_until:
        lines.append(say("Valid until: {moment}", moment=moment(found.valid_until, BANGKOK, say.language)))
    return together(lines, "\n")


def _places(say: Translator, found: Understood) -> Html:
    if found.provinces:
        return together([province_name(code, say.language) for code in found.provinces], ", ")
    return say("all of Thailand") if found.everywhere else say("none found")


def _notes(say: Translator, one: Imported, found: Understood, shortened: list[str], mislabelled: list[str]) -> Html:
    """Everything that was not taken over as it stood."""
    nowhere = found.infos and not found.provinces and not found.everywhere
    notes = [
        say(
            "🚨 It calls itself extreme and immediate."
            " Decide whether lives depend on it: “Danger to life” in the draft."
        )
        if found.may_be_life_safety
        else NOTHING,
        say("⚠️ No province was found, so it would go to everybody. Please choose for whom it is.")
        if nowhere
        else NOTHING,
        say("Not provinces of Thailand: {places}", places=cut(", ".join(found.places), PLACES_SHOWN, "…"))
        if found.places
        else NOTHING,
        say("Left out, because it is not spoken here: {languages}", languages=", ".join(found.left_out))
        if found.left_out
        else NOTHING,
        say("More than one part in: {languages}. The first was taken.", languages=_named(found.repeated))
        if found.repeated
        else NOTHING,
        say("Written in another language than it says, so it was left out: {languages}", languages=_named(mislabelled))
        if mislabelled
        else NOTHING,
        say(
            "✂️ Too long for one message, so it was shortened: {languages}. Please read it.", languages=_named(shortened)
        )
        if shortened
        else NOTHING,
        say("Never sent in this language, so it was left out: {languages}", languages=_named(one.unchanged))
        if one.unchanged
        else NOTHING,
    ]
    return together(notes, "\n")


def _named(languages: list[str] | tuple[str, ...]) -> str:
    return ", ".join(NATIVE[language] for language in languages)


def _next(say: Translator, one: Imported, *, own: bool) -> Button:
    """What is done next."""
    number = one.alert.id
    if one.became == Became.CORRECTION:
        return Button(say.label("✏️ See the correction"), CorrectAlert(number))
    if one.became == Became.CANCELS:
        return Button(say.label("📕 End this alert"), AskEndAlert(number))
    if not own:
        return Button(say.label("Alert {number}", number=number), AlertReport(number))
    if one.became == Became.DISCARDS:
        return Button(say.label("🗑 Throw the draft away"), DiscardAlert(number))
    return Button(say.label("✏️ Open the draft"), OpenAlert(number))


def warn_not_meant(say: Translator, alert_id: int, stars: int, status: str) -> Screen:
    """Asked once before a test goes out to people."""
    lines = [
        not_meant(say, status),
        say("People may be frightened by it, and trust the next one less. Ask for approval all the same?"),
    ]
    rows = column(
        Button(say.label("Yes, ask for approval"), ProposeImported(alert_id, stars)),
        Button(say.label("No, back to the draft"), OpenAlert(alert_id)),
    )
    return Screen(together(lines), rows, fresh=True)
