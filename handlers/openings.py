"""Opening times, for clinic staff: `/open` and `/template`. Every change is previewed, then confirmed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from handlers import previews
from handlers.grammar.reading import Line
from handlers.lines import at_clinic, local_day, my_clinics, read_change, read_line
from handlers.presses.openings import EndOpening, ExtendOpening, ListOpenings, NameOpening, ShowOpening
from handlers.request import Request
from handlers.screen import Button, Screen, column
from handlers.screens import desk as desk_screens
from handlers.screens import openings as screens
from handlers.screens.start import menu_button
from locales.graphemes import cut
from people import dialogue
from people.authority import Action
from scheduling import foreseeing, making, openings, plans, store
from scheduling.foreseeing import Effect
from scheduling.plans import Template
from storage.tables import Opening

NAMING = "opening-name"
"""The step that waits for a name."""
MORE = timedelta(weeks=4)
"""By how much a tap extends an opening."""


async def open_times(request: Request) -> Screen:
    """`/open`: preview."""
    read = await read_change(request, "open_line", Action.OPEN_SLOTS, screens.OPEN_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    template = _asked(request, line, clinic_id)
    if isinstance(template, Screen):
        return template
    clinics, site = request.house.clinics, plans.site_of(clinic_id, request.house.clinics.clinics[clinic_id])
    seen = await foreseeing.forecast(request.session, template, site, request.language, now=request.now)
    if not (seen.times or seen.later or seen.there):
        return screens.nothing_to_open(request.say, clinics, template, seen)
    nonce = await previews.begin(request, "open", {"clinic_id": clinic_id, "template": template.written()})
    return screens.preview(request.say, clinics, template, seen, nonce)


def _asked(request: Request, line: Line, clinic_id: str) -> Template | Screen:
    """The template that a line means; a Screen says what is missing or cannot be meant."""
    clinic, today = request.house.clinics.clinics[clinic_id], local_day(request, clinic_id)
    if not line.service or line.begins is None or line.ends is None:
        return desk_screens.not_understood(request.say, "", screens.OPEN_EXAMPLE)
    if line.service not in clinic.services:
        return desk_screens.not_understood(request.say, line.service, screens.OPEN_EXAMPLE)
    every = request.house.clinics.services[line.service].minutes if line.every is None else line.every
    if every < plans.SHORTEST_STEP:
        return desk_screens.not_understood(request.say, str(every), screens.OPEN_EXAMPLE)
    first = line.day or today
    template = plans.one_day(clinic_id, line.service, first, line.begins, line.ends, every)
    if line.weekdays:
        template = replace(template, weekdays=line.weekdays, valid_until=line.last_day, except_days=line.except_days)
    capacity = 1 if line.capacity is None else line.capacity
    return replace(template, capacity=capacity, walkin_share=line.walkin, languages=line.languages)


async def _open(request: Request, draft: dict[str, Any]) -> list[Any]:
    template, clinic_id = plans.read_template(draft["template"]), draft["clinic_id"]
    clinics = request.house.clinics
    site = plans.site_of(clinic_id, clinics.clinics[clinic_id])
    seen = await foreseeing.forecast(request.session, template, site, request.language, now=request.now)
    minutes = clinics.services[template.service].minutes
    made, added = await openings.make(request.session, request.known.id, template, site, minutes, now=request.now)
    return [added, seen.there + seen.in_closures, made.id]


previews.register(
    "open",
    Action.OPEN_SLOTS,
    _open,
    lambda request, added, existing, number: screens.opened(request.say, added, existing, number),
)


async def template(request: Request) -> Screen:
    """`/template [clinic]` lists; `/template 12 until 31 mar` and the like previews a change of one."""
    mine = await my_clinics(request, Action.OPEN_SLOTS)
    line = read_line(request, "template_line", mine[0], screens.TEMPLATE_EXAMPLE)
    if isinstance(line, Screen):
        return line
    if line.number is None:
        if line != Line(clinic=line.clinic):
            return desk_screens.not_understood(request.say, "", screens.TEMPLATE_EXAMPLE)
        if line.clinic is None and len(mine) > 1:
            return _which_clinic(request, mine)
        return await list_openings(request, ListOpenings(line.clinic or mine[0]))
    opening = await _own(request, line.number)
    if line.named:
        return await _name(request, opening, line.rest)
    if line.ended:
        return await _ask_end(request, opening, line.day or local_day(request, opening.clinic_id))
    changed = _changed(request, making.template_of(opening), line)
    if isinstance(changed, Screen):
        return changed
    if changed == making.template_of(opening):
        return _shown(request, opening)
    return await _ask_change(request, opening, changed)


def _changed(request: Request, template: Template, line: Line) -> Template | Screen:
    """The template with what a line says about it."""
    if line.rest:
        return desk_screens.not_understood(request.say, line.rest, screens.TEMPLATE_EXAMPLE)
    return replace(
        template,
        capacity=template.capacity if line.capacity is None else line.capacity,
        valid_until=None if line.endless else line.last_day or template.valid_until,
        valid_from=line.day or template.valid_from,
        weekdays=line.weekdays or template.weekdays,
        except_days=tuple(sorted({*template.except_days, *line.except_days})),
    )


def _which_clinic(request: Request, mine: list[str]) -> Screen:
    clinics = request.house.clinics.clinics
    buttons = [Button(clinics[key].name[request.language], ListOpenings(key)) for key in mine]
    return Screen(request.say("Which clinic?"), column(*buttons, menu_button(request.say)))


async def list_openings(request: Request, pressed: ListOpenings) -> Screen:
    """A clinic's openings."""
    clinic_id = await at_clinic(request, Action.OPEN_SLOTS, pressed.clinic)
    found = await store.openings_of(request.session, clinic_id, local_day(request, clinic_id))
    known = [one for one in found if one.service in request.house.clinics.services]
    listed = [(one.id, one.name, making.template_of(one)) for one in known]
    return screens.openings(request.say, request.house.clinics, clinic_id, listed)


async def show(request: Request, pressed: ShowOpening) -> Screen:
    """One opening."""
    return _shown(request, await _pressed(request, pressed.opening_id))


async def ask_end(request: Request, pressed: EndOpening) -> Screen:
    """End it from today on: preview."""
    opening = await _pressed(request, pressed.opening_id)
    return await _ask_end(request, opening, local_day(request, opening.clinic_id))


async def ask_extend(request: Request, pressed: ExtendOpening) -> Screen:
    """Four weeks more: preview."""
    opening = await _pressed(request, pressed.opening_id)
    template = making.template_of(opening)
    if template.valid_until is None:
        return _shown(request, opening)
    last = template.valid_until + MORE
    weekdays = plans.ALL_WEEK if template.is_single and len(template.weekdays) != 1 else template.weekdays
    return await _ask_change(request, opening, replace(template, valid_until=last, weekdays=weekdays))


async def ask_name(request: Request, pressed: NameOpening) -> Screen:
    """Wait for a name."""
    opening = await _pressed(request, pressed.opening_id)
    await dialogue.begin(request.session, request.known.id, NAMING, {"opening_id": opening.id}, request.now)
    return screens.ask_name(request.say, opening.id)


async def take_name(request: Request) -> Screen:
    """The typed name."""
    opening = await _pressed(request, request.draft["opening_id"])
    await dialogue.end(request.session, request.known.id)
    return await _name(request, opening, request.text)


async def _name(request: Request, opening: Opening, typed: str) -> Screen:
    name = cut(" ".join(typed.split()), openings.LONGEST_NAME)
    if not name:
        return desk_screens.not_understood(request.say, "", f"/template {opening.id} name Morning vaccines")
    await openings.name(request.session, request.known.id, opening, name, now=request.now)
    return screens.named(request.say, opening.id, name)


async def _pressed(request: Request, opening_id: int) -> Opening:
    """The opening of a button: our own buttons name one that exists, at the nurse's clinic."""
    opening = await store.opening_by_id(request.session, opening_id)
    await at_clinic(request, Action.OPEN_SLOTS, opening.clinic_id if opening else "")
    return await _own(request, opening_id)


async def _own(request: Request, opening_id: int) -> Opening:
    mine = await my_clinics(request, Action.OPEN_SLOTS)
    today = min(local_day(request, clinic_id) for clinic_id in mine)
    opening = await openings.own_opening(request.session, opening_id, mine, today)
    await at_clinic(request, Action.OPEN_SLOTS, opening.clinic_id)
    return opening


def _shown(request: Request, opening: Opening) -> Screen:
    template = making.template_of(opening)
    return screens.opening(request.say, request.house.clinics, opening.id, opening.name, template)


async def _ask_change(request: Request, opening: Opening, template: Template) -> Screen:
    clinics = request.house.clinics
    site = plans.site_of(opening.clinic_id, clinics.clinics[opening.clinic_id])
    plans.check(template, site.today(request.now))
    does = await foreseeing.effect(request.session, opening, template, site, now=request.now)
    before = making.template_of(opening).written()
    draft = {"clinic_id": opening.clinic_id, "opening_id": opening.id, "template": template.written(), "before": before}
    nonce = await previews.begin(request, "opening-change", draft)
    return screens.preview_change(request.say, clinics, opening.id, template, does, nonce)


async def _ask_end(request: Request, opening: Opening, on: date) -> Screen:
    clinics, before = request.house.clinics, making.template_of(opening)
    on = max(on, local_day(request, opening.clinic_id))
    site = plans.site_of(opening.clinic_id, clinics.clinics[opening.clinic_id])
    does = await foreseeing.effect(request.session, opening, plans.ending(before, on), site, now=request.now)
    draft = {
        "clinic_id": opening.clinic_id,
        "opening_id": opening.id,
        "on": on.isoformat(),
        "before": before.written(),
    }
    nonce = await previews.begin(request, "opening-end", draft)
    return screens.preview_end(request.say, clinics, opening.id, before, on, does, nonce)


async def _do_change(request: Request, draft: dict[str, Any]) -> list[Any]:
    opening, site = await openings.unchanged(
        request.session, draft["opening_id"], draft["before"], request.house.clinics.clinics, now=request.now
    )
    template = plans.read_template(draft["template"])
    does = await openings.change(request.session, request.known.id, opening, template, site, now=request.now)
    return [opening.id, does.new, does.gone, does.changed, does.kept_times, does.kept_visits]


async def _do_end(request: Request, draft: dict[str, Any]) -> list[Any]:
    opening, site = await openings.unchanged(
        request.session, draft["opening_id"], draft["before"], request.house.clinics.clinics, now=request.now
    )
    on = date.fromisoformat(draft["on"])
    does = await openings.end(request.session, request.known.id, opening, on, site, now=request.now)
    return [opening.id, does.gone, does.kept_visits]


def _told_change(request: Request, number: int, new: int, gone: int, changed: int, times: int, visits: int) -> Screen:
    stay = screens.kept(request.say, Effect(new, gone, changed, times, visits))
    return screens.changed(request.say, number, new, gone, changed, stay)


previews.register("opening-change", Action.OPEN_SLOTS, _do_change, _told_change)
previews.register(
    "opening-end",
    Action.OPEN_SLOTS,
    _do_end,
    lambda request, number, gone, visits: screens.ended(request.say, number, gone, visits),
)
