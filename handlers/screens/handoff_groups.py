"""Linking the staff group of a clinic."""

from handlers.presses.handoff import MakeGroupCode, UnlinkGroup
from handlers.screen import Button, Screen, column
from handlers.screens.start import menu_button
from locales.catalogue import Translator, together


def overview(say: Translator, clinics: list[tuple[str, str, bool]]) -> Screen:
    """Clinics by id and name, and whether each has a group."""
    lines = [
        say("<b>{clinic}</b>: a group is linked", clinic=name)
        if linked
        else say("<b>{clinic}</b>: no group yet, questions come to the staff in private", clinic=name)
        for _, name, linked in clinics
    ]
    buttons = []
    for clinic_id, name, linked in clinics:
        buttons.append(Button(say.label("🔗 Link a group: {clinic}", clinic=name), MakeGroupCode(clinic_id)))
        if linked:
            buttons.append(Button(say.label("✖️ Unlink the group: {clinic}", clinic=name), UnlinkGroup(clinic_id)))
    about = say("In the staff group, health workers read the questions people ask and answer them.")
    return Screen(together([about, together(lines, "\n")]), column(*buttons, menu_button(say)))


def code(say: Translator, clinic: str, code_: str, bot_name: str) -> Screen:
    """A linking code, shown once."""
    steps = [
        say("<b>Link the staff group of {clinic}</b>", clinic=clinic),
        say(
            "1. In Telegram, make a group for your staff. Turn topics on, if you can: each person then has their own."
            "\n2. Add @{bot} to it and make it an administrator that may manage topics and delete messages."
            "\n3. Send this line there:",
            bot=bot_name,
        ),
        say("<code>/link {code}</code>", code=code_),
        say("The line works once, for 24 hours, and only from a lead of this clinic."),
        say("Invite only people to the group who may read what people ask."),
    ]
    return Screen(together(steps), column(menu_button(say)), protect=True)


def linked(say: Translator, clinic: str, *, forum: bool) -> Screen:
    """In the group."""
    how = (
        say("Each person has a topic of their own here. Reply in it to answer, and end it with /close.")
        if forum
        else say("This group has no topics, so each conversation hangs together by replies. Reply to answer.")
    )
    return Screen(together([say("✅ This is now the staff group of {clinic}.", clinic=clinic), how]), reply=True)


def unlinked(say: Translator, clinic: str) -> Screen:
    """By a lead."""
    text = say("The group of {clinic} is unlinked. Questions now come to the staff in private.", clinic=clinic)
    return Screen(text, column(menu_button(say)))
