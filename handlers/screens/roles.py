"""What an owner sees of roles, and what their holders are told. No name or number is ever shown: the bot keeps none."""

from datetime import datetime

from handlers.presses.trust import AskRevoke, ListRoles, MakeInvite, PickInvite, RevokeRole, ShowRole
from handlers.screen import Button, Screen, column
from handlers.screens.start import menu_button, staff_code
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import long_day
from people.authority import Role
from people.roles import Holding
from scheduling.clinics import Clinics

ROLE_NAMES: dict[Role, str] = {
    Role.STAFF: words("Clinic staff"),
    Role.LEAD: words("Clinic lead"),
    Role.EDITOR: words("Content editor"),
    Role.OPERATOR: words("Operator"),
    Role.OWNER: words("Owner"),
}
LOSES: dict[Role, str] = {
    Role.STAFF: words("They can no longer see the days of this clinic, open or close times, or ask for lists."),
    Role.LEAD: words("They can no longer lead this clinic: no days, no opening or closing of times, no lists."),
    Role.EDITOR: words("They can no longer see open questions or record answers."),
    Role.OPERATOR: words("They can no longer write, approve or stop health alerts. Their draft is deleted."),
    Role.OWNER: words(
        "They can no longer invite people, end roles or read the log. Links not opened yet stop working."
    ),
}
PAGE = 8
"""Roles on one screen."""


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


def welcome_to_role(say: Translator, role: Role, clinic: str, tag: str) -> Html:
    """An invite was redeemed."""
    if clinic:
        text = say(
            "Welcome. Your role: {role}, {clinic}. Commands: /desk /today /help",
            role=say(ROLE_NAMES[role]),
            clinic=clinic,
        )
    else:
        text = say("Welcome. Your role: {role}. Send /help to see what you can do.", role=say(ROLE_NAMES[role]))
    return together([text, staff_code(say, tag)])


def roles(say: Translator, clinics: Clinics, all_: list[Holding], own: str, now: datetime, page: int) -> Screen:
    """Who holds which role: a line and a button each, a page at a time. Told apart by staff codes, never by names."""
    pages = max(1, -(-len(all_) // PAGE))
    page = min(page, pages - 1)
    shown = all_[page * PAGE : (page + 1) * PAGE]
    parts = [
        say("<b>Who works here</b>: {count:role|roles}", count=len(all_)),
        together([_line(say, clinics, one, own, now) for one in shown], "\n"),
        say("Each person finds their own code with /help. Tap a code to see more."),
    ]
    names = {role: say.label(name) for role, name in ROLE_NAMES.items()}
    buttons = [Button(f"{one.tag} · {names[Role(one.grant.role)]}", ShowRole(one.grant.id)) for one in shown]
    before = Button(say.label("‹ Before"), ListRoles(page - 1)) if page else None
    after = Button(say.label("More ›"), ListRoles(page + 1)) if page + 1 < pages else None
    return Screen(together(parts), column(*buttons, before, after, menu_button(say)))


def _line(say: Translator, clinics: Clinics, one: Holding, own: str, now: datetime) -> Html:
    parts = [one.tag, say(ROLE_NAMES[Role(one.grant.role)]), clinic_name(say, clinics, one.grant.clinic_id)]
    if one.tag == own:
        parts.append(say("you"))
    elif one.is_quiet(now):
        parts.append(say("⚠️ not seen since {day}", day=long_day(one.last_seen, say.language)))
    return together(parts, " · ")


def role(say: Translator, clinics: Clinics, one: Holding, own: bool) -> Screen:
    """One role of one person."""
    parts = [
        _heading(say, clinics, one),
        say("This is you.") if own else NOTHING,
        say("Since: {day}", day=long_day(one.grant.granted_on, say.language)),
        say("Last seen: {day}", day=long_day(one.last_seen, say.language)),
    ]
    rows = column(
        Button(say.label("End this role"), AskRevoke(one.grant.id)),
        Button(say.label("‹ All roles"), ListRoles(0)),
        menu_button(say),
    )
    return Screen(together(parts, "\n"), rows)


def ask_revoke(say: Translator, clinics: Clinics, one: Holding) -> Screen:
    """What will be lost, before anything is."""
    parts = [
        say("<b>End this role?</b>"),
        _heading(say, clinics, one),
        say(LOSES[Role(one.grant.role)]),
        say("It ends at once, and they are told. Their own visits stay. To come back they need a new invite."),
    ]
    rows = column(
        Button(say.label("Yes, end it now"), RevokeRole(one.grant.id)),
        Button(say.label("No"), ShowRole(one.grant.id)),
    )
    return Screen(together(parts), rows)


def revoked(say: Translator) -> Screen:
    """Done, or done before."""
    return Screen(say("This role has ended."), column(Button(say.label("‹ All roles"), ListRoles(0)), menu_button(say)))


def ended(say: Translator, role: Role, clinic: str) -> Screen:
    """For whom it was: one polite line."""
    what = together([say(ROLE_NAMES[role]), clinic], ", ")
    text = say(
        "Your role here has ended: {role}. Thank you for your work. Your own visits and choices stay as they are."
        " If this is a mistake, please ask the owner for a new invite.",
        role=what,
    )
    return Screen(text, column(menu_button(say)))


def ended_silently(say: Translator, count: int) -> Screen:
    """For owners."""
    text = say(
        "{count:role has|roles have} ended, because nobody was seen with such a role for 90 days. "
        "Who works here: /roles",
        count=count,
    )
    return Screen(text, column(Button(say.label("‹ All roles"), ListRoles(0)), menu_button(say)))


def clinic_name(say: Translator, clinics: Clinics, clinic_id: str) -> str:
    """A clinic as people call it; its id when the deployment has it no more; nothing for everywhere."""
    clinic = clinics.clinics.get(clinic_id)
    return clinic.name[say.language] if clinic else clinic_id


def _heading(say: Translator, clinics: Clinics, one: Holding) -> Html:
    name, clinic = say(ROLE_NAMES[Role(one.grant.role)]), clinic_name(say, clinics, one.grant.clinic_id)
    return say("<b>{tag}</b>: {role}", tag=one.tag, role=together([name, clinic], ", "))
