"""What somebody is written to about: every switch on one screen, alerts by topic and province, and the ways back.

The rule: whatever turns something off says what it does not touch, and shows how to turn it on again.
"""

from collections.abc import Collection
from dataclasses import replace

from alerts.rules import MUTABLE, NEWS
from handlers.presses.choosing import (
    AskStopAlerts,
    AskStopReminders,
    ChooseProvince,
    MuteTopic,
    SeeChoices,
    SeeProvinces,
    SeeTopics,
    Switch,
)
from handlers.presses.visits import MyVisits
from handlers.screen import Button, Screen, column, grid
from handlers.screens.alert_names import TOPIC_NAMES
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together
from locales.provinces import PROVINCES, Province, first_letter, in_order, province_name
from people.choices import Choice, wants
from storage.tables import Person

PAGE = 14
"""Provinces on one page of the long list, two in a row."""
PAGES = -(-len(PROVINCES) // PAGE)


def overview(say: Translator, person: Person, muted: Collection[str], note: Html = NOTHING) -> Screen:
    """Every switch, as it stands; `note` says what has just been done."""
    lines = [
        note,
        say("<b>What I send you</b>"),
        say("Each of these is separate: stopping one never stops another. Answers to your questions always come."),
        _about_alerts(say, person, muted) if person.wants_alerts else NOTHING,
    ]
    alerts = person.wants_alerts
    rows = column(
        _reminders(say, person.wants_visits),
        _switch(say.label("🔔 Health alerts: on") if alerts else say.label("🔕 Health alerts: off"), person, "alerts"),
        Button(say.label("🏷 Topics of the alerts"), SeeTopics()) if alerts else None,
        Button(say.label("📍 Province of the alerts"), SeeProvinces(0)) if alerts else None,
        _switch(say.label("📰 News: on") if person.wants_news else say.label("📰 News: off"), person, "news"),
        menu_button(say),
    )
    return Screen(together(lines), rows, protect=True)


def _about_alerts(say: Translator, person: Person, muted: Collection[str]) -> Html:
    where = province_name(person.alert_province, say.language)
    off = [say(TOPIC_NAMES[topic]) for topic in MUTABLE if topic in muted]
    return together(
        [
            say("Alerts for: {place}", place=where) if where else say("Alerts for: all of Thailand"),
            say("No alerts about: {topics}", topics=together(off, ", ")) if off else NOTHING,
        ],
        "\n",
    )


def _switch(label: str, person: Person, choice: str) -> Button:
    return Button(label, Switch(choice, not wants(person, Choice(choice))))


def _reminders(say: Translator, wanted: bool) -> Button:
    if wanted:
        return Button(say.label("⏰ Reminders of my visits: on"), AskStopReminders())
    return Button(say.label("⏰ Reminders of my visits: off"), Switch(Choice.VISITS, True))


def note(say: Translator, choice: Choice, wanted: bool) -> Html:
    """What turning a switch means, what it does not touch, and the way back."""
    match choice, wanted:
        case Choice.VISITS, True:
            return say("✅ Reminders are on. I write to you before each visit.")
        case Choice.VISITS, False:
            return say("Reminders are off. If the clinic closes or moves a visit, I still tell you. Turn on: /choices")
        case Choice.ALERTS, True:
            return say("Health alerts are on. You can turn them off at any time: /alerts_off")
        case Choice.ALERTS, False:
            return say("Health alerts are off. Messages about your visits still come. Turn alerts on again: /alerts_on")
        case _, True:
            return say("News is on. You can turn it off at any time: /choices")
        case _, False:
            return say("News is off. Messages about your visits and answers to your questions still come.")


def ask_stop_reminders(say: Translator) -> Screen:
    """What is lost, said before it is lost."""
    lines = [
        say("<b>Stop reminders?</b>"),
        say("I will not write to you before a visit any more. A visit that is forgotten can mean a longer wait."),
        say("If the clinic closes or moves a visit, I still tell you. What you book or change is still confirmed."),
    ]
    rows = column(
        Button(say.label("Yes, stop reminders"), Switch(Choice.VISITS, False)),
        Button(say.label("No, change nothing"), SeeChoices()),
    )
    return Screen(together(lines), rows, fresh=True)


def stop_reminders(say: Translator) -> Button:
    """The way back that a reminder carries."""
    return Button(say.label("🔕 Stop reminders"), AskStopReminders())


def stop_such(say: Translator, topic: str) -> Button:
    """The way back that an alert carries."""
    return Button(
        say.label("🔕 Stop news") if topic == NEWS else say.label("🔕 Stop such alerts"), AskStopAlerts(topic)
    )


def ask_stop_news(say: Translator) -> Screen:
    """Stop news, and what that does not touch. The news itself stays where it is."""
    text = say("<b>Stop news?</b>")
    rest = say("Health alerts and messages about your visits do not change.")
    rows = column(
        Button(say.label("Yes, stop news"), Switch(Choice.NEWS, False)),
        Button(say.label("No, change nothing"), SeeChoices()),
    )
    return Screen(together([text, rest]), rows, fresh=True)


def ask_stop_alerts(say: Translator, topic: str) -> Screen:
    """What exactly should stop: this topic, all alerts, nothing. The alert itself stays where it is."""
    name = TOPIC_NAMES.get(topic)
    lines = [
        say("<b>What should stop?</b>"),
        say("That alert was about: {topic}", topic=say(name)) if name else NOTHING,
        say("Messages about your visits come in any case."),
    ]
    rows = column(
        Button(say.label("Only alerts about this"), MuteTopic(topic, True, False)) if name else None,
        Button(say.label("All health alerts"), Switch(Choice.ALERTS, False)),
        Button(say.label("No, change nothing"), SeeChoices()),
    )
    return Screen(together(lines), rows, fresh=True)


def topic_muted(say: Translator, topic: str, muted: bool) -> Screen:
    """Done from below an alert, with the way back right there."""
    name = say(TOPIC_NAMES[topic])
    if muted:
        text = say("Alerts about this are off: {topic}. Other alerts and messages about your visits come.", topic=name)
        again = Button(say.label("🔔 Turn on again"), MuteTopic(topic, False, False))
    else:
        text = say("Alerts about this are on: {topic}.", topic=name)
        again = Button(say.label("🔕 Turn off again"), MuteTopic(topic, True, False))
    return Screen(text, column(again, Button(say.label("⚙️ What I send you"), SeeChoices()), menu_button(say)))


def topics(say: Translator, muted: Collection[str]) -> Screen:
    """Each topic by itself."""
    text = together(
        [
            say("<b>Topics of the alerts</b>"),
            say("Tap a topic to turn it on or off."),
            say("A warning that lives depend on comes even so, as long as health alerts are on."),
        ]
    )
    buttons = [
        Button(
            f"{'🔕' if topic in muted else '🔔'} {say.label(TOPIC_NAMES[topic])}",
            MuteTopic(topic, topic not in muted, True),
        )
        for topic in MUTABLE
    ]
    return Screen(text, column(*buttons, _back(say)))


def provinces(say: Translator, near: Collection[Province], chosen: str) -> Screen:
    """The short list: everywhere, the clinics' provinces, the border."""
    text = together(
        [
            say("<b>For which province do you want alerts?</b>"),
            say("I keep only this choice, not where you are. Alerts for all of Thailand come in any case."),
        ]
    )
    everywhere = _province(say.label("All of Thailand"), "", chosen)
    names = [_province(one.name[say.language], one.code, chosen) for one in near]
    more = Button(say.label("More provinces ▶"), SeeProvinces(1))
    return Screen(text, (*column(everywhere), *grid(names, 2), *column(more, _back(say))))


def all_provinces(say: Translator, page: int, chosen: str) -> Screen:
    """One page of all of them by first letter, from 1 on."""
    ordered = in_order(say.language)
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    names = [_province(one.name[say.language], one.code, chosen) for one in shown]
    turn = (
        Button(f"◀ {_letters(say, ordered, page - 1)}" if page > 1 else "◀", SeeProvinces(page - 1)),
        *([Button(f"{_letters(say, ordered, page + 1)} ▶", SeeProvinces(page + 1))] if page < PAGES else []),
    )
    text = say("<b>For which province do you want alerts?</b>")
    return Screen(text, (*grid(names, 2), turn, *column(_back(say))))


def _letters(say: Translator, ordered: list[Province], page: int) -> str:
    """The first letters of a page, such as `A-C`."""
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    first, last = (first_letter(one.name[say.language]) for one in (shown[0], shown[-1]))
    return first if first == last else f"{first}-{last}"


def _province(name: str, code: str, chosen: str) -> Button:
    return Button(f"✓ {name}" if code == chosen else name, ChooseProvince(code))


def province_chosen(say: Translator, code: str) -> Html:
    """What the choice means."""
    name = province_name(code, say.language)
    if not name:
        return say("✅ You now get alerts for all of Thailand.")
    return say("✅ You now get alerts for {place}, and those for all of Thailand.", place=name)


def _back(say: Translator) -> Button:
    return Button(say.label("◀ Back"), SeeChoices())


def with_way_back(screen: Screen, button: Button) -> Screen:
    """A message that came by itself, with its way back as the last row."""
    return replace(screen, rows=(*screen.rows, (button,)))


def missed(say: Translator, reminders: int, changes: int, places: int) -> Screen:
    """What did not reach somebody who is back: how many messages of which kind, and nothing of what they were about."""
    parts = [
        say("reminders: {count}", count=reminders) if reminders else NOTHING,
        say("changes by the clinic: {count}", count=changes) if changes else NOTHING,
        say("other messages: {count}", count=places) if places else NOTHING,
    ]
    text = say("While I could not reach you, these did not arrive: {messages}.", messages=together(parts, ", "))
    return Screen(text, column(Button(say.label("🗓 My visits"), MyVisits())), fresh=True, protect=True)
