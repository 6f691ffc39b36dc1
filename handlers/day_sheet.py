"""`/sheet`: the day of a clinic as a message, a table and a page to print, at any time."""

from dataclasses import replace
from datetime import date

from handlers.lines import at_clinic, local_day, my_clinics, read_line
from handlers.presses.calling import SeeSheet
from handlers.request import Request
from handlers.screen import Button, Screen, column
from handlers.screens import sheet as screens
from people.authority import Action
from scheduling import sheets
from scheduling.sheets import Form
from storage.audit import record


async def sheet(request: Request) -> Screen:
    """`/sheet [clinic] [day]`."""
    mine = await my_clinics(request, Action.SEE_DAY)
    line = read_line(request, "today_line", mine[0], screens.EXAMPLE)
    if isinstance(line, Screen):
        return line
    day = line.day or local_day(request, mine[0])
    if line.clinic is None and len(mine) > 1:
        clinics = request.house.clinics.clinics
        buttons = [Button(clinics[key].name[request.language], SeeSheet(key, day)) for key in mine]
        return Screen(request.say("Which clinic?"), column(*buttons))
    return await _sheet(request, line.clinic or mine[0], day)


async def see_sheet(request: Request, pressed: SeeSheet) -> Screen:
    """The same by button."""
    return await _sheet(request, pressed.clinic, pressed.day)


async def _sheet(request: Request, clinic_id: str, day: date) -> Screen:
    await at_clinic(request, Action.SEE_DAY, clinic_id)
    house, clinic = request.house, request.house.clinics.clinics[clinic_id]
    made = await sheets.sheet_of(request.session, clinic_id, day, clinic, request.now)
    first, *files = [
        screens.in_form(house.catalogues, request.language, house.clinics, made, form)
        for form in Form
        if made.lines or form == Form.TEXT
    ]
    if files:
        await record(
            request.session,
            "sheet-fetched",
            now=request.now,
            actor=request.known.id,
            clinic_id=clinic_id,
            detail=f"rows={len(made.lines)}",
            chain=clinic_id,
        )
    return replace(first, then=tuple(files), fresh=True)
