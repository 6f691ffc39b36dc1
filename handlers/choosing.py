"""What somebody is written to about: /choices, /alerts_on, /alerts_off, and the buttons below what comes by itself.

The rule: each switch stands alone, and turning one off shows how to turn it on again.
"""

from alerts.rules import MUTABLE, NEWS
from delivery.missed import take_missed
from handlers.presses.choosing import (
    Agree,
    AskStopAlerts,
    AskStopReminders,
    ChooseProvince,
    MuteTopic,
    SeeChoices,
    SeeProvinces,
    SeeTopics,
    Switch,
    SwitchAlerts,
)
from handlers.request import Request
from handlers.screen import Button, Screen
from handlers.screens import choices as screens
from handlers.screens.privacy import consent
from handlers.screens.start import outdated
from handlers.start import menu_screen
from locales.catalogue import NOTHING, Html
from locales.provinces import PROVINCES, nearest_first
from people import choices
from people.choices import Choice


async def see(request: Request) -> Screen:
    """`/choices`."""
    return await _overview(request)


async def press_see(request: Request, _pressed: SeeChoices) -> Screen:
    """The same by button."""
    return await see(request)


async def switch(request: Request, pressed: Switch) -> Screen:
    """One switch of the screen."""
    if pressed.choice not in list(Choice):
        return outdated(request.say)
    choice = Choice(pressed.choice)
    return _ask_consent(request, choice, pressed.wanted) or await switched(request, choice, pressed.wanted)


async def switched(request: Request, choice: Choice, wanted: bool = True) -> Screen:
    """Set a switch, and show them all."""
    await choices.set_wanted(request.session, request.known, choice, wanted)
    return await _overview(request, screens.note(request.say, choice, wanted))


async def switch_alerts(request: Request, pressed: SwitchAlerts) -> Screen:
    """The switch of the menu: alerts on or off, and the menu again."""
    if asked := _ask_consent(request, Choice.ALERTS, pressed.wanted):
        return asked
    await choices.set_wanted(request.session, request.known, Choice.ALERTS, pressed.wanted)
    return menu_screen(request, screens.note(request.say, Choice.ALERTS, pressed.wanted))


async def alerts_on(request: Request) -> Screen:
    """`/alerts_on`."""
    return await switch(request, Switch(Choice.ALERTS, True))


async def alerts_off(request: Request) -> Screen:
    """`/alerts_off`."""
    return await switch(request, Switch(Choice.ALERTS, False))


async def ask_stop_reminders(request: Request, _pressed: AskStopReminders) -> Screen:
    """Stop reminders? With what is lost."""
    if not request.known.wants_visits:
        return await see(request)
    return screens.ask_stop_reminders(request.say)


async def ask_stop_alerts(request: Request, pressed: AskStopAlerts) -> Screen:
    """What exactly should stop?"""
    of_news = pressed.alert_topic == NEWS
    if not choices.wants(request.known, Choice.NEWS if of_news else Choice.ALERTS):
        return (await see(request)).anew()
    return screens.ask_stop_news(request.say) if of_news else screens.ask_stop_alerts(request.say, pressed.alert_topic)


async def see_topics(request: Request, _pressed: SeeTopics) -> Screen:
    """The topics of alerts."""
    return screens.topics(request.say, await choices.muted_topics(request.session, request.known))


async def mute_topic(request: Request, pressed: MuteTopic) -> Screen:
    """One topic off or on."""
    if pressed.alert_topic not in MUTABLE:
        return outdated(request.say)
    await choices.mute(request.session, request.known, pressed.alert_topic, pressed.muted)
    if pressed.listed:
        return await see_topics(request, SeeTopics())
    return screens.topic_muted(request.say, pressed.alert_topic, pressed.muted)


async def see_provinces(request: Request, pressed: SeeProvinces) -> Screen:
    """The short list of provinces, or a page of all."""
    chosen = request.known.alert_province
    if not 0 < pressed.page <= screens.PAGES:
        clinics = [clinic.province for clinic in request.house.clinics.clinics.values()]
        return screens.provinces(request.say, nearest_first(request.language, clinics), chosen)
    return screens.all_provinces(request.say, pressed.page, chosen)


async def choose_province(request: Request, pressed: ChooseProvince) -> Screen:
    """Alerts for one province, or for everywhere."""
    if pressed.province and pressed.province not in PROVINCES:
        return outdated(request.say)
    await choices.set_province(request.session, request.known, pressed.province)
    return await _overview(request, screens.province_chosen(request.say, pressed.province))


async def missed(request: Request) -> Screen | None:
    """For somebody who is back: one line about messages of visits that did not arrive; None where nothing was missed.

    It is told once, and not to whoever has just blocked the bot again.
    """
    if request.person is None or not request.person.reachable:
        return None
    found = await take_missed(request.session, request.person.id)
    return screens.missed(request.say, found.reminders, found.changes, found.others) if found else None


def _ask_consent(request: Request, choice: Choice, wanted: bool) -> Screen | None:
    if not wanted or not choices.needs_consent(request.known, choice):
        return None
    return consent(request.say, Button(request.say.label("Yes, I agree"), Agree(choice)))


async def _overview(request: Request, note: Html = NOTHING) -> Screen:
    person = request.known
    return screens.overview(request.say, person, await choices.muted_topics(request.session, person), note)
