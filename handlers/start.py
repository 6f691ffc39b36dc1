"""The first minute: language, the phone, the menu, and the switches."""

from handlers.presses import Agree, ChooseLanguage, SharePhone, SwitchAlerts
from handlers.request import Request
from handlers.screen import Button, Screen
from handlers.screens import alerting
from handlers.screens import start as screens
from locales.catalogue import NOTHING, Html
from people import choices, invites
from people.authority import Role
from people.recognise import bootstrap_owner, settle_language

INVITE_PREFIX = "i-"
"""Marks an invite in the payload of a /start link."""


async def start(request: Request) -> Screen:
    """`/start`: the languages for a stranger; with an invite's code, the role it carries."""
    if request.person is None:
        return screens.languages()
    if request.text.startswith(INVITE_PREFIX):
        return await redeem(request)
    await bootstrap_owner(request.session, request.person, request.telegram_id, request.house.owners, request.now)
    return menu_screen(request)


async def redeem(request: Request) -> Screen:
    """Use an invite's link."""
    grant = await invites.redeem(
        request.session, request.known, request.text.removeprefix(INVITE_PREFIX), now=request.now
    )
    clinic = request.house.clinics.clinics.get(grant.clinic_id)
    name = clinic.name[request.language] if clinic else ""
    return menu_screen(request, alerting.welcome_to_role(request.say, Role(grant.role), name))


async def ask_language(request: Request) -> Screen:
    """`/language`, from anywhere."""
    return screens.languages()


async def choose_language(request: Request, pressed: ChooseLanguage) -> Screen:
    """Remember the language; a newcomer is welcomed in it."""
    if pressed.language not in request.house.catalogues.speakers:
        return screens.outdated(request.say)
    newcomer = request.person is None
    person = await settle_language(request.session, request.telegram_id, pressed.language, request.now)
    await bootstrap_owner(request.session, person, request.telegram_id, request.house.owners, request.now)
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
    return screens.help_screen(request.say)


async def privacy(request: Request) -> Screen:
    """`/privacy`."""
    return screens.privacy(request.say)


async def switch_alerts(request: Request, pressed: SwitchAlerts) -> Screen:
    """Health alerts on or off; the first "on" asks for consent."""
    if pressed.wanted and not choices.has_agreed(request.known):
        return screens.consent(request.say, Button(request.say.label("Yes, I agree"), Agree("alerts")))
    await choices.set_alerts(request.session, request.known, pressed.wanted)
    return menu_screen(request, screens.alerts_note(request.say, pressed.wanted))


async def alerts_on(request: Request) -> Screen:
    """`/alerts_on`."""
    return await switch_alerts(request, SwitchAlerts(True))


async def alerts_off(request: Request) -> Screen:
    """`/alerts_off`."""
    return await switch_alerts(request, SwitchAlerts(False))


def menu_screen(request: Request, note: Html = NOTHING) -> Screen:
    """The menu as this person sees it; strangers choose a language first."""
    if request.person is None:
        return screens.languages()
    return screens.menu(request.say, request.person.wants_alerts, note)
