"""The audit log in words: when, who, what, where. Whoever acted is their staff code, or was erased, or was the bot."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.presses.trust import ShowLog
from handlers.screen import Button, Screen, column
from handlers.screens.roles import ROLE_NAMES, clinic_name
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together, words
from locales.formats import short_moment
from people.authority import Action, Role
from people.roles import tag_of
from scheduling.clinics import Clinics
from storage.audit_check import Verdict
from storage.tables import AuditEntry

ZONE = ZoneInfo("Asia/Bangkok")
"""The log has one time for all clinics."""
PLACES = 5
"""Faults that are named; one is enough to look further in the terminal."""
ACTIONS: dict[str, str] = {
    "first-owner": words("made {tag} the first owner"),
    "invite": words("made an invite"),
    "redeem": words("took a role from an invite"),
    "revoke": words("ended the role of {tag}"),
    "dormant": words("ended the role of {tag}, not seen for 90 days"),
    "pin-set": words("chose a PIN"),
    "pin-locked": words("PIN locked after wrong tries"),
    "propose": words("asked for approval"),
    "approve": words("approved"),
    "withdraw": words("took a proposal back"),
    "stop-alert": words("stopped a health alert"),
    "pause-alert": words("paused a health alert"),
    "hold-alert": words("held a health alert back after the first few people"),
    "end-alert": words("marked a health alert as over"),
    "resend-alert": words("sent a health alert again to whom it may not have reached"),
    "group-code": words("made a code for a group of staff"),
    "group-linked": words("linked a group of staff"),
    "group-unlinked": words("unlinked a group of staff"),
    "handoff-answer": words("answered a question"),
    "handoff-closed": words("ended a conversation"),
    "handoff-late": words("brought up a question that waits"),
    "import-alert": words("took in an alert of another agency"),
    "times-opened": words("opened times"),
    "times-closed": words("closed a time"),
    "no-show": words("noted that somebody did not come"),
    "opening-changed": words("changed an opening"),
    "opening-ended": words("ended an opening"),
    "opening-named": words("named an opening"),
    "capacity-changed": words("changed how many people fit into a time"),
    "holiday-edited": words("changed a holiday"),
    "visit-called-off": words("cancelled a visit of somebody"),
    "reveal-name": words("looked at a name"),
    "arrived": words("noted that somebody is here"),
    "walked-in": words("gave a number to somebody without a visit"),
    "came-early": words("gave a number to somebody with a later visit"),
    "called": words("called the next person"),
    "visit-done": words("noted that a visit took place"),
    "ran-late": words("said that the day runs late"),
    "undone": words("took a change back"),
    "sheet-fetched": words("fetched a day sheet"),
    "feed-made": words("made an address for the clinic's calendar"),
    "feed-stopped": words("ended the address of the clinic's calendar"),
    "feed-read": words("opened the clinic's calendar from outside"),
    "question-phrased": words("took a question for the next texts"),
    "question-new": words("noted that a topic is missing"),
    "question-dropped": words("dropped a question"),
    "questions-answered": words("told people that their question has an answer"),
    "erased": words("erased all about {tag}"),
    "chain-begun": words("began the log of a clinic"),
    "forgotten": words("forgot what was old enough"),
    "restored": words("put a backup back"),
    "forgotten-again": words("forgot people again after a backup was put back"),
    "migrate": words("renewed the tables of the database"),
    "keys-rotate": words("sealed everything with a new key"),
}
"""What each action of the log is called; `{tag}` is the staff code of the person it was done to."""
OWN_VISITS = ("visit-booked", "visit-moved", "visit-cancelled", "visit-confirmed", "visit-late")
"""What people do with their own visits is in the log, and verified with it, but is not for an owner's eyes."""
ABOUT = {
    Action.APPROVE_ALERT: words("health alert"),
    Action.EXPORT: words("list of visits"),
}
"""What was proposed or approved."""


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and what is known around them."""

    entries: list[AuditEntry]
    erased: set[bytes]
    """References of people who are gone."""
    size: int
    number: int
    more: bool


def log(say: Translator, clinics: Clinics, page: Page, verdict: Verdict | None) -> Screen:
    """One page, and whether the log is whole."""
    parts = [
        say("<b>What was done</b>"),
        *(_entry(say, clinics, one, page.erased) for one in page.entries),
        NOTHING if page.entries else say("Nothing yet."),
        _verdict(say, verdict) if verdict else NOTHING,
    ]
    before = Button(say.label("‹ Newer"), ShowLog(page.size, page.number - 1)) if page.number else None
    after = Button(say.label("Older ›"), ShowLog(page.size, page.number + 1)) if page.more else None
    return Screen(together(parts), column(before, after, menu_button(say)), protect=True)


def _entry(say: Translator, clinics: Clinics, one: AuditEntry, erased: set[bytes]) -> Html:
    sentence = ACTIONS.get(one.action)
    done = say(sentence, tag=_who(say, one.subject, erased)) if sentence else escaped(one.action)
    when = short_moment(one.at, ZONE, say.language)
    who = say("the bot") if not one.actor else _who(say, one.actor, erased)
    facts = [clinic_name(say, clinics, one.clinic_id), _detail(say, one.detail)]
    return together([when, together([who, done], ": "), *facts], " · ")


def _who(say: Translator, reference: bytes, erased: set[bytes]) -> Html:
    return say("someone erased") if reference in erased else escaped(tag_of(reference))


def _detail(say: Translator, detail: str) -> Html:
    if detail in list(Role):
        return say(ROLE_NAMES[Role(detail)])
    about, _, rest = detail.partition(" ")
    if about in list(ABOUT):
        return together([say(ABOUT[Action(about)]), rest], " · ")
    return escaped(detail)


def _verdict(say: Translator, verdict: Verdict) -> Html:
    if not verdict.faults:
        return say("✅ The log is whole: {count:entry|entries}.", count=verdict.entries)
    places = ", ".join(f"{fault.chain} {fault.place}" for fault in verdict.faults[:PLACES])
    return say("⚠️ The log was changed at: {places}. Please tell the technical team.", places=places)
