"""Whom an alert is for: every press changes one thing and shows the new count."""

from alerts import audience, rules
from handlers.alert_draft import checklist, facts, mine
from handlers.presses.alerting import (
    AlertAround,
    AlertAudience,
    AlertEverywhere,
    AlertLifeSafety,
    AlertProvinces,
    AlertTopics,
    ChooseAlertTopic,
    ChooseLifeSafety,
    FlipAlertLanguage,
    FlipAlertProvince,
)
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alert_audience as screens
from handlers.screens.start import outdated
from locales.languages import LANGUAGES
from locales.provinces import PROVINCES, Province, code_of, in_order, nearest_first
from storage.tables import Alert

ON_A_PAGE = 20
"""Provinces of one page."""


async def topics(request: Request, pressed: AlertTopics) -> Screen:
    """What is it about?"""
    found = await mine(request, pressed.alert_id)
    return screens.topics(request.say, await facts(request, found.alert))


async def choose_topic(request: Request, pressed: ChooseAlertTopic) -> Screen:
    """It is about this."""
    found = await mine(request, pressed.alert_id)
    if pressed.alert_topic not in rules.TOPICS:
        return outdated(request.say)
    await audience.choose_topic(request.session, found.alert, pressed.alert_topic)
    return await checklist(request, found.alert)


async def see_audience(request: Request, pressed: AlertAudience) -> Screen:
    """For whom, and how many these are."""
    found = await mine(request, pressed.alert_id)
    return await _audience(request, found.alert)


async def flip_language(request: Request, pressed: FlipAlertLanguage) -> Screen:
    """For readers of this language too, or no longer."""
    found = await mine(request, pressed.alert_id)
    if pressed.language not in LANGUAGES:
        return outdated(request.say)
    await audience.flip_language(request.session, found.alert, pressed.language)
    return await _audience(request, found.alert)


async def everywhere(request: Request, pressed: AlertEverywhere) -> Screen:
    """For people everywhere."""
    found = await mine(request, pressed.alert_id)
    await audience.choose_provinces(request.session, found.alert, ())
    return await _audience(request, found.alert)


async def around(request: Request, pressed: AlertAround) -> Screen:
    """For people around a clinic; pressed again: everywhere."""
    found = await mine(request, pressed.alert_id)
    clinic = request.house.clinics.clinics.get(pressed.clinic)
    if clinic is None:
        return outdated(request.say)
    if found.alert.clinic_id == pressed.clinic:
        await audience.choose_provinces(request.session, found.alert, ())
    else:
        code = code_of(clinic.province)
        await audience.choose_clinic(request.session, found.alert, pressed.clinic, [code] if code else [])
    return await _audience(request, found.alert)


async def provinces(request: Request, pressed: AlertProvinces) -> Screen:
    """A page of provinces."""
    found = await mine(request, pressed.alert_id)
    return await _provinces(request, found.alert, pressed.page)


async def flip_province(request: Request, pressed: FlipAlertProvince) -> Screen:
    """For people of this province too, or no longer."""
    found = await mine(request, pressed.alert_id)
    if pressed.province not in PROVINCES:
        return outdated(request.say)
    before = set() if found.alert.clinic_id else set(rules.listed(found.alert.provinces))
    await audience.choose_provinces(request.session, found.alert, before ^ {pressed.province})
    return await _provinces(request, found.alert, pressed.page)


async def see_life_safety(request: Request, pressed: AlertLifeSafety) -> Screen:
    """What it means that lives depend on it."""
    found = await mine(request, pressed.alert_id)
    return screens.danger_to_life(request.say, await facts(request, found.alert))


async def choose_life_safety(request: Request, pressed: ChooseLifeSafety) -> Screen:
    """They do, or not."""
    found = await mine(request, pressed.alert_id)
    await audience.choose_life_safety(request.session, found.alert, pressed.yes)
    return await checklist(request, found.alert)


async def _audience(request: Request, alert: Alert) -> Screen:
    names = {key: one.name[request.language] for key, one in request.house.clinics.clinics.items()}
    return screens.audience(request.say, await facts(request, alert), names)


async def _provinces(request: Request, alert: Alert, page: int) -> Screen:
    near = nearest_first("en", [one.province for one in request.house.clinics.clinics.values()])
    listed = in_order(request.language)
    pages: list[list[Province]] = [near]
    pages += [listed[start : start + ON_A_PAGE] for start in range(0, len(listed), ON_A_PAGE)]
    page = min(page, len(pages) - 1)
    return screens.provinces(request.say, await facts(request, alert), pages[page], page, len(pages))
