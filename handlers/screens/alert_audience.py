"""Whom an alert is for: topic, languages, provinces or a clinic's area, and whether lives depend on it."""

from collections.abc import Mapping

from alerts import rules
from handlers.presses.alerting import (
    AlertAround,
    AlertAudience,
    AlertEverywhere,
    AlertProvinces,
    ChooseAlertTopic,
    ChooseLifeSafety,
    FlipAlertLanguage,
    FlipAlertProvince,
)
from handlers.screen import Button, Screen, column, grid
from handlers.screens.alert_draft import Facts, back, life_safety, reach, whom
from handlers.screens.alert_names import TOPIC_NAMES
from locales.catalogue import Translator, together
from locales.languages import LANGUAGES, NATIVE
from locales.provinces import Province


def topics(say: Translator, one: Facts) -> Screen:
    """What is it about?"""
    own, chosen = one.alert_id, one.draft.alert.topic
    buttons = [
        Button(_ticked(say.label(name), topic == chosen), ChooseAlertTopic(own, topic))
        for topic, name in TOPIC_NAMES.items()
    ]
    text = together(
        [
            say("📌 <b>What is the alert about?</b>"),
            say("People who turned this topic off do not get it."),
            say("News goes only to people who turned news on."),
        ]
    )
    return Screen(text, (*grid(buttons, 2), *column(back(say, own))))


def audience(say: Translator, one: Facts, clinics: Mapping[str, str]) -> Screen:
    """For whom? `clinics` by id, named in the operator's language."""
    own, alert = one.alert_id, one.draft.alert
    chosen = rules.listed(alert.languages)
    languages = [
        Button(_ticked(NATIVE[code], not chosen or code in chosen), FlipAlertLanguage(own, code)) for code in LANGUAGES
    ]
    places = column(
        Button(_ticked(say.label("Everywhere"), not (alert.provinces or alert.clinic_id)), AlertEverywhere(own)),
        Button(_ticked(say.label("Provinces"), bool(alert.provinces) and not alert.clinic_id), AlertProvinces(own, 0)),
        *(
            Button(_ticked(say.label("Around {clinic}", clinic=name), key == alert.clinic_id), AlertAround(own, key))
            for key, name in clinics.items()
        ),
    )
    counts = [
        say("{language}: {people:person|people}", language=NATIVE[code], people=one.draft.audience[code])
        for code in LANGUAGES
        if one.draft.audience.get(code)
    ]
    parts = [
        say("👥 <b>For whom is the alert?</b>"),
        whom(say, one),
        together([reach(say, one.draft), *counts], "\n"),
        say(
            "A province means whoever chose it, and whoever wants alerts from everywhere."
            " Around a clinic means whoever chose its province, or has a visit there within 30 days."
        ),
    ]
    return Screen(together(parts), (*grid(languages, 2), *places, *column(back(say, own))))


def provinces(say: Translator, one: Facts, shown: list[Province], page: int, pages: int) -> Screen:
    """A page of provinces; the first has those nearest to the clinics and the borders."""
    own, chosen = one.alert_id, rules.listed(one.draft.alert.provinces)
    buttons = [
        Button(_ticked(each.name[say.language], each.code in chosen), FlipAlertProvince(own, each.code, page))
        for each in shown
    ]
    before = Button("◀", AlertProvinces(own, page - 1)) if page else None
    after = Button("▶", AlertProvinces(own, page + 1)) if page + 1 < pages else None
    turning = tuple(each for each in (before, after) if each)
    done = Button(say.label("✅ Done"), AlertAudience(own))
    text = together(
        [
            say("👥 <b>Which provinces?</b>"),
            whom(say, one),
            reach(say, one.draft),
            say(
                "Page {page} of {pages}. On the first page are the provinces nearest to clinics and borders.",
                page=page + 1,
                pages=pages,
            ),
        ]
    )
    return Screen(text, (*grid(buttons, 2), *((turning,) if turning else ()), (done,)))


def danger_to_life(say: Translator, one: Facts) -> Screen:
    """What it means that lives depend on it."""
    own, yes = one.alert_id, one.draft.alert.life_safety
    text = together(
        [
            say("🚨 <b>Does life depend on people reading this now?</b>"),
            say(
                "Yes means: it goes out at night too, to everybody at once, also to people who turned this topic off."
                " Where nobody knows whether it arrived, it is sent once more, so a few may get it twice."
            ),
            say("Please say yes only when waiting until morning could cost a life."),
            life_safety(say, yes),
        ]
    )
    choice = (
        Button(_ticked(say.label("Yes, life depends on it"), yes), ChooseLifeSafety(own, True)),
        Button(_ticked(say.label("No, it can wait"), not yes), ChooseLifeSafety(own, False)),
    )
    return Screen(text, (choice, *column(back(say, own))))


def _ticked(label: str, yes: bool) -> str:
    return f"✅ {label}" if yes else label
