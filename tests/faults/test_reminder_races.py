"""A visit is moved or cancelled while its reminder is on the way. What holds, exactly:

- Once a cancel or a move has committed, no reminder of the old time is claimed and worded any more. One that had not
  been claimed before is never sent.
- One that was claimed and worded before that commit may still go out, once: it was true when it was worded. It never
  goes out a second time; a try that fails is worded again before the next one, and dropped.
- The reminders of a new time are rows of their own, and go out in their own time.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from answers.ask import Finder
from bot.sender import Sender
from delivery.rules import Kind, Lane
from handlers import visit_wording, wording
from handlers.due import Due, Worded
from handlers.screens import visit as screens
from scheduling import booking
from simulator.server import Simulator
from storage.failures import is_transient
from storage.tables import Booking, Owed, Person, Slot
from tests.faults.scene import CLINICS, Known, Scene
from tests.faults.test_two_senders import sender

REMINDER = "09:00, Thai time"
"""What only the reminder of the old time says: the tickets of it went out before."""
PEOPLE = 40
ROUNDS, MOST_ROUNDS = 2, 12
"""On a busy machine all changes of a round come before the first claim, or after the last."""


@pytest.fixture
async def senders(telegram: Simulator, database_url: str, finder: Finder, scene: Scene) -> AsyncIterator[list[Sender]]:
    """Two senders with connections of their own; on SQLite one, as there is one process."""
    many = 1 if scene.database.is_sqlite else 2
    async with AsyncExitStack() as opened:
        made = [await opened.enter_async_context(sender(telegram, database_url, finder, scene)) for _ in range(many)]
        for each in made:
            each.in_hand = 0.02
        yield made


async def test_a_reminder_that_was_not_claimed_before_is_never_sent(scene: Scene, senders: list[Sender]) -> None:
    gone, moved = await scene.people(2)
    visits = await _reminded(scene, [gone, moved])
    await _change(scene, gone, visits[gone.id], move=False)
    await _change(scene, moved, visits[moved.id], move=True)
    await _drain(senders)
    assert scene.copies([gone, moved], REMINDER) == [0, 0]
    assert {row.subject_id for row in await scene.owed(Kind.REMINDER)} == {visits[moved.id]}


async def test_one_that_is_on_its_way_goes_out_once(scene: Scene, senders: list[Sender], telegram: Simulator) -> None:
    gone, moved = await scene.people(2)
    visits = await _reminded(scene, [gone, moved])
    slow = telegram.faults.add("slow", "sendMessage", delay=0.5)
    sending = asyncio.create_task(senders[0].drain())
    while slow.hits < 1:  # noqa: ASYNC110 - nobody tells us
        await asyncio.sleep(0.01)
    await _change(scene, gone, visits[gone.id], move=False)
    await _change(scene, moved, visits[moved.id], move=True)
    telegram.faults.clear()
    await sending
    await _drain(senders)
    assert scene.copies([gone, moved], REMINDER) == [1, 1]


async def test_a_visit_that_cannot_be_opened_keeps_no_other_from_its_reminder(
    scene: Scene, senders: list[Sender]
) -> None:
    spoilt, *others = await scene.people(3)
    visits = await _reminded(scene, [spoilt, *others])
    async with scene.database.writing() as session:
        garbage = {"name": b"no key sealed this", "id": visits[spoilt.id]}
        await session.execute(text("UPDATE bookings SET name = :name WHERE id = :id"), garbage)
    await _drain(senders)
    assert scene.copies([spoilt, *others], REMINDER) == [0, 1, 1]
    assert [row.subject_id for row in await scene.owed(Kind.REMINDER, "failed")] == [visits[spoilt.id]]


@pytest.mark.parametrize(("fault", "copies"), [("reset", 0), ("500_after", 1)])
async def test_a_try_that_fails_is_worded_again_and_dropped(
    scene: Scene, senders: list[Sender], telegram: Simulator, fault: str, copies: int
) -> None:
    """The change commits between the claim and the try: Telegram certainly did not get it, or nobody knows."""
    people = await scene.people(2)
    await _fail_and_try_again(scene, senders, telegram, fault, people)
    assert scene.copies(people, REMINDER) == [copies, copies]
    assert [row.state for row in await scene.owed(Kind.REMINDER) if row.claim] == ["dropped", "dropped"]


async def test_without_a_second_look_it_goes_out_after_the_visit_was_cancelled(
    scene: Scene, senders: list[Sender], telegram: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: worded from the row alone."""

    async def unseen(due: Due) -> Worded:
        found = await due.visit()
        assert found
        return screens.reminder(due.say, visit_wording._when(due, *found, reminder=True), found[0])

    monkeypatch.setitem(wording.WORDING, Kind.REMINDER, unseen)
    people = await scene.people(2)
    await _fail_and_try_again(scene, senders, telegram, "reset", people)
    assert scene.got(people[0], REMINDER) == 1


async def test_nobody_is_reminded_of_what_was_cancelled_or_moved_before_it_was_claimed(
    scene: Scene, senders: list[Sender]
) -> None:
    figures: list[tuple[int, int, int]] = []
    while len(figures) < MOST_ROUNDS and (len(figures) < ROUNDS or not all(map(sum, zip(*figures, strict=True)))):
        figures.append(await _race(scene, senders, len(figures)))
    print(f"reminder races: {figures}")
    assert sum(late for late, _, _ in figures) > 0, "no change met a reminder on its way: the race was not run"
    assert sum(before for _, before, _ in figures) > 0, "no change came before the claim: the race was not run"


@pytest.mark.soak
async def test_nobody_is_in_five_hundred_races(scene: Scene, senders: list[Sender]) -> None:
    figures = [await _race(scene, senders, seed, people=25) for seed in range(20)]
    print(f"reminder races: {[sum(each) for each in zip(*figures, strict=True)]}")


async def _race(scene: Scene, senders: list[Sender], seed: int, people: int = PEOPLE) -> tuple[int, int, int]:
    """Everybody changes their visit while the reminders go out; how many were claimed before, and not, and moved."""
    chance, known = random.Random(seed), await scene.people(people)
    visits = await _reminded(scene, known)
    claimed_before: dict[int, bool] = {}
    moved: set[int] = set()

    async def change(one: Known) -> None:
        await asyncio.sleep(chance.random() * 0.3)
        if chance.random() < 0.5:
            moved.add(one.id)
        await _change(scene, one, visits[one.id], move=one.id in moved)
        async with scene.database.reading() as session:  # after the commit: whatever is not claimed now never is
            old = select(Owed.id).where(Owed.key == _key(visits[one.id]), Owed.claim > 0)
            claimed_before[one.id] = await session.scalar(old) is not None

    await asyncio.gather(*(change(one) for one in known), *(each.drain() for each in senders))
    await _drain(senders)
    for one in known:
        copies = scene.got(one, REMINDER)
        assert copies <= 1, "a reminder went out twice"
        assert claimed_before[one.id] or not copies, "a reminder was claimed after the change had committed"
    due = [row for row in await scene.owed(Kind.REMINDER, "pending") if row.subject_id in visits.values()]
    assert {row.subject_id for row in due} <= {visits[one] for one in moved}, "a cancelled visit is still reminded"
    async with scene.database.writing() as session:  # room for the next race
        await session.execute(delete(Booking))
        await session.execute(update(Slot).values(taken=0))
    late = sum(claimed_before.values())
    return late, people - late, len(moved)


async def _fail_and_try_again(
    scene: Scene, senders: list[Sender], telegram: Simulator, fault: str, people: list[Known]
) -> None:
    visits = await _reminded(scene, people)
    first = senders[0]
    claimed = await first._claims.take({Lane.VISITS: 100}, set(), sure=True)
    assert claimed
    assert len(claimed.parcels) == len(people)
    await _change(scene, people[0], visits[people[0].id], move=False)
    await _change(scene, people[1], visits[people[1].id], move=True)
    await _ticket_sent(scene)
    telegram.faults.add(fault, "sendMessage", count=len(people))
    for parcel in claimed.parcels:
        await first._deliver(parcel)
        first._resting_until = 0.0
    async with scene.database.writing() as session:
        waits = (Owed.kind == Kind.REMINDER, Owed.state == "pending", Owed.claim > 0)
        await session.execute(update(Owed).where(*waits).values(due_at=scene.now()))
    await _drain(senders)


async def _reminded(scene: Scene, people: list[Known]) -> dict[int, int]:
    """Visits whose reminders are due now, by person; nothing else is owed."""
    slots = await scene.slots(50)
    visits = {}
    for one in people:
        visits[one.id] = await scene.book(one, slots[0])
    await _ticket_sent(scene)
    async with scene.database.writing() as session:
        first = Owed.key.in_([_key(visit) for visit in visits.values()])
        await session.execute(update(Owed).where(first).values(due_at=scene.now()))
    return visits


async def _ticket_sent(scene: Scene) -> None:
    async with scene.database.writing() as session:
        tickets = (Owed.kind == Kind.RECEIPT, Owed.state == "pending")
        await session.execute(update(Owed).where(*tickets).values(state="sent", settled_at=scene.now()))


def _key(visit: int) -> str:
    return f"{Kind.REMINDER}:{visit}.0:day-before"


async def _change(scene: Scene, one: Known, visit: int, *, move: bool) -> None:
    """Cancel a visit, or move it by half an hour; a lost race is run again."""
    async with scene.database.reading() as session:
        slots = list(await session.scalars(select(Slot.id).order_by(Slot.starts_at)))
    for _ in range(5):
        try:
            async with scene.database.writing() as session:
                await _act(session, one, visit, slots[1] if move else 0, scene)
                return
        except Exception as error:
            if not is_transient(error):
                raise
    raise AssertionError("five lost races in a row")


async def _act(session: AsyncSession, one: Known, visit: int, to: int, scene: Scene) -> None:
    person = await session.get_one(Person, one.id)
    if to:
        await booking.move(session, person, visit, to, clinics=CLINICS, now=scene.now())
    else:
        await booking.cancel(session, person, visit, now=scene.now())


async def _drain(senders: list[Sender]) -> None:
    for each in senders:
        each._resting_until = 0.0
        await each.drain()
