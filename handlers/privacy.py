"""/privacy, /mydata, /forgetme."""

import json

from handlers.presses.choosing import ForgetMe
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import privacy as screens
from people.leaving import erase
from scheduling import booking
from storage.personal import kept_about


async def notice(request: Request) -> Screen:
    """`/privacy`."""
    return screens.notice(request.say)


async def my_data(request: Request) -> Screen:
    """`/mydata`: a summary, and everything as a file."""
    if request.person is None:
        return screens.nothing_kept(request.say)
    kept = await kept_about(request.session, request.person.id)
    content = json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True).encode()
    return screens.my_data(request.say, {name: len(rows) for name, rows in kept.items()}, content)


async def ask_forget(request: Request) -> Screen:
    """`/forgetme`: what would go."""
    if request.person is None:
        return screens.nothing_kept(request.say)
    visits = await booking.visits_to_come(request.session, request.person, request.now)
    return screens.ask_forget(request.say, len(visits))


async def forget_me(request: Request, _pressed: ForgetMe) -> Screen:
    """Erase everything. Safe to repeat: whoever is gone already is told that nothing is kept."""
    if request.person is None:
        return screens.nothing_kept(request.say)
    visits = await booking.visits_to_come(request.session, request.person, request.now)
    await booking.give_everything_up(request.session, request.person)
    await erase(request.session, request.person)
    return screens.forgotten(request.say, len(visits))
