"""Which updates only show something.

The rule: what is found here is run where the database refuses to write, so it waits for no writer and wakes no sender.
Whoever ends a step, says more than a bare command or goes on with a conversation is not found here.
"""

from dataclasses import dataclass

from bot.incoming import Incoming
from handlers import handoff, routes
from handlers.press_codec import Press, decode
from handlers.route import Route


@dataclass(frozen=True)
class Display:
    """A route that only reads, and the press that leads there."""

    route: Route
    pressed: Press | None = None


def display(incoming: Incoming) -> Display | None:
    """What an update shows; None for one that may have something to store."""
    match incoming.kind:
        case "press" if pressed := decode(incoming.text):
            found = Display(routes.BUTTONS[type(pressed)], pressed)
        case "command" if not incoming.text and incoming.command in routes.COMMANDS:
            found = Display(routes.COMMANDS[incoming.command])
        case "text" if not handoff.continues(incoming.replied):
            found = Display(routes.ASK)
        case _:
            return None
    return found if found.route.reads else None
