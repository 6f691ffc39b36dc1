"""The waiting list: joining by three questions, seeing one's place, leaving; and what is offered."""

from handlers.presses.choosing import Agree
from handlers.presses.waiting import (
    DeclineOffer,
    EarlierTime,
    JoinWaiting,
    LeaveWaiting,
    MyWaiting,
    ShowOffer,
    TakeOffer,
    Wish,
    WishEarlier,
)
from handlers.request import Request
from handlers.screen import Button, Screen
from handlers.screens import booking as booking_screens
from handlers.screens import waiting as screens
from handlers.screens.privacy import consent
from handlers.screens.start import outdated
from people import choices
from scheduling import booking, offers, waiting
from scheduling.refusals import OfferGone
from scheduling.rules import Whom
from scheduling.store import waiting as rows
from scheduling.waiting import Wanted
from scheduling.waiting_rules import WAITS, OfferState, Part, days_of

UNTIL = "".join(WAITS)
PARTS = dict(zip("abc", Part, strict=True))
WHOM = {"s": Whom.SELF, "f": Whom.FAMILY}
SPOKEN = "yn"
"""The letters in the buttons, question by question."""


async def join(request: Request, pressed: JoinWaiting) -> Screen:
    """The first question."""
    return await wish(request, Wish(pressed.clinic, pressed.service, ""))


async def wish(request: Request, pressed: Wish) -> Screen:
    """The next question; after the last one the person is on the list."""
    clinic = request.house.clinics.clinics.get(pressed.clinic)
    if clinic is None or pressed.service not in clinic.services:
        return outdated(request.say)

    def go_on(letter: str) -> Wish:
        return Wish(pressed.clinic, pressed.service, pressed.wish + letter)

    asks = request.house.clinics.services[pressed.service].interpreter
    allowed = [UNTIL, "".join(PARTS), "".join(WHOM), *([SPOKEN] if asks else [])]
    if not _understood(pressed.wish, allowed):
        return outdated(request.say)
    if not choices.has_agreed(request.known):
        return consent(request.say, Button(request.say.label("Yes, I agree"), Agree("book")))
    questions = (screens.until_when, screens.which_part, screens.for_whom, screens.interpreter)
    if len(pressed.wish) < len(allowed):
        return questions[len(pressed.wish)](request.say, go_on)
    until, part, whom = list(pressed.wish)[:3]
    wanted = Wanted(
        pressed.clinic,
        pressed.service,
        days_of(until, request.now.astimezone(clinic.zone).date()),
        PARTS[part],
        WHOM[whom],
        request.language if pressed.wish.endswith("y") else "",
    )
    return await _join(request, wanted)


async def earlier(request: Request, pressed: EarlierTime) -> Screen:
    """The first question, for an earlier time of a visit."""
    return await wish_earlier(request, WishEarlier(pressed.booking_id, ""))


async def wish_earlier(request: Request, pressed: WishEarlier) -> Screen:
    """The same questions; for whom it is, the visit says."""
    visit = await booking.own_visit(request.session, request.known, pressed.booking_id)
    kept, slot = visit.booking, visit.slot

    def go_on(letter: str) -> WishEarlier:
        return WishEarlier(pressed.booking_id, pressed.wish + letter)

    allowed = [UNTIL, "".join(PARTS)]
    if not _understood(pressed.wish, allowed):
        return outdated(request.say)
    questions = (screens.until_when, screens.which_part)
    if len(pressed.wish) < len(allowed):
        return questions[len(pressed.wish)](request.say, go_on)
    until, part = list(pressed.wish)
    zone = request.house.clinics.clinics[slot.clinic_id].zone
    days = days_of(until, request.now.astimezone(zone).date(), [slot.starts_at.astimezone(zone).date()])
    spoken = kept.interpreter
    wanted = Wanted(slot.clinic_id, slot.service, days, PARTS[part], Whom(kept.whom), spoken, kept.id)
    return await _join(request, wanted)


async def mine(request: Request, _pressed: MyWaiting | None = None) -> Screen:
    """The lists a person is on."""
    standing = await waiting.lists_of(request.session, request.known)
    known = [each for each in standing if each.wish.clinic_id in request.house.clinics.clinics]
    return screens.lists(request.say, known, request.house.clinics)


async def leave(request: Request, pressed: LeaveWaiting) -> Screen:
    """Leave a list."""
    await waiting.leave(request.session, request.known, pressed.waiting_id)
    return screens.left(request.say)


async def show_offer(request: Request, pressed: ShowOffer) -> Screen:
    """What is offered, in full."""
    offer, wanted, slot = await offers.own_offer(request.session, request.known, pressed.offer_id)
    if offer.state != OfferState.OPEN:
        raise OfferGone(slot.clinic_id, slot.service, slot.closed)
    clinics = request.house.clinics
    named = request.say("<b>{service}</b>", service=clinics.services[slot.service].name[request.language])
    one = screens.Offered(offer, wanted, slot, clinics.clinics[slot.clinic_id])
    return screens.offer_in_full(request.say, one, named)


async def take(request: Request, pressed: TakeOffer) -> Screen:
    """One tap takes it."""
    clinics = request.house.clinics
    _, wanted, _ = await offers.own_offer(request.session, request.known, pressed.offer_id)
    visit = await offers.accept(
        request.session,
        request.known,
        pressed.offer_id,
        clinics=clinics,
        now=request.now,
        new_code=request.house.new_code,
    )
    moved = visit.booking.id == wanted.booking_id
    return booking_screens.kept(request.say, visit, clinics.clinics[visit.slot.clinic_id], moved=moved)


async def decline(request: Request, pressed: DeclineOffer) -> Screen:
    """No, thank you."""
    wanted, taken = await offers.decline(request.session, request.known, pressed.offer_id)
    if taken:
        return screens.taken_already(request.say)
    return screens.declined(request.say, wanted, await rows.position(request.session, wanted))


async def _join(request: Request, wanted: Wanted) -> Screen:
    made = await waiting.join(request.session, request.known, wanted, now=request.now)
    await offers.look_for(request.session, request.house.clinics, made, request.now)
    return screens.joined(request.say, made, await rows.position(request.session, made))


def _understood(letters: str, allowed: list[str]) -> bool:
    known = all(letter in answers for letter, answers in zip(letters, allowed, strict=False))
    return known and len(letters) <= len(allowed)
