"""Answers, choices between topics, "I do not know", and the emergency card."""

from dataclasses import dataclass

from answers.texts import TopicText, TopicTexts
from answers.topics import CATEGORIES, Topic
from handlers.presses.asking import (
    BrowseTopics,
    Emergency,
    Helped,
    KeepQuestion,
    Listen,
    NoneOfThese,
    OpenCategory,
    OtherLanguages,
    ShowThai,
    ShowTopic,
)
from handlers.presses.visits import StartBooking
from handlers.screen import Button, Screen, column, grid
from handlers.screens.start import ask_button, emergency_line, menu_button
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import calendar_day
from locales.languages import NATIVE

CATEGORY_NAMES: dict[str, str] = {
    "emergency": words("🚑 Emergencies"),
    "insurance-cost": words("💳 Insurance and cost"),
    "documents-fear": words("📄 Papers and worries"),
    "maternal-child": words("🤱 Mother and child"),
    "infectious": words("🦠 Illness that spreads"),
    "chronic": words("💊 Long illness"),
    "work-health": words("👷 Health at work"),
    "mental-health-gbv": words("💙 Mind and violence"),
    "disability-dental-eye": words("🦷 Disability, teeth, eyes"),
    "using-services": words("🏥 Using the hospital"),
    "border": words("🧭 Near the border"),
    "environment": words("🌫 Smoke and floods"),
    "hotlines": words("☎️ Help numbers"),
    "iom-and-bot": words("📅 IOM clinics and this bot"),
}


def draft_line(say: Translator, text: TopicText) -> Html:
    """Who has looked at these words: said on every answer, never hidden."""
    if text.reviewed:
        return say("✅ Reviewed on {day}", day=calendar_day(text.reviewed, say.language))
    return say("✏️ Draft: no health worker or native reader has checked this text yet.")


@dataclass(frozen=True)
class Around:
    """What goes around an answer.

    Attributes:
        related: topic ids with their titles in the reader's language.
        bookable: whether a visit for this can be booked here.
        translated: whether other languages have it.
        language: the language it is shown in.
        heard: the language of its recording, empty when there is none.
    """

    related: list[tuple[str, str]]
    bookable: bool
    translated: bool
    language: str
    heard: str


def answer(say: Translator, topic: Topic, text: TopicText, around: Around) -> Screen:
    """One topic: what to do now, papers and cost, phones, sources, and how far to trust it."""
    publishers = list(dict.fromkeys(source.publisher for source in topic.sources))[:3]
    small = [
        say("Source: {publishers}", publishers=", ".join(publishers)) if publishers else NOTHING,
        say("Last checked: {day}", day=calendar_day(topic.checked, say.language)),
        draft_line(say, text),
    ]
    parts = [
        say("<b>{title}</b>", title=text.title),
        say("👉 {do_now}", do_now=text.do_now),
        say("{answer}", answer=text.answer),
        say("☎️ {phones}", phones=" · ".join(topic.phones)) if topic.phones else NOTHING,
        together(small, "\n"),
        emergency_line(say),
    ]
    book = Button(say.label("📅 Book a visit"), StartBooking()) if around.bookable else None
    hear = Button(say.label("🔊 Listen"), Listen(topic.id, around.heard)) if around.heard else None
    thai = Button(say.label("Show this in Thai"), ShowThai(topic.id)) if say.language != "th" else None
    other = Button(say.label("Other language"), OtherLanguages(topic.id)) if around.translated else None
    vote = (
        Button(say.label("👍 It helped"), Helped(topic.id, around.language, True)),
        Button(say.label("👎 It did not"), Helped(topic.id, around.language, False)),
    )
    ways = (
        Button(say.label("Not what I meant"), BrowseTopics()),
        Button(say.label("🚑 Emergency"), Emergency()),
    )
    related = column(*(Button(title, ShowTopic(other, "")) for other, title in around.related))
    shown = tuple(button for button in (thai, other) if button)
    rows = (*column(book, hear), shown, *related, vote, ways, *column(ask_button(say), menu_button(say)))
    return Screen(together(parts), tuple(row for row in rows if row))


def withheld(say: Translator, title: str) -> Screen:
    """The deployment shows reviewed answers only, and this one is not."""
    text = say("This text is still being checked by a health worker. Please look through the other topics.")
    heading = say("<b>{title}</b>", title=title)
    rows = column(Button(say.label("❓ Topics"), BrowseTopics()), menu_button(say))
    return Screen(together([heading, text, emergency_line(say)]), rows)


def not_in_language(say: Translator, topic: Topic, title: str, languages: list[str]) -> Screen:
    """Nothing is shown in another language silently: say so and offer what there is."""
    text = say("I have no checked text about this in your language yet. You can read it in:")
    choices = [Button(NATIVE[code], ShowTopic(topic.id, code)) for code in languages]
    heading = say("<b>{title}</b>", title=title)
    return Screen(together([heading, text, emergency_line(say)]), (*grid(choices, 2), (menu_button(say),)))


def did_you_mean(say: Translator, choices: list[tuple[str, str]]) -> Screen:
    """Two or three likely topics; the person decides."""
    rows = column(*(Button(title, ShowTopic(topic, "")) for topic, title in choices))
    more = (
        Button(say.label("Something else"), NoneOfThese()),
        Button(say.label("🚑 Emergency"), Emergency()),
    )
    return Screen(together([say("Did you mean one of these?"), emergency_line(say)]), (*rows, more), reply=True)


def do_not_know(say: Translator, note: Html = NOTHING) -> Screen:
    """Plainly: no answer, rather than a wrong one."""
    text = say("I am sorry, I have no answer to this. Try other words, or look through the topics.")
    ask = say(
        "May I keep this question without your name, so that it can be answered later?"
        " Its words may help others find the answer."
    )
    rows = column(
        ask_button(say),
        Button(say.label("📝 Keep my question, no name"), KeepQuestion()),
        Button(say.label("❓ Topics"), BrowseTopics()),
        Button(say.label("🚑 Emergency"), Emergency()),
        menu_button(say),
    )
    return Screen(together([note, text, ask, emergency_line(say)]), rows, reply=True)


def script_note(say: Translator, hint: str) -> Html:
    """A polite line to people whose script we can see but not answer in."""
    if hint == "romanised":
        return say("I understand you best in your own letters: ไทย, မြန်မာ or ខ្មែរ.")
    return say(
        "I am sorry, I cannot read this language yet. Please choose a topic, or use ไทย, မြန်မာ, ខ្មែរ or English."
    )


def small_talk(say: Translator, kind: str) -> Screen:
    """A polite word, and how to go on."""
    sentences = {
        "hello": say("Hello. How can I help you? Type your question in a few words."),
        "thanks": say("You are welcome. Take care of yourself."),
        "goodbye": say("Goodbye. Take care. You can write to me at any time."),
        "who": say("I am a program, not a person. I answer questions about health care and book clinic visits."),
    }
    text = sentences.get(kind) or say("All right. If you have a question, just type it.")
    return Screen(
        together([text, emergency_line(say)]),
        column(Button(say.label("❓ Topics"), BrowseTopics()), menu_button(say)),
    )


def categories(say: Translator) -> Screen:
    """All categories."""
    buttons = [Button(say.label(CATEGORY_NAMES[each]), OpenCategory(each)) for each in CATEGORIES]
    text = together([say("What is it about?"), emergency_line(say)])
    return Screen(text, column(*buttons, menu_button(say)))


def category(say: Translator, name: str, topics: list[str], texts: TopicTexts) -> Screen:
    """The topics of one category."""
    buttons = [Button(texts.title(topic, say.language), ShowTopic(topic, "")) for topic in topics]
    heading = say("<b>{category}</b>", category=say.label(CATEGORY_NAMES[name]))
    back = (Button(say.label("◀ All topics"), BrowseTopics()), menu_button(say))
    return Screen(together([heading, emergency_line(say)]), (*column(*buttons), back))


def in_thai(thai: Translator, text: TopicText) -> Screen:
    """The same answer in Thai, to show to a guard, a driver or the desk."""
    return Screen(
        together([thai("<b>{title}</b>", title=text.title), thai("{do_now}", do_now=text.do_now), text.answer]),
        fresh=True,
    )
