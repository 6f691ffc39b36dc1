"""The first minute, the menu, and the choices."""

from collections.abc import Collection

from handlers.presses.asking import BrowseTopics, Emergency
from handlers.presses.choosing import (
    AcceptInvite,
    ChangeLanguage,
    ChooseLanguage,
    OpenMenu,
    SeeChoices,
    SharePhone,
    SwitchAlerts,
)
from handlers.presses.handoff import AskWorker
from handlers.presses.visits import MyVisits, StartBooking
from handlers.screen import Button, Rows, Screen, column
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.languages import NATIVE
from people.authority import Role

LANGUAGE_PROMPT = Html("ภาษา · ဘာသာစကား · ភាសា · Language")
"""Read before any language is chosen, so it stands in all of them."""


def languages(invite: str = "") -> Screen:
    """Each language by its own name, and nothing else to understand; an invite's code is carried along."""
    presses = {code: AcceptInvite(code, invite) if invite else ChooseLanguage(code) for code in NATIVE}
    rows = column(*(Button(NATIVE[code], each) for code, each in presses.items()))
    return Screen(LANGUAGE_PROMPT, rows, protect=True)  # the menu and the visits take its place


def emergency_line(say: Translator) -> Html:
    """The line that every screen about health carries."""
    return say("🚑 Emergency? Call 1669. It is free, day and night.")


def menu_button(say: Translator) -> Button:
    """The way back."""
    return Button(say.label("☰ Menu"), OpenMenu())


def ask_button(say: Translator) -> Button:
    """The way to a health worker."""
    return Button(say.label("🙋 Ask a health worker"), AskWorker())


def welcome(say: Translator) -> Screen:
    """What I can do, in three lines, and the one question that protects people who share a phone."""
    text = together(
        [
            say("<b>Hello. I am here to help you get health care.</b>"),
            together(
                [
                    say("💬 Ask me: type your question in your own words."),
                    say("📅 Book a visit at an IOM clinic."),
                    say("⏰ I remind you before your visit."),
                ],
                "\n",
            ),
            say("You can read answers without giving your name, phone or papers."),
            say("Does anyone else use this phone?"),
        ]
    )
    rows = column(
        Button(say.label("Only I use it"), SharePhone(False)),
        Button(say.label("We share this phone"), SharePhone(True)),
    )
    return Screen(text, rows)


def menu(say: Translator, wants_alerts: bool, note: Html = NOTHING) -> Screen:
    """Where everything begins; `note` says what has just been done."""
    alerts = say.label("🔔 Health alerts: on") if wants_alerts else say.label("🔕 Health alerts: off")
    switches = (
        Button(alerts, SwitchAlerts(not wants_alerts)),
        Button(say.label("⚙️ What I send you"), SeeChoices()),
        Button("🌐 " + NATIVE[say.language], ChangeLanguage()),
    )
    text = together([note, say("What do you need? You can also just type your question."), emergency_line(say)])
    return Screen(text, (*ways(say), *column(*switches)), protect=True)  # visits take its place


def ways(say: Translator) -> Rows:
    """The ways on from the menu. Two in a row only where every language is short: Telegram cuts labels, never wraps."""
    return (
        (Button(say.label("❓ Topics"), BrowseTopics()), Button(say.label("📅 Book a visit"), StartBooking())),
        (Button(say.label("🗓 My visits"), MyVisits()), Button(say.label("🚑 Emergency"), Emergency())),
        (ask_button(say),),
    )


def phone_note(say: Translator, shared: bool) -> Html:
    """What the answer about the phone means."""
    if shared:
        return say("Good. My messages will not show what your visit is about. You see it only after you tap.")
    return say("Good. My messages will show the clinic and the time of your visit.")


def language_first(prompt: Html) -> Screen:
    """Something needs a person we know: ask for the language first."""
    return Screen(together([prompt, LANGUAGE_PROMPT]), languages().rows)


def help_screen(say: Translator, roles: Collection[Role] = (), tag: str = "") -> Screen:
    """What can be typed, by this person; staff find their code here."""
    lines = [
        say("<b>What you can do here</b>"),
        say("Type a question about health, hospitals, costs or papers."),
        say("/book - book a visit\n/mine - see, move or cancel your visits\n/language - change the language"),
        say(
            "/choices - what I send you, and what not\n/alerts_on and /alerts_off - health alerts"
            "\n/privacy - what I keep about you\n/menu - the menu"
        ),
        say("/ask - ask a health worker"),
        *(say(ROLE_HELP[role]) for role in Role if role in roles or (role == Role.STAFF and Role.LEAD in roles)),
        say("/inbox - what people ask the health workers") if {Role.STAFF, Role.LEAD} & set(roles) else NOTHING,
        say("/staff_group - link the Telegram group of your staff") if Role.LEAD in roles else NOTHING,
        staff_code(say, tag) if tag else NOTHING,
        say("/pin - change your PIN") if roles else NOTHING,
        emergency_line(say),
    ]
    return Screen(together(lines), column(menu_button(say)))


def staff_code(say: Translator, tag: str) -> Html:
    """How somebody with a role is told apart from others, without a name."""
    return say("Your staff code: {tag}. The owner sees it instead of a name.", tag=tag)


ROLE_HELP: dict[Role, str] = {
    Role.STAFF: words(
        "Clinic staff:\n/desk - everything with buttons\n/today - the day\n/queue - who is here and who is next"
        "\n/here /walkin /next /late /done /noshow - the queue\n/find /book /move /cancel - visits of others"
        "\n/open /slots /capacity /template /holidays - times\n/close /closures - closed times"
        "\n/undo - take the last change back\n/sheet - the day on paper\n/export - a list of visits as a file"
    ),
    Role.LEAD: words("Clinic lead, besides all this:\n/feed - the clinic's calendar for other programs"),
    Role.EDITOR: words("Content editor:\n/content - texts to check and open questions"),
    Role.OPERATOR: words(
        "Operator:\n/alert - write a health alert\n/alerts - reports of the last alerts"
        "\n/stop_alerts - stop all of them at once"
        "\n/signals - what people ask about"
    ),
    Role.OWNER: words("Owner:\n/invite - invite staff and operators\n/roles - who works here\n/audit - what was done"),
}


def text_only(say: Translator) -> Screen:
    """For stickers, voice and the like."""
    text = say("I can only read typed words. Please type your question in a few words.")
    return Screen(together([text, emergency_line(say)]), column(menu_button(say)))


def no_papers_please(say: Translator) -> Screen:
    """For photos and documents, which are never opened."""
    text = say(
        "For your safety, please do not send photos of papers. I did not open it and have removed it from this chat."
        " Please type your question in words."
    )
    return Screen(together([text, emergency_line(say)]), column(menu_button(say)), remove=True)


def unknown_command(say: Translator) -> Screen:
    """For a slash and a word we do not know."""
    return Screen(say("I do not know this command. Here is what I can do: /help"), column(menu_button(say)))


def outdated(say: Translator) -> Screen:
    """For a button of an earlier version, or one that was never ours."""
    rows = (*ways(say), (menu_button(say),))
    return Screen(say("This button is out of date. Here is the menu again."), rows, fresh=True)


def mishap(say: Translator) -> Screen:
    """For a fault of ours."""
    text = say("Something went wrong on our side. Nothing was changed. Please try again in a few minutes.")
    return Screen(together([text, emergency_line(say)]), column(menu_button(say)), fresh=True)
