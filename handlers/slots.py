"""Single times and holidays, for clinic staff: `/slots`, `/capacity`, `/holidays`."""

from datetime import date
from typing import Any

from handlers import previews
from handlers.lines import at_clinic, local_day, my_clinics, read_change, read_line
from handlers.presses.openings import ChangeCapacity, FlipHoliday, SeeHolidays, SeeSlots, ShowSlot
from handlers.request import Request
from handlers.screen import Button, Screen, column
from handlers.screens import desk as desk_screens
from handlers.screens import slots as screens
from handlers.screens.start import menu_button, outdated
from locales.formats import clock
from locales.graphemes import cut
from people.authority import Action
from scheduling import capacity, holidays, plans, rules, store
from scheduling.holidays import Holiday
from scheduling.refusals import ChangedMeanwhile
from storage.tables import Slot

LONGEST_NAME = 60
"""Letters of a holiday's name."""


async def slots(request: Request) -> Screen:
    """`/slots [clinic] [service] [day]`."""
    mine = await my_clinics(request, Action.SEE_DAY)
    line = read_line(request, "slot_line", mine[0], screens.SLOTS_EXAMPLE)
    if isinstance(line, Screen):
        return line
    day = line.day or local_day(request, line.clinic or mine[0])
    if line.clinic is None and len(mine) > 1:
        clinics = request.house.clinics.clinics
        buttons = [Button(clinics[key].name[request.language], SeeSlots(key, line.service, day)) for key in mine]
        return Screen(request.say("Which clinic?"), column(*buttons, menu_button(request.say)))
    return await see_slots(request, SeeSlots(line.clinic or mine[0], line.service, day))


async def see_slots(request: Request, pressed: SeeSlots) -> Screen:
    """A day's times."""
    clinic_id = await at_clinic(request, Action.SEE_DAY, pressed.clinic)
    clinics = request.house.clinics
    if pressed.service and pressed.service not in clinics.services:
        return outdated(request.say)
    bounds = rules.day_bounds(pressed.day, clinics.clinics[clinic_id].zone)
    found = await store.slots_between(request.session, clinic_id, *bounds)
    known = [slot for slot in found if slot.service in clinics.services]
    return screens.day(request.say, clinics, clinic_id, pressed.service, pressed.day, known)


async def show_slot(request: Request, pressed: ShowSlot) -> Screen:
    """One time."""
    return screens.slot(request.say, request.house.clinics, await _own(request, pressed.slot_id, Action.SEE_DAY))


async def change(request: Request) -> Screen:
    """`/capacity mae-sot vaccination friday 09:00 x3`: preview."""
    read = await read_change(request, "slot_line", Action.OPEN_SLOTS, screens.CAPACITY_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    clinic = request.house.clinics.clinics[clinic_id]
    if not line.service or line.at is None or line.capacity is None:
        return desk_screens.not_understood(request.say, "", screens.CAPACITY_EXAMPLE)
    if line.service not in clinic.services:
        return desk_screens.not_understood(request.say, line.service, screens.CAPACITY_EXAMPLE)
    day = line.day or local_day(request, clinic_id)
    slot = await capacity.slot_at(request.session, clinic_id, line.service, day, line.at, clinic.zone)
    if slot is None or slot.closed:
        return screens.no_such_time(request.say, request.house.clinics, clinic_id, line.service, day)
    return await _ask(request, slot, line.capacity)


async def press_change(request: Request, pressed: ChangeCapacity) -> Screen:
    """The same by button."""
    slot = await _own(request, pressed.slot_id, Action.OPEN_SLOTS)
    if slot.closed:
        raise ChangedMeanwhile
    return await _ask(request, slot, pressed.capacity)


async def _own(request: Request, slot_id: int, action: Action) -> Slot:
    slot = await store.slot_by_id(request.session, slot_id)
    await at_clinic(request, action, slot.clinic_id if slot else "")
    if slot is None or slot.service not in request.house.clinics.services:
        raise ChangedMeanwhile
    return slot


async def _ask(request: Request, slot: Slot, places: int) -> Screen:
    new = capacity.resized(slot, places)
    draft = {
        "clinic_id": slot.clinic_id,
        "slot_id": slot.id,
        "seen": slot.capacity,
        "capacity": places,
        "over": new.over,
    }
    nonce = await previews.begin(request, "capacity", draft)
    return screens.preview_capacity(request.say, request.house.clinics, slot, places, new.over, nonce)


async def _do_change(request: Request, draft: dict[str, Any]) -> list[Any]:
    parts = (draft["slot_id"], draft["seen"], draft["capacity"], draft["over"])
    new = await capacity.resize(request.session, request.known.id, *parts, now=request.now)
    slot, zone = new.slot, request.house.clinics.clinics[new.slot.clinic_id].zone
    day = slot.starts_at.astimezone(zone).date().isoformat()
    return [clock(slot.starts_at, zone), new.capacity, new.over, slot.clinic_id, slot.service, day]


previews.register(
    "capacity",
    Action.OPEN_SLOTS,
    _do_change,
    lambda request, time, places, over, clinic, service, day: screens.capacity_changed(
        request.say, time, places, over, clinic, service, date.fromisoformat(day)
    ),
)


async def list_holidays(request: Request) -> Screen:
    """`/holidays [clinic] [year]` lists; `/holidays [clinic] 24 dec Staff day` previews a change of one day."""
    mine = await my_clinics(request, Action.OPEN_SLOTS)
    line = read_line(request, "holidays_line", mine[0], screens.HOLIDAYS_EXAMPLE)
    if isinstance(line, Screen):
        return line
    if line.clinic is None and len(mine) > 1:
        return desk_screens.name_clinic(request.say, screens.HOLIDAYS_EXAMPLE)
    clinic_id = line.clinic or mine[0]
    if line.day:
        await at_clinic(request, Action.OPEN_SLOTS, clinic_id)
        return await _ask_holiday(request, clinic_id, line.day, line.rest)
    return await see_holidays(request, SeeHolidays(clinic_id, line.year or local_day(request, clinic_id).year))


async def see_holidays(request: Request, pressed: SeeHolidays) -> Screen:
    """A clinic's holidays of a year."""
    clinic_id = await at_clinic(request, Action.OPEN_SLOTS, pressed.clinic)
    today = local_day(request, clinic_id)
    years = range(today.year - 1, today.year + 3)
    if pressed.year not in years:
        return desk_screens.not_understood(request.say, str(pressed.year), screens.HOLIDAYS_EXAMPLE)
    span = (date(pressed.year, 1, 1), date(pressed.year, 12, 31))
    listed = await holidays.of_years(request.session, clinic_id, *span, request.language)
    found = list(listed.values())
    return screens.holidays(request.say, request.house.clinics, clinic_id, pressed.year, found, today, years)


async def flip(request: Request, pressed: FlipHoliday) -> Screen:
    """Close on a day, or work on it: preview."""
    clinic_id = await at_clinic(request, Action.OPEN_SLOTS, pressed.clinic)
    return await _ask_holiday(request, clinic_id, pressed.day, "")


async def _ask_holiday(request: Request, clinic_id: str, day: date, typed: str) -> Screen:
    today = local_day(request, clinic_id)
    if not today <= day <= today + 2 * plans.FARTHEST:
        return desk_screens.not_understood(request.say, day.isoformat(), screens.HOLIDAYS_EXAMPLE)
    found = (await holidays.of_years(request.session, clinic_id, day, day, request.language)).get(day)
    name = cut(" ".join(typed.split()), LONGEST_NAME)
    closes = bool(name) or not (found and found.closed)
    then = Holiday(day, name or (found.name if found else ""), closes, found is not None and found.public)
    site = plans.site_of(clinic_id, request.house.clinics.clinics[clinic_id])
    visits = await holidays.visits_on(request.session, site, day) if closes else []
    draft = {"clinic_id": clinic_id, "day": day.isoformat(), "closed": closes, "name": name}
    nonce = await previews.begin(request, "holiday", draft)
    return screens.preview_holiday(request.say, request.house.clinics, clinic_id, then, visits, nonce)


async def _do_holiday(request: Request, draft: dict[str, Any]) -> list[Any]:
    clinic_id, day = draft["clinic_id"], date.fromisoformat(draft["day"])
    site = plans.site_of(clinic_id, request.house.clinics.clinics[clinic_id])
    count = await holidays.edit(
        request.session, request.known.id, site, day, draft["closed"], draft["name"], now=request.now
    )
    return [draft["day"], draft["closed"], count, clinic_id]


previews.register(
    "holiday",
    Action.OPEN_SLOTS,
    _do_holiday,
    lambda request, day, closed, count, clinic: screens.holiday_edited(
        request.say, date.fromisoformat(day), closed, count, clinic
    ),
)
