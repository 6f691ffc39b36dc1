"""Burmese as the reader's phone shows it: people with old phones read Zawgyi, everybody else Unicode."""

from dataclasses import replace

from handlers.screen import Screen
from locales.catalogue import Html
from locales.zawgyi import to_zawgyi


def in_script(screen: Screen, script: str) -> Screen:
    """The screen in the reader's writing of Burmese; unchanged for all others."""
    if script != "zawgyi":
        return screen
    return replace(
        screen,
        text=Html(to_zawgyi(screen.text)),
        toast=to_zawgyi(screen.toast),
        rows=tuple(tuple(replace(button, label=to_zawgyi(button.label)) for button in row) for row in screen.rows),
        then=tuple(in_script(more, script) for more in screen.then),
    )
