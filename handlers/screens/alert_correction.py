"""A correction of an alert, before it is approved: what was sent, what would stand there, who keeps the old text."""

from collections.abc import Callable
from dataclasses import replace

from alerts.correcting import Correction
from handlers.presses.alert_running import (
    AlertReport,
    ApproveCorrection,
    DropCorrection,
    ProposeCorrection,
    TakeBackCorrection,
    WriteCorrection,
)
from handlers.screen import Button, Screen, column, grid
from handlers.screens.alert_message import message
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.languages import LANGUAGES, NATIVE

Speaker = Callable[[str], Translator]


def draft(say: Translator, speak: Speaker, one: Correction, *, mine: bool) -> Screen:
    """Every new text as its readers will see it; below, with the buttons, which languages have one."""
    own, languages = one.alert.id, [code for code in LANGUAGES if code in one.texts]
    signs = {code: "✅" if code in one.new else "✏️" for code in languages}
    buttons = [Button(f"{signs[code]} {NATIVE[code]}", WriteCorrection(own, code)) for code in languages]
    parts = [
        say("✏️ <b>Correct alert {number}</b>", number=own),
        say(
            "Tap a language to write its new text. When another operator has approved it,"
            " the delivered messages are changed, and whoever has not got it yet gets the new text."
        ),
        _keeps(say, one) if one.new else NOTHING,
        say("It would change {count:delivered message|delivered messages}.", count=one.people) if one.new else NOTHING,
    ]
    rows = column(
        Button(say.label("Ask for approval"), ProposeCorrection(own)) if one.new and not mine else None,
        Button(say.label("↩️ Take it back"), TakeBackCorrection(own)) if mine else None,
        Button(say.label("🗑 Throw the correction away"), DropCorrection(own)) if one.new and not mine else None,
        Button(say.label("◀ Back"), AlertReport(own)),
    )
    return _after(previews(speak, one), Screen(together(parts), (*grid(buttons, 2), *rows)))


def previews(speak: Speaker, one: Correction) -> tuple[Screen, ...]:
    """Every new text as its readers will see it."""
    return tuple(message(speak(code), one.alert, one.new[code]) for code in LANGUAGES if code in one.new)


def _after(first_ones: tuple[Screen, ...], last: Screen) -> Screen:
    first, *rest = (*first_ones, last)
    return replace(first, fresh=True, then=tuple(rest))


def ask_text(say: Translator, one: Correction, language: str) -> Screen:
    """Waiting for the new text; the old one is shown to be copied."""
    old = one.new.get(language) or one.texts[language]
    ask = say(
        "Please send the whole new text in {language} now. This is the text as it stands:", language=NATIVE[language]
    )
    back = Button(say.label("◀ Back"), AlertReport(one.alert.id))
    return Screen(together([ask, escaped(old)]), column(back), fresh=True)


def proposed(say: Translator, alert_id: int, told: int) -> Screen:
    """Waiting for the second person."""
    if told:
        text = say(
            "The correction waits for approval. {count:other operator has|other operators have} been asked.", count=told
        )
    else:
        text = say("The correction waits for approval, but there is no other operator. Ask the owner to invite one.")
    back = Button(say.label("↩️ Take it back"), TakeBackCorrection(alert_id))
    return Screen(text, column(back, menu_button(say)))


def approval(say: Translator, speak: Speaker, one: Correction, approval_id: int) -> Screen:
    """What the second person must read before approving: the old text, then the new one, for each language."""
    shown = []
    for code in LANGUAGES:
        if code in one.new:
            before = say("Until now, {language}:", language=NATIVE[code])
            after = say("From now on, {language}:", language=NATIVE[code])
            shown.append(Screen(together([before, escaped(one.texts[code])])))
            shown.append(Screen(together([after, escaped(one.new[code])])))
    ask = Screen(
        together(
            [
                say(
                    "It would change {count:delivered message|delivered messages}. Please read every text.",
                    count=one.people,
                ),
                _keeps(say, one),
            ]
        ),
        column(
            Button(say.label("✅ Approve the correction"), ApproveCorrection(one.alert.id, approval_id)),
            menu_button(say),
        ),
    )
    heading = Screen(say("✏️ <b>A correction of alert {number} waits for your approval</b>", number=one.alert.id))
    return _after((heading, *shown), ask)


def _keeps(say: Translator, one: Correction) -> Html:
    if not one.unchanged:
        return NOTHING
    languages = ", ".join(NATIVE[language] for language in one.unchanged)
    return say("⚠️ These languages keep the old text: {languages}", languages=languages)
