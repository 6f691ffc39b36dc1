"""`/signals`: what people ask about, by language or province, with rises above the usual; as a chart and as a file."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from functools import partial

from answers import signals
from answers.signals import View
from handlers import sheets
from handlers.pictures.chart import draw_chart
from handlers.pictures.fonts import can_shape
from handlers.presses.signals import DrawSignals, ExportSignals, PickSignals, SeeSignals
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import signals as screens
from handlers.screens.start import outdated
from people.authority import Action
from people.recognise import require

A_YEAR = timedelta(weeks=52)
"""How far back the file reaches."""


async def overview(request: Request) -> Screen:
    """`/signals`: everybody, the first page."""
    return await see(request, SeeSignals("", "", 0))


async def see(request: Request, pressed: SeeSignals) -> Screen:
    """One page of one view."""
    found = await _look(request, View(pressed.language, pressed.province))
    if found is None or (pressed.page and pressed.page * screens.ON_A_PAGE >= len(found.lines)):
        return outdated(request.say)
    return screens.table(request.say, request.house.texts, found, pressed.page)


async def pick(request: Request, _pressed: PickSignals) -> Screen:
    """Which province."""
    found = await _look(request, View())
    return screens.provinces(request.say, found.provinces if found else ())


async def draw(request: Request, pressed: DrawSignals) -> Screen:
    """The chart of a view: drawn once the transaction is over; its words stand alone where it cannot be."""
    found = await _look(request, View(pressed.language, pressed.province))
    if found is None or not found.lines:
        return outdated(request.say)
    chart = screens.chart(request.say, request.house.texts, found)
    picture = partial(draw_chart, chart) if can_shape() else b""
    return screens.picture(request.say, found, picture)


async def export(request: Request, _pressed: ExportSignals) -> Screen:
    """Every figure of a year that may be shown, as a file."""
    found = await _look(request, View())
    today = signals.day_of(request.now)
    shown = await signals.shown_since(request.session, signals.week_of(today - A_YEAR))
    rises: Counter[tuple[date, str]] = Counter()
    for line in found.lines if found else ():
        rises.update((signals.week_of(day), line.subject) for day in line.above)
    say, texts = request.say, request.house.texts
    content = await asyncio.to_thread(
        lambda: sheets.written([screens.titles(say), *screens.rows(say, texts, shown, rises)])
    )
    return screens.file(say, (f"questions-{today.isoformat()}.csv", content))


async def _look(request: Request, view: View) -> signals.Table | None:
    await require(request.session, request.person, Action.SEE_SIGNALS, now=request.now)
    return await signals.look(request.session, view, request.now) if view.is_known else None
