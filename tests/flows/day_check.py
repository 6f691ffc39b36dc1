"""What a day promises, asserted at its end: everybody was told once, nobody was forgotten; and its figures."""

from collections import Counter

from sqlalchemy import select

from scheduling.rules import Stage, Status
from storage.tables import Booking, Owed, Person, Queued, Slot
from tests.flows import day_page
from tests.flows.day_scene import Day


async def check(day: Day) -> None:
    """Everybody was told once, nobody was forgotten."""
    plan, figures = day.plan, day.figures
    async with day.house.app.database.reading() as session:
        bookings = {b.id: b for b in await session.scalars(select(Booking))}
        entries = list(await session.scalars(select(Queued)))
        owed = list(await session.scalars(select(Owed)))
        slots = {s.id: s for s in await session.scalars(select(Slot))}
        reachable = {p.id: p.reachable for p in await session.scalars(select(Person))}
    became = Counter(booking.status for booking in bookings.values())
    moved = [b for b in bookings.values() if b.status == Status.STANDING]
    afternoon = plan.booked - plan.morning
    assert len(bookings) == plan.booked
    assert became[Status.NO_SHOW] == plan.missing
    assert became[Status.DONE] == plan.morning - plan.missing
    assert became[Status.CANCELLED] + became[Status.CLOSED] + len(moved) == afternoon
    assert all(slots[b.slot_id].starts_at > day.at("00:00", 2) for b in moved), "nobody is left on the closed afternoon"
    numbers = [entry.number for entry in entries]
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), "every number once"
    assert len(numbers) == plan.morning - plan.missing + plan.walk_ins + 1
    assert all(entry.state == Stage.DONE for entry in entries), "everybody who came was seen"
    now = day.house.now
    assert not [row for row in owed if row.state in ("pending", "claimed") and row.due_at <= now], (
        "nothing is left unsent"
    )
    came = {entry.booking_id: entry.came_at for entry in entries if entry.booking_id}
    sent: Counter[str] = Counter()
    for visitor in day.visitors:
        got = {kind: day_page.of_kind(day, visitor, sentences) for kind, sentences in SENT.items()}
        sent.update({kind: len(told) for kind, told in got.items() if kind != TICKETS})
        tickets = [told for told in got[TICKETS] if told.at < day.at("17:00", 0)]
        assert tickets, (visitor, [told.text for told in day.told if told.chat_id == visitor.someone.id][:6])
        sent[TICKETS] += len(tickets)
        assert len(got[LATE_TOLD]) <= 1, "nobody hears of the delay twice"
        arrived = came.get(visitor.booking_id)
        assert all(arrived is None or told.at <= arrived for told in got[LATE_TOLD]), (
            "who is there is not told to come later"
        )
        on_the_way = visitor.starts_at < day.at("12:00") and (
            arrived is None or day.late_at is None or arrived > day.late_at
        )
        assert len(got[LATE_TOLD]) == 1 or not on_the_way or visitor.early, "whoever is on the way is told"
        closed = visitor.starts_at >= day.at("12:00") and not visitor.early
        assert len(got[CLOSED_TOLD]) == int(closed and not visitor.blocks), (
            "told of the closed time once, or not at all"
        )
        assert 1 <= len([told for told in got[REMINDERS] if told.at < day.at("16:00")]) <= 2, (
            "the day before, the same day"
        )
    lost = [v for v in day.visitors if v.blocks]
    assert [reachable[bookings[v.booking_id].person_id or 0] for v in lost] == [False] * len(lost), "on the call list"
    figures |= {
        "Visits booked the day before": plan.booked,
        "People without a visit": plan.walk_ins,
        "Seen": len(entries),
        "Did not come": became[Status.NO_SHOW],
        "Came early and gave a later time back": became[Status.CANCELLED],
        "Visits ended by the closed afternoon": sum(
            v.starts_at >= day.at("12:00") and not v.early for v in day.visitors
        ),
        "Took the time that was kept for them": len(moved),
        "Wanted no other time, or have not answered": became[Status.CLOSED],
        "Could not be reached: on the call list": len(lost),
    }
    figures |= dict(sent)


TICKETS, REMINDERS = "Tickets sent", "Reminders sent"
LATE_TOLD, CLOSED_TOLD = "Told that the clinic runs late", "Told that the afternoon is closed"
SENT: dict[str, tuple[str, ...]] = {
    TICKETS: ("Your code: <b>{code}</b>", "Code: <b>{code}</b>"),
    REMINDERS: ("Reminder: tomorrow at {time}, Thai time.", "Reminder: today at {time}, Thai time."),
    LATE_TOLD: ("The clinic runs about {minutes:minute|minutes} late. You can come at {time}.",),
    CLOSED_TOLD: ("We are sorry. The clinic must close at that time, so this visit cannot take place:",),
}
"""Messages by the sentence that tells them from others."""
