"""Words around the answer: votes, recordings, kept questions, and the editors' desk."""

from handlers.presses.asking import BrowseTopics, ShowTopic
from handlers.presses.choosing import ChooseScript
from handlers.presses.content import DropQuestion, NeedsTopic, NextQuestion, TakeAsPhrasing
from handlers.screen import Button, Screen, column, grid
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.languages import NATIVE
from locales.zawgyi import to_zawgyi

SAMPLE = "မြန်မာစာကို ဒီလို မြင်ရပါသလား"
"""A line that is readable in only one of the two writings on any phone."""


def choose_language(say: Translator, topic: str, languages: list[str]) -> Screen:
    """The same answer in another language."""
    buttons = [Button(NATIVE[language], ShowTopic(topic, language)) for language in languages]
    return Screen(say("Read it in:"), (*grid(buttons, 2), (menu_button(say),)), fresh=True)


def voted(say: Translator, yes: bool) -> Screen:
    """Thanks; and a way on for whoever was not helped."""
    if yes:
        return Screen(toast=say.label("Thank you. I am glad it helped."))
    text = say("I am sorry it did not help. Try other words, or look through the topics.")
    return Screen(together([text, emergency_line(say)]), column(topics_button(say), menu_button(say)), fresh=True)


def topics_button(say: Translator) -> Button:
    """To all topics."""
    return Button(say.label("❓ Topics"), BrowseTopics())


def recording(say: Translator, title: str, file_id: str) -> Screen:
    """A topic read aloud."""
    return Screen(say("<b>{title}</b>", title=title), voice=file_id, fresh=True)


def recorded(say: Translator, title: str, language: str) -> Screen:
    """An editor's recording was taken."""
    text = say("The recording is kept for “{title}” in {language}.", title=title, language=NATIVE[language])
    return Screen(text, column(menu_button(say)))


def question_kept(say: Translator) -> Screen:
    """Kept."""
    text = say("Thank you. I keep your question without your name. When there is an answer, I will send it to you.")
    return Screen(together([text, emergency_line(say)]), column(menu_button(say)))


def enough_kept(say: Translator) -> Screen:
    """The limit."""
    text = say("I already keep several questions of yours. I will tell you when there are answers.")
    return Screen(text, column(menu_button(say)))


def answered(say: Translator, title: str, topic: str) -> Screen:
    """A kept question has an answer now."""
    text = say("You asked a question that I could not answer. Now there is an answer:")
    return Screen(text, column(Button(title, ShowTopic(topic, "")), menu_button(say)))


def ask_script(say: Translator) -> Screen:
    """Asked once of whoever writes Zawgyi: which line reads well?"""
    rows = column(
        Button(f"1  {SAMPLE}", ChooseScript(False)),
        Button(f"2  {to_zawgyi(SAMPLE)}", ChooseScript(True)),
    )
    return Screen(say("Which line can you read well: 1 or 2?"), rows)


def script_chosen(say: Translator) -> Screen:
    """From now on in that writing."""
    return Screen(say("Good. I will write to you like this."), column(menu_button(say)))


def overview(
    say: Translator, topics: int, drafts: dict[str, int], overdue: list[str], waiting: dict[str, int]
) -> Screen:
    """The state of the content."""
    lines = [
        say("{language}: {count} of {all} not reviewed", language=NATIVE[key], count=count, all=topics)
        for key, count in drafts.items()
    ]
    late = say("To be checked again: {topics}", topics=", ".join(overdue)) if overdue else say("No topic is overdue.")
    counts = say(
        "Questions: {open} open, {phrased} for the next release, {new} need a new topic.",
        open=waiting["open"],
        phrased=waiting["phrased"],
        new=waiting["new"],
    )
    go_on = Button(say.label("Open questions"), NextQuestion(0)) if waiting["open"] else None
    parts = [say("<b>Content</b>"), together(lines, "\n"), late, counts]
    return Screen(together(parts), column(go_on, menu_button(say)))


def question(
    say: Translator, question_id: int, text: str, language: str, alike: int, topics: list[tuple[str, str]]
) -> Screen:
    """One kept question, and what it could be about."""
    more = say("{count:question is|questions are} like this one.", count=alike) if alike > 1 else NOTHING
    parts: list[Html] = [
        say("{language}:", language=NATIVE[language]),
        escaped_html(text),
        more,
        say("What is it about?"),
    ]
    rows = column(
        *(Button(title, TakeAsPhrasing(question_id, topic)) for topic, title in topics),
        Button(say.label("A new topic is needed"), NeedsTopic(question_id)),
        Button(say.label("Not for us"), DropQuestion(question_id)),
        Button(say.label("Next question ▶"), NextQuestion(question_id)),
        menu_button(say),
    )
    return Screen(together(parts), rows)


def escaped_html(text: str) -> Html:
    """What a person typed, as typed."""
    return Html(escaped(text))


def no_more_questions(say: Translator) -> Screen:
    """Done."""
    return Screen(say("There are no more open questions."), column(menu_button(say)))
