"""The one-line commands of staff: at which clinics, read by the grammar, or said anew with a correct example."""

from datetime import date

from handlers.grammar.reading import Line, NotUnderstood
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as screens
from people import store
from people.authority import Action, clinics_of
from people.recognise import require
from people.refusals import NotAllowed


async def my_clinics(request: Request, action: Action) -> list[str]:
    """The clinics at which whoever asks may do `action`; never empty.

    Raises:
        NotAllowed: at none.
    """
    mine = clinics_of(await store.grants_of(request.session, request.known.id), action)
    known = [clinic_id for clinic_id in mine if clinic_id in request.house.clinics.clinics]
    if not known:
        raise NotAllowed
    return known


def read_line(request: Request, start: str, clinic_id: str, example: str, text: str | None = None) -> Line | Screen:
    """What was typed (or `text`), days as they are at `clinic_id`; a Screen says what was not understood."""
    typed = request.text if text is None else text
    try:
        return request.house.desk_grammar.read(start, typed, local_day(request, clinic_id))
    except NotUnderstood as error:
        return screens.not_understood(request.say, error.part, example)


async def read_change(request: Request, start: str, action: Action, example: str) -> tuple[Line, str] | Screen:
    """The line of a change and its clinic, where the nurse may make it; a Screen when it must be said anew."""
    mine = await my_clinics(request, action)
    line = read_line(request, start, mine[0], example)
    if isinstance(line, Screen):
        return line
    if line.clinic is None and len(mine) > 1:
        return screens.name_clinic(request.say, example)
    clinic_id = line.clinic or mine[0]
    await require(request.session, request.person, action, clinic_id)
    return line, clinic_id


def local_day(request: Request, clinic_id: str) -> date:
    """Today at a clinic."""
    return request.now.astimezone(request.house.clinics.clinics[clinic_id].zone).date()
