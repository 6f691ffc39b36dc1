"""The keypad: proving, choosing and changing the PIN. What asked for it goes on by itself after the right digits.

The rule: the digits stand in the sealed draft of the step and nowhere else. Buttons carry a place on the keypad, so
neither Telegram's callback data nor a log tells a digit; whoever types digits has the message removed.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers import asking
from handlers.presses.pin import ChoosePin, DeleteDigit, StopPin, TapKey
from handlers.request import Request
from handlers.screen import Screen, Wanted
from handlers.screens import pin as screens
from handlers.screens.pin import Entry
from locales.catalogue import NOTHING, Html
from people import dialogue, pins
from people.authority import Action
from people.recognise import require
from people.rules import PIN_LENGTH
from people.store import dialogues
from storage.tables import Person

STEP = "pin"
"""The step in which the keypad is shown."""
LIKE_A_PIN = range(PIN_LENGTH - 1, PIN_LENGTH + 3)
"""As many digits in a message are taken for a PIN: not 1669, which is the emergency number."""
SEEN = 12
"""Updates remembered, so that a tap that is delivered twice counts once."""


@dataclass
class Keypad:
    """One entry in progress, as it stands in the draft."""

    entry: Entry
    layout: str
    entered: str = ""
    first: str = ""
    """What was chosen, until it is repeated."""
    wanted: dict[str, Any] | None = None
    """What asked for the PIN."""
    seen: list[int] = field(default_factory=list)
    done: bool = False
    """The right digits were given, and what was wanted has gone on."""
    nonce: int = 0
    """The number that the buttons carry; kept beside the draft."""


async def ask(request: Request, wanted: Wanted) -> Screen:
    """The keypad before something that takes the PIN; whoever has none yet chooses one first."""
    return (await _open(request, Entry.PROVE, asdict(wanted))).anew()


async def change(request: Request) -> Screen:
    """`/pin`: another PIN, after the one that is."""
    return await _open(request, Entry.OLD, None)


async def choose(request: Request, _pressed: ChoosePin) -> Screen:
    """The button below the welcome to a role."""
    return (await change(request)).anew()


async def tap(request: Request, pressed: TapKey) -> Screen:
    """One digit; with the last one something comes of it."""
    person, keypad = await _waiting(request)
    if keypad is None:
        return screens.stale(request.say)
    if keypad.nonce != pressed.nonce or pressed.place >= len(keypad.layout):
        return _screen(request, keypad, screens.moved(request.say))
    if request.update_id in keypad.seen:
        return _gone_on(request, keypad) if keypad.done else _screen(request, keypad)
    if keypad.done:
        return screens.stale(request.say)
    keypad.seen = [*keypad.seen, request.update_id][-SEEN:]
    keypad.entered += keypad.layout[pressed.place]
    if len(keypad.entered) == PIN_LENGTH:
        return await FINISH[keypad.entry](request, person, keypad)
    await _note(request, person, keypad)
    return _screen(request, keypad)


async def delete(request: Request, pressed: DeleteDigit) -> Screen:
    """Take the last digit back."""
    person, keypad = await _waiting(request)
    if keypad is None or keypad.done:
        return screens.stale(request.say)
    if keypad.nonce == pressed.nonce and request.update_id not in keypad.seen:
        keypad.seen = [*keypad.seen, request.update_id][-SEEN:]
        keypad.entered = keypad.entered[:-1]
        await _note(request, person, keypad)
    return _screen(request, keypad)


async def stop(request: Request, _pressed: StopPin) -> Screen:
    """Leave the keypad; nothing was done."""
    person, keypad = await _waiting(request)
    if keypad:
        await dialogue.end(request.session, person.id)
    return screens.stopped(request.say)


async def typed(request: Request) -> Screen:
    """Words while the keypad waits: digits are removed from the chat, and a question is answered as ever."""
    _, keypad = await _waiting(request)
    said = "".join(request.text.split())
    if keypad is None or keypad.done or not said.isdecimal() or len(said) not in LIKE_A_PIN:
        if request.finding and request.finding.hard:
            return Screen()  # the emergency card was shown before anything else
        return await asking.answer_text(request)
    shown = _screen(request, keypad, screens.never_typed(request.say))
    return replace(shown, fresh=True, remove=True)


async def _open(request: Request, entry: Entry, wanted: dict[str, Any] | None) -> Screen:
    """Begin with the PIN that is; without one, by choosing it."""
    person = await require(request.session, request.person, Action.KEEP_PIN, now=request.now)
    if until := await pins.locked_until(request.session, person.id, request.now):
        return screens.locked(request.say, until, request.now)
    if not await pins.has_pin(request.session, person.id):
        entry = Entry.CHOOSE
    return await _begin(request, person, Keypad(entry, "", wanted=wanted))


async def _begin(request: Request, person: Person, keypad: Keypad, note: Html = NOTHING) -> Screen:
    """An empty entry, with its keys in an order of its own."""
    keypad.layout, keypad.entered = request.house.new_layout(), ""
    opened = await dialogue.begin(request.session, person.id, STEP, _draft(keypad), request.now)
    keypad.nonce = opened.nonce
    return _screen(request, keypad, note)


async def _proved(request: Request, person: Person, keypad: Keypad) -> Screen:
    tried = await pins.enter(request.session, person, keypad.entered, now=request.now)
    if not tried.right:
        return await _missed(request, person, keypad, tried.left, tried.locked_until)
    if keypad.entry == Entry.OLD:
        keypad.entry = Entry.CHOOSE
        return await _begin(request, person, keypad)
    return await _go_on(request, person, keypad)


async def _missed(request: Request, person: Person, keypad: Keypad, left: int, locked: datetime | None) -> Screen:
    if locked:
        await dialogue.end(request.session, person.id)
        return screens.locked(request.say, locked, request.now)
    return await _begin(request, person, keypad, screens.missed(request.say, left))


async def _chosen(request: Request, person: Person, keypad: Keypad) -> Screen:
    if pins.is_weak(keypad.entered):
        return await _begin(request, person, keypad, screens.weak(request.say))
    keypad.entry, keypad.first = Entry.REPEAT, keypad.entered
    return await _begin(request, person, keypad)


async def _repeated(request: Request, person: Person, keypad: Keypad) -> Screen:
    if keypad.entered != keypad.first:
        keypad.entry, keypad.first = Entry.CHOOSE, ""
        return await _begin(request, person, keypad, screens.differs(request.say))
    await pins.choose(request.session, person, keypad.entered, now=request.now, new_secret=request.house.new_secret)
    return await _go_on(request, person, keypad)


async def _go_on(request: Request, person: Person, keypad: Keypad) -> Screen:
    keypad.done, keypad.entered, keypad.first = True, "", ""
    await _note(request, person, keypad)
    return _gone_on(request, keypad)


def _gone_on(request: Request, keypad: Keypad) -> Screen:
    return Screen(goes_on=Wanted(**keypad.wanted)) if keypad.wanted else screens.chosen(request.say)


async def _waiting(request: Request) -> tuple[Person, Keypad | None]:
    """The person, and the keypad that waits for them; the taps of one person come one after the other."""
    person = await require(request.session, request.person, Action.KEEP_PIN, now=request.now)
    await dialogues.hold_dialogue(request.session, person.id)
    found = await dialogues.open_dialogue(request.session, person.id, request.now)
    step = await dialogue.current(request.session, person.id, request.now)
    if found is None or step is None or step[0] != STEP:
        return person, None
    draft = step[1] | {"entry": Entry(step[1]["entry"])}
    return person, Keypad(**draft, nonce=found.nonce)


async def _note(request: Request, person: Person, keypad: Keypad) -> None:
    await dialogue.note(request.session, person.id, _draft(keypad))


def _draft(keypad: Keypad) -> dict[str, Any]:
    draft = asdict(keypad)
    del draft["nonce"]
    return draft


def _screen(request: Request, keypad: Keypad, note: Html = NOTHING) -> Screen:
    return screens.keypad(request.say, keypad.entry, keypad.layout, len(keypad.entered), keypad.nonce, note)


FINISH = {
    Entry.PROVE: _proved,
    Entry.OLD: _proved,
    Entry.CHOOSE: _chosen,
    Entry.REPEAT: _repeated,
}
"""What the last digit of an entry leads to."""
