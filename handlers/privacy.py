"""/privacy, /mydata, /hide, /forgetme, and taking the agreement back."""

import json

from delivery.wiping import wipe_chat
from handlers.presses.choosing import ForgetMe, HideMessages, TakeBack
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import privacy as screens
from handoff.leaving import leave
from people import choices
from people.leaving import erase, is_here
from people.roles import is_last_owner
from scheduling import booking, waiting
from storage.personal import kept_about


async def notice(request: Request) -> Screen:
    """`/privacy`."""
    person = request.person
    if person is None:
        return screens.notice(request.say)
    agreed = person.consent_version is not None
    as_it_is = person.consent_day if choices.has_agreed(person) else None
    return screens.notice(request.say, discreet=person.discreet, agreed=agreed, agreed_on=as_it_is)


async def my_data(request: Request) -> Screen:
    """`/mydata`: a summary, and everything as a file."""
    if request.person is None:
        return screens.nothing_kept(request.say)
    kept = await kept_about(request.session, request.person)
    content = json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True).encode()
    return screens.my_data(request.say, {name: len(rows) for name, rows in kept.items()}, content)


async def hide(request: Request) -> Screen:
    """`/hide`: the messages of the last 48 hours go from the chat, also the person's own; nothing else changes."""
    if request.person is not None:
        person, telegram_id = request.person, request.telegram_id
        await wipe_chat(request.session, person.id, telegram_id, request.recent, request.now)
    return screens.hidden(request.say)


async def press_hide(request: Request, _pressed: HideMessages) -> Screen:
    """The same by button."""
    return await hide(request)


async def ask_take_back(request: Request) -> Screen:
    """Take the agreement back? Asked once; whoever has not agreed is shown the notice."""
    person = request.known
    if person.consent_version is None:
        return await notice(request)
    visits = await booking.visits_to_come(request.session, person, request.now)
    return screens.ask_take_back(request.say, len(visits))


async def take_back(request: Request, _pressed: TakeBack) -> Screen:
    """Visits to come are cancelled, alerts go off, the language stays. Safe to repeat."""
    person = request.known
    for visit in await booking.visits_to_come(request.session, person, request.now):
        await booking.cancel(request.session, person, visit.booking.id, now=request.now)
    for standing in await waiting.lists_of(request.session, person):
        await waiting.leave(request.session, person, standing.wish.id)
    await choices.take_back(request.session, person, request.now)
    return screens.taken_back(request.say)


async def ask_forget(request: Request) -> Screen:
    """`/forgetme`: what would go."""
    if request.person is None:
        return screens.nothing_kept(request.say)
    visits = await booking.visits_to_come(request.session, request.person, request.now)
    last_owner = await is_last_owner(request.session, request.person)
    return screens.ask_forget(request.say, len(visits), last_owner=last_owner)


async def forget_me(request: Request, _pressed: ForgetMe) -> Screen:
    """Erase everything. Safe to repeat: whoever is gone already is told that nothing is kept."""
    if request.person is None or not await is_here(request.session, request.person):
        return screens.nothing_kept(request.say).anew()  # the pressed message may be on its way out
    visits = await booking.visits_to_come(request.session, request.person, request.now)
    await booking.give_everything_up(request.session, request.person)
    await leave(request.session, request.person.id, request.now)
    gone = await erase(request.session, request.person, request.recent, request.now)
    return screens.forgotten(request.say, len(visits), gone)
