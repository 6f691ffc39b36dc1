"""Which handler an update comes to, inside its transaction.

The rule: a command ends whatever step its person was in; any other text answers that step, or is a question.
"""

from bot.incoming import Incoming
from bot.metrics import Metrics
from handlers import content, handoff, routes
from handlers.press_codec import Press, decode
from handlers.presses.booking import KeepPlace, KeepSeries
from handlers.presses.visits import MoveToSlot
from handlers.presses.waiting import TakeOffer
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import start as screens
from people import dialogue
from people.store import mark_unreachable
from storage.refusal import Refusal


async def steer(incoming: Incoming, request: Request, metrics: Metrics) -> Screen | None:
    """Run the handler; None when there is nothing to show.

    Raises:
        Refusal: as the handler says.
    """
    match incoming.kind:
        case "blocked":
            if request.person:
                await mark_unreachable(request.session, request.person.id)
            return None
        case "unblocked":
            return None
        case "papers":
            return await _papers(request)
        case "voice":
            return await content.take_recording(request, incoming.voice_id)
        case "media":
            return screens.text_only(request.say)
        case "press":
            return await _press(incoming, request, metrics)
        case "command":
            return await _command(incoming, request)
    return await _text(request)


async def _press(incoming: Incoming, request: Request, metrics: Metrics) -> Screen:
    pressed = decode(incoming.text)
    if pressed is None:
        return screens.outdated(request.say)
    try:
        screen = await routes.run(routes.BUTTONS[type(pressed)], request, pressed)
    except Refusal as refusal:
        _count_booking(metrics, pressed, type(refusal).__name__)
        raise
    _count_booking(metrics, pressed, "kept")
    return screen


async def _command(incoming: Incoming, request: Request) -> Screen:
    if request.person:
        await dialogue.end(request.session, request.person.id)
    route = routes.COMMANDS.get(incoming.command)
    if route is None:
        return screens.unknown_command(request.say)
    return await routes.run(route, request, None)


async def _text(request: Request) -> Screen:
    if told := await handoff.follow(request):
        return told
    waiting = await dialogue.current(request.session, request.person.id, request.now) if request.person else None
    route = routes.STEPS.get(waiting[0], routes.ASK) if waiting else routes.ASK
    if waiting:
        request.draft.update(waiting[1])
    return await routes.run(route, request, None)


async def _papers(request: Request) -> Screen:
    """A picture or a file: a paper that we do not want to see, unless this person was asked for one."""
    if request.fetched:
        return await routes.run(routes.IMPORT, request, None)
    waiting = await dialogue.current(request.session, request.person.id, request.now) if request.person else None
    if waiting is None or waiting[0] not in routes.TAKES_MEDIA:
        return screens.no_papers_please(request.say)
    request.draft.update(waiting[1])
    return await routes.run(routes.TAKES_MEDIA[waiting[0]], request, None)


def _count_booking(metrics: Metrics, pressed: Press, result: str) -> None:
    if isinstance(pressed, KeepPlace | KeepSeries | MoveToSlot | TakeOffer):
        metrics.bookings.labels(result).inc()
