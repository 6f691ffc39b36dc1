"""The desk by buttons: every command of staff, for whoever does not type.

The rule: a button here does exactly what its command does, with the clinic filled in.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from handlers.lines import at_clinic, local_day, read_clinic
from handlers.presses.desk import OpenDesk, RunDesk, TypeDesk
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as desk_screens
from handlers.screens import desk_menu as screens
from handlers.screens.start import outdated
from people import dialogue
from people.authority import Action

COMMANDS: dict[str, Callable[[Request], Awaitable[Screen]]] = {}
"""The handler of every command; `handlers/routes.py` fills it, as it alone knows them all."""
TYPING = "desk-line"
DAYS_AHEAD = 7
"""Days that can be closed by button."""
RUN = frozenset({"queue", "waiting", "sheet"})
"""Commands that need no more than the clinic, where this bot has them."""


async def desk(request: Request) -> Screen:
    """`/desk [clinic]`."""
    clinic_id = await read_clinic(request, desk_screens.DESK_EXAMPLE, OpenDesk)
    return clinic_id if isinstance(clinic_id, Screen) else await open_desk(request, OpenDesk(clinic_id))


async def open_desk(request: Request, pressed: OpenDesk) -> Screen:
    """The menu of one clinic's desk."""
    clinic_id = await at_clinic(request, Action.SEE_DAY, pressed.clinic)
    known = frozenset(RUN & COMMANDS.keys())
    today = local_day(request, clinic_id)
    return screens.menu(request.say, request.house.clinics.clinics[clinic_id], clinic_id, today, known)


async def run(request: Request, pressed: RunDesk) -> Screen:
    """A command that needs no more than the clinic."""
    clinic_id = await at_clinic(request, Action.SEE_DAY, pressed.clinic)
    if pressed.command == "close":
        first = local_day(request, clinic_id)
        days = [first + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
        return screens.which_day(request.say, clinic_id, days)
    handler = COMMANDS.get(pressed.command) if pressed.command in RUN else None
    if handler is None:
        return outdated(request.say)
    return await handler(replace(request, text=clinic_id))


async def type_line(request: Request, pressed: TypeDesk) -> Screen:
    """Wait for the rest of a command."""
    clinic_id = await at_clinic(request, Action.SEE_DAY, pressed.clinic)
    if pressed.command not in screens.TYPED:
        return outdated(request.say)
    draft = {"clinic_id": clinic_id, "command": pressed.command}
    await dialogue.begin(request.session, request.known.id, TYPING, draft, request.now)
    return screens.ask_line(request.say, pressed.command)


async def take_line(request: Request) -> Screen:
    """The rest of a command was typed: as if the whole had been."""
    clinic_id = await at_clinic(request, Action.SEE_DAY, request.draft.get("clinic_id", ""))
    command = request.draft["command"]
    text = request.text if command == "find" else f"{clinic_id} {request.text}"
    if command == "find":
        await dialogue.end(request.session, request.known.id)
    return await COMMANDS[command](replace(request, text=text))
