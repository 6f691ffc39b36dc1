"""A visit is written down past the session's unit of work: what is in hand is what the database has."""

from datetime import UTC, datetime, timedelta

from people.recognise import settle_language
from scheduling import store
from scheduling.rules import Status
from storage import keys
from storage.database import Database
from storage.tables import Booking, Slot
from tests.conftest import RING, next_wednesday

NOW = datetime(2026, 11, 1, tzinfo=UTC)


async def test_a_visit_just_written_down_is_what_the_database_has_and_can_be_changed(database: Database) -> None:
    keys.use(RING)
    async with database.writing() as session:
        person = await settle_language(session, 7, "my", NOW)
        slot = Slot(
            clinic_id="mae-sot",
            service_key=store.service_key("vaccination"),
            service="vaccination",
            starts_at=next_wednesday() + timedelta(hours=1),
            minutes=30,
            capacity=1,
        )
        session.add(slot)
        await session.flush()
        said = {"person_id": person.id, "slot_id": slot.id, "code": "K7M4QX", "status": Status.STANDING}
        booking = await store.add_visit(session, **said, whom="family", name="Ma Ma", changed_at=NOW)
        given = {column.name: getattr(booking, column.name) for column in Booking.__table__.columns}
        await session.refresh(booking)
        assert {name: getattr(booking, name) for name in given} == given
        booking.late_minutes = 20
    async with database.reading() as session:
        assert (await session.get_one(Booking, booking.id)).late_minutes == 20
        seen = await store.look(session, slot.id, person.id, "confirm")
        assert seen
        assert (seen.slot.id, seen.hold, seen.has_visits, seen.has_offers) == (slot.id, None, True, False)
        other = await store.look(session, slot.id, person.id + 1, "confirm")
        assert other
        assert not other.has_visits
        assert await store.look(session, slot.id + 1, person.id, "confirm") is None
