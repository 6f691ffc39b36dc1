"""What health workers see of conversations, in their group and in private: never a name, a number or an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.presses.handoff import (
    CloseTalk,
    DropLine,
    PickPhrase,
    SeeInbox,
    SeePhrases,
    SeeTalk,
    SendLine,
    TypeAnswer,
)
from handlers.screen import Button, Rows, Screen, column
from handlers.screens.start import menu_button
from handoff.phrases import Phrase
from handoff.rules import name_numbers
from handoff.terms import Term
from locales.catalogue import NOTHING, Html, Translator, escaped, together, words
from locales.formats import calendar_day, span
from locales.graphemes import cut
from locales.languages import NATIVE

NAMES = (
    words("Blue lotus"),
    words("White jasmine"),
    words("Green bamboo"),
    words("Golden fish"),
    words("Red mango"),
    words("Small boat"),
    words("Quiet river"),
    words("Morning star"),
    words("Full moon"),
    words("Sweet coconut"),
    words("Tall palm"),
    words("Soft rain"),
    words("Bright lantern"),
    words("Old bridge"),
    words("Young rice"),
    words("Kind elephant"),
)
"""By what conversations are called; a number follows."""
PHRASES_AT_ONCE = 7
LABEL = 40
"""Letters of a phrase on a button."""
HOLES = {
    "day": words("the day, such as 25/11"),
    "time": words("the time, such as 09:30"),
    "price": words("the price in baht, such as 300"),
    "phone": words("the phone number"),
}


@dataclass(frozen=True)
class Shown:
    """What staff are shown of one message of a person.

    Attributes:
        known: words that are written in it, with what they mean.
        topic: what the search takes it for, in Thai; empty when it does not know.
    """

    text: str
    danger: bool = False
    known: Sequence[tuple[str, Term]] = ()
    topic: str = ""


def name(say: Translator, conversation_id: int, language: str) -> str:
    """What a conversation is called: drawn from its number, with the letters of the person's language."""
    which, number = name_numbers(conversation_id, len(NAMES))
    return f"{say.label(NAMES[which])} {number} · {language.upper()}"


def talk_buttons(say: Translator, conversation_id: int, *, private: bool) -> Rows:
    """What can be done with a conversation."""
    return column(
        Button(say.label("✏️ Type an answer"), TypeAnswer(conversation_id)) if private else None,
        Button(say.label("📋 Ready phrases"), SeePhrases(conversation_id, 0)),
        Button(say.label("✔️ End the conversation"), CloseTalk(conversation_id)),
    )


def question(
    say: Translator, conversation_id: int, language: str, shown: Sequence[Shown], *, continued: bool, private: bool
) -> Screen:
    """A person's words, with hints for those who cannot read them."""
    head = say(
        "🙋 <b>{name}</b>, reads {language}", name=name(say, conversation_id, language), language=NATIVE[language]
    )
    parts: list[Html] = [head]
    if continued:
        parts.append(say("↩️ The conversation continues here, because the earlier thread is gone."))
    for each in shown:
        parts += [Html(escaped(each.text)), _hints(say, each)]
    how = (
        say("Tap a button to answer. The person does not see your name.")
        if private
        else say("Reply to this message to answer. The person does not see your name.")
    )
    return Screen(together([*parts, how]), talk_buttons(say, conversation_id, private=private), protect=True)


def _hints(say: Translator, shown: Shown) -> Html:
    lines = [say("🚑 The emergency card was shown to this person.")] if shown.danger else []
    if shown.known:
        told = [f"{written} = {term.named('th')} / {term.named('en')}" for written, term in shown.known]
        lines.append(say("🔎 Known words: {words}", words="; ".join(told)))
    if shown.topic:
        lines.append(say("🔎 It may be about: {topic}", topic=shown.topic))
    return together(lines, "\n")


def phrases(say: Translator, conversation_id: int, offered: Sequence[Phrase], page: int) -> Screen:
    """The ready phrases, some at a time, in the reader's language."""
    start = page * PHRASES_AT_ONCE
    some = offered[start : start + PHRASES_AT_ONCE]
    rows = column(
        *(Button(cut(each.texts[say.language], LABEL, "…"), PickPhrase(conversation_id, each.id)) for each in some)
    )
    turn = tuple(
        button
        for button in (
            Button("◀", SeePhrases(conversation_id, page - 1)) if page else None,
            Button("▶", SeePhrases(conversation_id, page + 1)) if start + PHRASES_AT_ONCE < len(offered) else None,
        )
        if button
    )
    text = say("Which phrase? You see it once more before it is sent.")
    return Screen(together([text]), (*rows, turn) if turn else rows, fresh=page == 0)


def ask_holes(say: Translator, conversation_id: int, phrase: Phrase, holes: Sequence[str], *, private: bool) -> Screen:
    """A phrase needs a day, a time, a price or a number."""
    text = phrase.texts[say.language]
    wanted = "; ".join(say.label(HOLES[hole]) for hole in holes)
    how = (
        say("Please type: {what}", what=wanted)
        if private
        else say("Please reply to this message with: {what}", what=wanted)
    )
    rows = column(
        Button(say.label("🔁 This phrase again"), PickPhrase(conversation_id, phrase.id)),
        Button(say.label("◀ Other phrases"), SeePhrases(conversation_id, 0)),
    )
    return Screen(together([Html(escaped(text)), how]), rows, fresh=True)


def preview(say: Translator, line_id: int, language: str, theirs: str, thai: str, phrase: Phrase) -> Screen:
    """A phrase as the person will read it, and in Thai."""
    mark = (
        say("✅ Reviewed on {day}", day=calendar_day(phrase.reviewed, say.language))
        if phrase.reviewed
        else say("✏️ Draft: no health worker or native reader has checked this text yet.")
    )
    parts = [
        say("<b>{language}:</b>\n{text}", language=NATIVE[language], text=theirs),
        say("<b>{language}:</b>\n{text}", language=NATIVE["th"], text=thai) if language != "th" else NOTHING,
        mark,
    ]
    return Screen(together(parts), _send_rows(say, say.label("✅ Send"), line_id))


def not_translated(say: Translator, line_id: int, text: str, language: str) -> Screen:
    """The words are not in the person's language."""
    parts = [
        Html(escaped(text)),
        say("⚠️ The person reads {language}, and this is not translated. Send it anyway?", language=NATIVE[language]),
    ]
    return Screen(together(parts), _send_rows(say, say.label("Send it anyway"), line_id), fresh=True)


def confirm(say: Translator, line_id: int, text: str) -> Screen:
    """Words in the conversation's thread that reply to nothing: for the person, or among colleagues?"""
    parts = [Html(escaped(text)), say("Shall I send this to the person?")]
    return Screen(together(parts), _send_rows(say, say.label("✅ Send"), line_id), fresh=True)


def _send_rows(say: Translator, send: str, line_id: int) -> Rows:
    return column(Button(send, SendLine(line_id)), Button(say.label("No, do not send"), DropLine(line_id)))


def sent(say: Translator, conversation_id: int, language: str) -> Screen:
    """On its way."""
    text = say("✅ It is on its way to {name}.", name=name(say, conversation_id, language))
    return Screen(text, column(Button(say.label("✔️ End the conversation"), CloseTalk(conversation_id))))


def dropped(say: Translator) -> Screen:
    """Not sent."""
    return Screen(say("Nothing was sent."))


def ended(say: Translator, conversation_id: int, language: str) -> Screen:
    """Ended by staff."""
    named = name(say, conversation_id, language)
    text = say("✔️ The conversation with {name} has ended. The person is told how to ask again.", name=named)
    return Screen(text, fresh=True)


def hole_unreadable(say: Translator, hole: str) -> Html:
    """The sentence of a refusal."""
    return say("I could not read this. I need: {what}", what=say.label(HOLES[hole]))


def no_photos(say: Translator) -> Screen:
    """Staff sent a picture."""
    return Screen(say("Photos, files and voice messages are not passed on. Please type it."), reply=True)


def no_talk_here(say: Translator) -> Screen:
    """`/close` where no conversation is."""
    return Screen(say("To end a conversation, reply to one of its messages with /close."), reply=True)


def inbox(say: Translator, entries: Sequence[tuple[int, str, timedelta | None]]) -> Screen:
    """Open conversations: number, language of the person, and how long they have waited (None: they do not)."""
    if not entries:
        return Screen(say("Nobody waits for an answer."), column(menu_button(say)))
    buttons = []
    for number, language, waited in entries:
        label = name(say, number, language)
        if waited is not None:
            label = say.label("⏳ {name} · {span}", name=label, span=span(waited, say.language))
        buttons.append(Button(label, SeeTalk(number)))
    return Screen(say("<b>Open conversations</b>"), column(*buttons, menu_button(say)))


def type_answer(say: Translator, conversation_id: int, language: str) -> Screen:
    """Wait for the words."""
    named = name(say, conversation_id, language)
    text = say("Type your answer to {name}. The person reads {language}.", name=named, language=NATIVE[language])
    return Screen(text, column(Button(say.label("📋 Ready phrases"), SeePhrases(conversation_id, 0))), fresh=True)


def late(say: Translator, clinic: str, name_: str, conversation_id: int, waited: timedelta, *, private: bool) -> Screen:
    """Somebody has waited for too long."""
    text = say(
        "⏳ {name} has waited for {span} at {clinic}, and nobody has answered.",
        name=name_,
        span=span(waited, say.language),
        clinic=clinic,
    )
    return Screen(text, column(Button(say.label("👁 Read it"), SeeTalk(conversation_id))) if private else ())


def unlinked(say: Translator, clinic_id: str, clinic: str) -> Screen:
    """The bot is out of the group."""
    text = say(
        "⚠️ I am not in the staff group of {clinic} any more. Questions now come to the staff in private."
        " To link a group again: /staff_group",
        clinic=clinic,
    )
    return Screen(text, column(Button(say.label("📥 Open conversations"), SeeInbox(clinic_id))))


FAILURES = {
    "unreachable": words("the person has blocked me, or the account is gone"),
    "unknown": words("Telegram did not say whether it arrived"),
    "expired": words("it could not be sent in time"),
    "failed": words("Telegram refused it"),
}


def undelivered(say: Translator, name_: str, outcome: str) -> Screen:
    """An answer did not reach the person."""
    why = say.label(FAILURES.get(outcome, FAILURES["failed"]))
    return Screen(say("⚠️ Not delivered to {name}: {why}.", name=name_, why=why))


def person_ended(say: Translator, name_: str) -> Screen:
    """The person ended it."""
    return Screen(say("✔️ {name} needs no answer any more.", name=name_))


def person_left(say: Translator, name_: str) -> Screen:
    """The person erased everything."""
    return Screen(say("🗑 {name}: the person deleted their data. What I passed on is removed where I can.", name=name_))


def danger_shown(say: Translator, name_: str) -> Screen:
    """A danger sign was met with the emergency card; its words stay with the person."""
    return Screen(say("🚑 {name} wrote of a danger. The emergency card was shown at once.", name=name_))
