"""`/status`: how the bot gets on, for operators."""

from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import status as screens
from handlers.standing import look
from people.authority import Action
from people.recognise import require


async def status(request: Request) -> Screen:
    """`/status`: what waits, what went out, and what somebody should look at."""
    await require(request.session, request.person, Action.SEE_STATUS, now=request.now)
    return screens.status(request.say, await look(request.session, request.now))
