"""What a ticket's buttons bring: the picture for the desk, the file for the calendar, the place on the map."""

from handlers.calendar_file import Keeper, visit_file
from handlers.presses.ticket import TicketFile, TicketMap, TicketPicture
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import ticket as screens
from scheduling import booking, store
from scheduling.booking import Visit
from scheduling.refusals import BookingGone
from scheduling.rules import Status


async def picture(request: Request, pressed: TicketPicture) -> Screen:
    """The picture. It is drawn after this transaction is over."""
    visit = await booking.own_visit(request.session, request.known, pressed.booking_id)
    house, discreet = request.house, request.known.discreet
    return screens.picture(request.say, house.catalogues, visit, house.clinics, discreet, pressed.wanted)


async def file(request: Request, pressed: TicketFile) -> Screen:
    """The calendar file, of a cancelled visit too: a phone's calendar does not forget by itself."""
    found = await store.visit(request.session, pressed.booking_id)
    if found is None or found[0].person_id != request.known.id:
        raise BookingGone
    visit = Visit(found[0], found[1])
    if visit.booking.status not in (Status.STANDING, Status.CANCELLED, Status.CLOSED):
        raise BookingGone
    keeper = Keeper(request.say, request.known.discreet)
    clinic = request.house.clinics.clinics[visit.slot.clinic_id]
    return screens.file(keeper, visit, visit_file(visit, clinic, keeper, request.now))


async def place(request: Request, pressed: TicketMap) -> Screen:
    """The way there."""
    visit = await booking.own_visit(request.session, request.known, pressed.booking_id)
    return screens.place(request.say, visit, request.house.clinics.clinics[visit.slot.clinic_id])
