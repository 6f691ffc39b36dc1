"""What came of a load: what was confirmed and did not happen, what happened twice, what nobody knows.

The rule: Telegram is the witness of what was confirmed and of what arrived, the database of what was stored.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import exists, func, select

from benchmarks.faults.load import Load, What
from scheduling.rules import Status
from storage.tables import Booking, Line, Owed, Person, Slot, Tombstone, Wipe
from tests.faults.scene import Known

KEPT, CODE, ALERT, ANSWERED = "Your place is kept", "Your code", "Cholera", "You have a message"
WORKS = {What.BOOKING, What.MOVE, What.CANCEL, What.ERASURE, What.QUESTION, What.ANSWER}


@dataclass
class Verdict:
    """What a run came to."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    again: int = 0
    """Copies that came once more, of messages for which two are better than none."""
    unknown: int = 0
    """Messages of the alert of which nobody knows, and the report says so."""


async def lost_now(load: Load) -> list[str]:
    """Confirmed updates without their effect in the database as it is, whatever may still come."""
    load.look()
    async with load.scene.database.reading() as session:
        visits = {each.id: each for each in await session.scalars(select(Booking))}
        here = set(await session.scalars(select(Person.id)))
        lines = set(await session.scalars(select(Line.update_id)))
    by_person: dict[int | None, list[Booking]] = {}
    for visit in visits.values():
        by_person.setdefault(visit.person_id, []).append(visit)

    def happened(number: int, what: What, person: Known) -> bool:
        standing = [each for each in by_person.get(person.id, []) if each.status == Status.STANDING]
        match what:
            case What.BOOKING | What.MOVE:
                return any(each.slot_id in load.slots[-4:] for each in standing)
            case What.CANCEL:
                return not standing
            case What.ERASURE:
                return person.id not in here and not by_person.get(person.id)
            case What.QUESTION | What.ANSWER:
                return number in lines
        return True

    sent = [(number, each) for number, each in load.updates.items() if each.confirmed]
    return [
        f"{each.what} of {each.person.telegram_id}"
        for number, each in sent
        if not happened(number, each.what, each.person)
    ]


async def is_over(load: Load, seconds: float = 0.0) -> bool:
    """Whether nothing waits any more: no update, no message that is due or falls due within so long, no deletion."""
    if not load.is_done:
        return False
    due = Owed.state.in_(("pending", "claimed")) & (Owed.due_at <= load.scene.now() + timedelta(seconds=seconds))
    async with load.scene.database.reading() as session:
        return not await session.scalar(select(exists().where(due) | exists(Wipe.id)))


async def in_hand(load: Load) -> int:
    """Rows that senders have claimed: what a fault leaves in doubt."""
    async with load.scene.database.reading() as session:
        return int(await session.scalar(select(func.count()).where(Owed.state == "claimed")) or 0)


async def judge(load: Load, in_doubt: int) -> Verdict:
    """The verdict once everything is confirmed and nothing is due; `in_doubt` rows were in hand when faults came."""
    found = Verdict(sum(bool(each.confirmed) and each.what in WORKS for each in load.updates.values()))
    found.lost = await lost_now(load)
    found.lost += [f"{each.what}, never confirmed" for each in load.updates.values() if not each.confirmed]
    await _places(load, found)
    await _messages(load, found)
    await _alert(load, found)
    await _erased(load, found)
    if found.again > in_doubt:
        found.twice.append(f"{found.again} messages came again, {in_doubt} were in hand")
    return found


async def _places(load: Load, found: Verdict) -> None:
    async with load.scene.database.reading() as session:
        standing = list(await session.scalars(select(Booking).where(Booking.status == Status.STANDING)))
        slots = {slot.id: slot.taken for slot in await session.scalars(select(Slot))}
        lines = Counter(await session.scalars(select(Line.person_id)))
    taken = Counter(each.slot_id for each in standing)
    wrong = [slot_id for slot_id in slots if slots[slot_id] != taken[slot_id]]
    found.lost += [f"{taken[each]} visits at a time with {slots[each]} places taken" for each in wrong]
    visits = Counter(each.person_id for each in standing)
    found.twice += [f"{many} visits of one person" for many in visits.values() if many > 1]
    found.twice += [f"{many} lines of one conversation" for many in lines.values() if many > 2]


async def _messages(load: Load, found: Verdict) -> None:
    """Reminders, tickets, questions and answers: each arrived, and what came again is counted."""
    people = load.people
    tickets = [_told(load, person, CODE) for person in people["bookers"]]
    reminders = [_told(load, person, CODE) for person in people["reminded"]]
    answers = [_told(load, person, ANSWERED) for person in people["askers"]]
    questions = [len(load.asked(person)) for person in people["askers"]]
    for name, copies in (("ticket", tickets), ("reminder", reminders), ("answer", answers), ("question", questions)):
        found.lost += [f"{name} that never arrived"] * copies.count(0)
        found.again += sum(many - 1 for many in copies if many)
    async with load.scene.database.reading() as session:
        ended = select(Owed.kind, Owed.state).where(Owed.state.in_(("failed", "expired", "unreachable")))
        found.lost += [f"a {kind} that {state}" for kind, state in await session.execute(ended)]


async def _alert(load: Load, found: Verdict) -> None:
    warned = load.people["warned"]
    copies = load.scene.copies(warned, ALERT)
    report = await load.scene.report(load.alert_id)
    found.unknown = report.total.get("unknown", 0)
    found.twice += ["an alert"] * sum(many > 1 for many in copies)
    if not report.adds_up or report.total.get("sent", 0) + found.unknown != len(warned):
        found.lost.append(f"the alert's report says {dict(report.total)} of {len(warned)}")
    if missing := max(0, report.total.get("sent", 0) - sum(many > 0 for many in copies)):
        found.lost.append(f"{missing} alerts that are said to have arrived")


async def _erased(load: Load, found: Verdict) -> None:
    async with load.scene.database.reading() as session:
        stones = await session.scalar(select(func.count()).select_from(Tombstone))
        wipes = await session.scalar(select(func.count()).select_from(Wipe))
    if stones != len(load.people["leavers"]):
        found.lost.append(f"{stones} tombstones of {len(load.people['leavers'])}")
    if wipes:
        found.lost.append(f"{wipes} chats whose messages were not deleted")


def _told(load: Load, person: Known, words: str) -> int:
    """How often somebody was sent such a message; the screen that answers a booking is none."""
    messages = load.scene.world.chat(person.telegram_id).messages
    return sum(each.from_bot and words in each.text and KEPT not in each.text for each in messages)
