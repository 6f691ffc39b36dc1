"""What an alert can begin with, and what can go with it: templates with gaps, a picture, a document."""

from collections.abc import Iterable

from alerts.templates import HOLES, Filling, Template
from handlers.presses.alerting import DetachFromAlert, FillAlike, UseTemplate
from handlers.screen import Button, Screen, column
from handlers.screens.alert_draft import Facts, attached, back, unreviewed
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.languages import NATIVE

QUESTIONS = {
    "place": words("Which place is it? Please write it as readers of {language} do."),
    "illness": words("Which illness is it? Please write it as readers of {language} do."),
    "clinic": words("Which clinic is it? Please write it as readers of {language} do."),
    "day": words("Which day is it? Such as: {example}. I write it in each language."),
    "phone": words("Which phone number can people call? It stands in every text."),
}
"""How a gap is asked for, by hole of `alerts.templates.HOLES`."""


def templates(say: Translator, one: Facts, offered: Iterable[Template]) -> Screen:
    """Which one?"""
    own = one.alert_id
    text = together(
        [
            say("📄 <b>Begin with a template</b>"),
            say("It is put in for every language of the alert. Then I ask for what is missing, one by one."),
            say("Texts that you have written already are replaced.") if one.draft.texts else NOTHING,
            say("⚠️ No health worker has reviewed the templates yet. Please read every word."),
        ]
    )
    return Screen(
        text,
        column(*(Button(each.name[say.language], UseTemplate(own, each.id)) for each in offered), back(say, own)),
    )


def ask_hole(
    say: Translator,
    one: Facts,
    hole: str,
    language: str,
    left: int,
    note: Html = NOTHING,
    alike: tuple[str, int] | None = None,
) -> Screen:
    """One gap. `alike` is what was typed for another language, and the number of the step."""
    asked = say(QUESTIONS[hole], language=NATIVE[language], example="25 nov")
    more = say("{count:gap is|gaps are} left.", count=left)
    same = Button(say.label("Also here: {text}", text=alike[0]), FillAlike(one.alert_id, alike[1])) if alike else None
    return Screen(together([note, asked, more]), column(same, back(say, one.alert_id)))


def bad_filling(say: Translator, hole: str, part: str = "") -> Html:
    """What was typed does not fill the gap."""
    match HOLES[hole]:
        case Filling.DAY:
            return say("I do not understand “{part}” as a day of the calendar.", part=part)
        case Filling.PHONE:
            return say("This does not look like a phone number. Please send digits only.")
    return say("Please send a few words only, and no brackets.")


def ask_attachment(say: Translator, one: Facts, most: int) -> Screen:
    """Waiting for a picture or a document."""
    alert = one.draft.alert
    parts = [
        say("📎 <b>Picture or document</b>"),
        attached(say, alert.attachment_kind),
        say("Please send it in this chat now. Text below a picture or a document may have {most} letters.", most=most),
        say("Never send pictures of people, papers or health records: everybody in the audience sees it."),
    ]
    drop = Button(say.label("🗑 Without it"), DetachFromAlert(one.alert_id)) if alert.attachment else None
    return Screen(together(parts), column(drop, back(say, one.alert_id)))


def no_medium(say: Translator, alert_id: int) -> Screen:
    """Something else was sent."""
    text = say("I can take a picture or a document here, nothing else. Please send one, or go back.")
    return Screen(text, column(back(say, alert_id)))


def words_below(say: Translator) -> Html:
    """After a picture with words of its own."""
    return say("The words below the picture were not taken: please write them as the text of a language.")


__all__ = ["ask_attachment", "ask_hole", "bad_filling", "no_medium", "templates", "unreviewed", "words_below"]
