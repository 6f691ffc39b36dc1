"""The first minute: language, the phone, and the menu."""

import re
from dataclasses import replace

from handlers.presses.choosing import AcceptInvite, ChooseLanguage, SharePhone
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import roles
from handlers.screens import start as screens
from handlers.screens.pin import choose_button
from locales.catalogue import NOTHING, Html, together
from people import choices, invites, pins
from people.authority import Role
from people.recognise import settle_language
from people.refusals import InviteUseless
from people.roles import appoint_first_owner, tag
from people.store import find_person, grants_of

INVITE_PREFIX = "i-"
"""Marks an invite in the payload of a /start link."""
INVITE_CODE = re.compile("[0-9a-f]{32}")
"""What the button of a stranger can carry on."""


async def start(request: Request) -> Screen:
    """`/start`: the languages for a stranger; with an invite's code, the role it carries."""
    code = request.text.removeprefix(INVITE_PREFIX) if request.text.startswith(INVITE_PREFIX) else ""
    if request.person is None:
        return screens.languages(code if INVITE_CODE.fullmatch(code) else "")
    if code:
        return await redeem(request, code)
    await appoint_first_owner(request.session, request.person, request.telegram_id, request.house.owners, request.now)
    return menu_screen(request)


async def redeem(request: Request, code: str) -> Screen:
    """Use an invite's link."""
    grant = await invites.redeem(request.session, request.known, code, now=request.now)
    clinic = request.house.clinics.clinics.get(grant.clinic_id)
    name = clinic.name[request.language] if clinic else ""
    welcome = menu_screen(request, roles.welcome_to_role(request.say, Role(grant.role), name, tag(grant.person_id)))
    if pins.needs_pin(Role(grant.role)) and not await pins.has_pin(request.session, grant.person_id):
        return replace(welcome, rows=((choose_button(request.say),), *welcome.rows))
    return welcome


async def accept_invite(request: Request, pressed: AcceptInvite) -> Screen:
    """The language first, then the role. A link that is no good takes nothing away from the language."""
    welcome = await choose_language(request, ChooseLanguage(pressed.language))
    person = await find_person(request.session, request.telegram_id)
    if person is None:
        return welcome
    try:
        return await redeem(replace(request, person=person, language=person.language), pressed.invite)
    except InviteUseless:
        say = request.house.catalogues.say(person.language)
        useless = say("This link does not work (any more). Ask for a new one.")
        return replace(welcome, text=together([useless, welcome.text]), missed=True)


async def ask_language(request: Request) -> Screen:
    """`/language`, from anywhere."""
    return screens.languages()


async def choose_language(request: Request, pressed: ChooseLanguage) -> Screen:
    """Remember the language; a newcomer is welcomed in it."""
    if pressed.language not in request.house.catalogues.speakers:
        return screens.outdated(request.say)
    newcomer = request.person is None
    person = await settle_language(request.session, request.telegram_id, pressed.language, request.now)
    await appoint_first_owner(request.session, person, request.telegram_id, request.house.owners, request.now)
    say = request.house.catalogues.say(pressed.language)
    return screens.welcome(say) if newcomer else screens.menu(say, person.wants_alerts)


async def share_phone(request: Request, pressed: SharePhone) -> Screen:
    """Discreet messages for a shared phone, plainer ones for a phone of one's own."""
    await choices.set_discreet(request.session, request.known, pressed.shared)
    return menu_screen(request, screens.phone_note(request.say, pressed.shared))


async def menu(request: Request) -> Screen:
    """`/menu`."""
    return menu_screen(request)


async def help_screen(request: Request) -> Screen:
    """`/help`."""
    person = request.person
    held = await grants_of(request.session, person.id) if person else []
    own = tag(person.id) if person and held else ""
    return screens.help_screen(request.say, {Role(grant.role) for grant in held}, own)


def menu_screen(request: Request, note: Html = NOTHING) -> Screen:
    """The menu as this person sees it; strangers choose a language first."""
    if request.person is None:
        return screens.languages()
    return screens.menu(request.say, request.person.wants_alerts, note)
