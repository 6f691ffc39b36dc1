"""Changes by staff: previewed, confirmed by one tap, done once. A second tap shows the same result.

The rule: what was previewed is a draft under a number; the button carries the number alone. Only the newest preview
of a nurse can be confirmed, within an hour, and only while she may still do it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers.presses.desk import ConfirmDesk
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as screens
from people import dialogue
from people.authority import Action
from people.recognise import require
from scheduling import store

Draft = dict[str, Any]
"""JSON values; `clinic_id` is always among them."""
Do = Callable[[Request, Draft], Awaitable[list[Any]]]
"""Does what was previewed; what it returns (JSON values) is kept, so that a second tap can be told the same."""
Told = Callable[..., Screen]
"""The result as a screen, from the request and what `Do` returned."""

DONE = "done"
"""Where a draft keeps what its confirmation came to."""
STEP = "preview:"


@dataclass(frozen=True)
class Change:
    """One kind of change: the action it stands for, how it is done, how the result is told."""

    action: Action
    do: Do
    told: Told


CHANGES: dict[str, Change] = {}


def register(kind: str, action: Action, do: Do, told: Told) -> None:
    """Make a kind of change known, once, where its handler is written."""
    if kind in CHANGES:
        raise ValueError(f"two changes are called {kind}")
    CHANGES[kind] = Change(action, do, told)


async def begin(request: Request, kind: str, draft: Draft) -> int:
    """Keep a draft until it is confirmed; the number for `ConfirmDesk`. An older preview is forgotten."""
    if kind not in CHANGES or "clinic_id" not in draft:
        raise ValueError(f"no such change, or no clinic: {kind}")
    step = await dialogue.begin(request.session, request.known.id, STEP + kind, draft, request.now)
    return step.nonce


async def confirm(request: Request, pressed: ConfirmDesk) -> Screen:
    """Do what was previewed, if it is still the newest preview and the nurse may still do it."""
    person = request.known
    await store.hold_person(request.session, person.id)  # a second tap in another process waits for the first
    step = await dialogue.current(request.session, person.id, request.now, pressed.nonce)
    if step is None or not step[0].startswith(STEP):
        return screens.stale(request.say)
    draft, change = step[1], CHANGES[step[0].removeprefix(STEP)]
    await require(request.session, person, change.action, draft["clinic_id"], now=request.now)
    if DONE not in draft:
        draft[DONE] = await change.do(request, draft)
        await dialogue.note(request.session, person.id, draft)
    return change.told(request, *draft[DONE])
