"""The one-line commands of staff: at which clinics, read by the grammar, or said anew with a correct example."""

from collections.abc import Callable
from datetime import date

from handlers.grammar.reading import Line, NotUnderstood
from handlers.press_codec import Press
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as screens
from people import scope
from people.authority import Action


async def my_clinics(request: Request, action: Action) -> list[str]:
    """The clinics at which whoever asks may do `action`; never empty.

    Raises:
        NotAllowed: at none.
    """
    return await scope.clinics(request.session, request.person, action, request.house.clinics.clinics)


async def at_clinic(request: Request, action: Action, clinic_id: str) -> str:
    """The clinic, if whoever asks may do `action` there."""
    known = request.house.clinics.clinics
    return await scope.clinic(request.session, request.person, action, known, clinic_id, now=request.now)


def read_line(request: Request, start: str, clinic_id: str, example: str, text: str | None = None) -> Line | Screen:
    """What was typed (or `text`), days as they are at `clinic_id`; a Screen says what was not understood."""
    typed = request.text if text is None else text
    try:
        return request.house.desk_grammar.read(start, typed, local_day(request, clinic_id))
    except NotUnderstood as error:
        return screens.not_understood(request.say, error.part, example)


async def read_clinic(request: Request, example: str, press: Callable[[str], Press]) -> str | Screen:
    """The clinic of a command that takes nothing else; a Screen asks at which one, with a `press` for each."""
    mine = await my_clinics(request, Action.SEE_DAY)
    line = read_line(request, "today_line", mine[0], example)
    if isinstance(line, Screen):
        return line
    if line.clinic is None and len(mine) > 1:
        return screens.which_desk(request.say, request.house.clinics, mine, press)
    return line.clinic or mine[0]


async def read_change(request: Request, start: str, action: Action, example: str) -> tuple[Line, str] | Screen:
    """The line of a change and its clinic, where the nurse may make it; a Screen when it must be said anew."""
    mine = await my_clinics(request, action)
    line = read_line(request, start, mine[0], example)
    if isinstance(line, Screen):
        return line
    if line.clinic is None and len(mine) > 1:
        return screens.name_clinic(request.say, example)
    return line, await at_clinic(request, action, line.clinic or mine[0])


def local_day(request: Request, clinic_id: str) -> date:
    """Today at a clinic."""
    return request.now.astimezone(request.house.clinics.clinics[clinic_id].zone).date()
