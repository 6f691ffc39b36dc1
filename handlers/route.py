"""One way into the house."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.screen import Screen
from people.authority import Action
from people.limits import What


@dataclass(frozen=True)
class Route:
    """One way in. `handler` takes the request, and for buttons the press."""

    handler: Callable[..., Awaitable[Screen]]
    action: Action
    listed: str = ""
    """What Telegram's command menu says; empty: not in the menu."""
    counts: What | None = None
    """What each try is counted as; None: only as an update. A code is tried where something follows the command."""
    reads: bool = False
    """Whether it only shows something: it is run where the database refuses to write (`bot/unit.py`)."""
