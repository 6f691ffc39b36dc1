"""Controls of the model: each of its invariants sees the guard that is broken here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import booking, closing, hindrances, reminders, restoring, rules, store
from scheduling.store import calling, closures
from scheduling.store import waiting as lists
from storage.database import changed
from storage.tables import Slot
from tests.acts import ON_SQLITE
from tests.faults.model.machine import Calendar
from tests.faults.model.play import Model

pytestmark = ON_SQLITE
NINE, HALF_PAST_NINE, TEN = 1, 4, 7
Break = Callable[[pytest.MonkeyPatch], None]


async def _nothing(*_: Any, **__: Any) -> Any:
    return None


async def _none(*_: Any, **__: Any) -> list[Any]:
    return []


async def _true(*_: Any, **__: Any) -> bool:
    return True


async def _take_anyway(session: AsyncSession, slot_id: int) -> bool:
    return await changed(session, update(Slot).where(Slot.id == slot_id).values(taken=Slot.taken + 1)) == 1


def books(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, False)


def books_at_dawn(here: Calendar) -> None:
    """So early that a reminder is still ahead."""
    here.time_passes(timedelta(hours=-2), False)
    books(here)


def books_and_cancels(here: Calendar) -> None:
    books_at_dawn(here)
    here.somebody_cancels(0, 0)


def two_want_one_place(here: Calendar) -> None:
    books(here)
    here.somebody_books(1, HALF_PAST_NINE, False)


def books_thrice(here: Calendar) -> None:
    for slot in (NINE, HALF_PAST_NINE, TEN):
        here.somebody_books(0, slot, False)


def is_in_both_clinics(here: Calendar) -> None:
    here.somebody_books(0, 0, False)
    here.somebody_books(0, NINE, False)


def closes_on_a_visit(here: Calendar) -> None:
    books(here)
    here.a_nurse_closes(0, 0, 0, 9, 1)


def wants_none(here: Calendar) -> None:
    closes_on_a_visit(here)
    here.somebody_wants_no_other_time(0, 0)


def declines(here: Calendar) -> None:
    here.somebody_waits(0, 0, 2, False, False)
    here.the_bot_does_its_part("beat")
    here.somebody_declines(0)


def is_erased(here: Calendar) -> None:
    books(here)
    here.somebody_is_erased(0)


def is_reminded_twice(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.the_bot_does_its_part("send")
    here.the_bot_does_its_part("send")


def sleeps_past_two_reminders(here: Calendar) -> None:
    """Nothing runs from the day before a visit until an hour before it."""
    here.time_passes(timedelta(hours=3), False)
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.time_passes(timedelta(hours=21, minutes=30), False)
    here.the_bot_does_its_part("send")


def waits_twice(here: Calendar) -> None:
    here.somebody_books(1, HALF_PAST_NINE, False)
    here.somebody_waits(0, 1, 2, False, False)
    here.the_last_is_done_twice()


def books_beside_an_offer(here: Calendar) -> None:
    here.somebody_waits(0, 0, 2, False, False)
    here.the_bot_does_its_part("beat")
    here.somebody_books(0, NINE, False)
    here.somebody_books(0, TEN, False)
    here.somebody_accepts(0, False)


def is_edited(here: Calendar) -> None:
    """Somebody changes the log behind everybody's back."""
    books(here)

    async def edit(session: AsyncSession) -> None:
        await session.execute(text("UPDATE audit SET detail = 'nothing' WHERE place = 1"))

    async def write() -> None:
        async with here.world.database.writing() as session:
            await edit(session)

    here.world.run(write())


def _all_room(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "places_left", lambda *_: 1)
    patch.setattr(store, "take_place", _take_anyway)


CONTROLS: dict[str, tuple[str, Break, Callable[[Calendar], None]]] = {
    "a place is not given back": (
        "counters:", lambda patch: patch.setattr(store, "give_place", _nothing), books_and_cancels),
    "a place is taken whether there is one or not": ("places:", _all_room, two_want_one_place),
    "nobody looks at the limit": ("limit:", lambda patch: patch.setattr(hindrances, "refuse", _nothing), books_thrice),
    "nobody looks for a clash": (
        "two places:", lambda patch: patch.setattr(hindrances, "refuse", _nothing), is_in_both_clinics),
    "times are not shut": ("closed:", lambda patch: patch.setattr(closures, "shut", _nothing), closes_on_a_visit),
    "visits are not ended": (
        "closed: a visit", lambda patch: patch.setattr(closures, "standing_in", _none), closes_on_a_visit),
    "nothing is written down": ("audit:", lambda patch: patch.setattr(booking, "note_act", _nothing), books),
    "reminders are not withdrawn": (
        "reminder:", lambda patch: patch.setattr(booking, "withdraw", _nothing), books_and_cancels),
    "reminders are not owed": (
        "reminder:", lambda patch: patch.setattr(reminders, "of_visit", lambda *_: []), books_at_dawn),
    "what was offered stays held": ("offers:", lambda patch: patch.setattr(store, "release", _true), declines),
    "what was kept stays kept": ("kept:", lambda patch: patch.setattr(restoring, "release_kept", _nothing), wants_none),
    "a closing owes nothing": ("told:", lambda patch: patch.setattr(closing, "owe", _nothing), closes_on_a_visit),
    "erasing erases nothing": (
        "erased:", lambda patch: patch.setattr("people.leaving._forget", _nothing), is_erased),
    "what went out stays due": (
        "went out twice", lambda patch: patch.setattr("tests.faults.model.world.claiming.end", _due_again),
        is_reminded_twice),
    "an older reminder goes out beside the newer one": (
        "two reminders of one visit", lambda patch: patch.setattr(calling, "is_superseded", _nothing),
        sleeps_past_two_reminders),
    "who waits already joins once more": (
        "twice:", lambda patch: patch.setattr(lists, "same_list", _nothing), waits_twice),
    "visits may come in an offer's way": (
        "accepted in time and refused", lambda patch: patch.setattr(hindrances, "mind_offers", _nothing),
        books_beside_an_offer),
    "the log is edited": ("audit:", lambda _: None, is_edited),
}  # fmt: skip


async def _due_again(session: AsyncSession, endings: Any, *_: Any) -> None:
    for each in endings:
        await session.execute(text("UPDATE owed SET state = 'pending' WHERE id = :id"), {"id": each.row.id})


@pytest.mark.parametrize("name", CONTROLS)
def test_the_model_sees_that(model: Model, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    says, breaks, history = CONTROLS[name]
    breaks(monkeypatch)
    with pytest.raises(AssertionError, match=says):
        model.play(history)


@pytest.mark.parametrize("name", [name for name in CONTROLS if name != "the log is edited"])
def test_whole_guards_let_the_same_histories_pass(model: Model, name: str) -> None:
    """A history that fails anyway would show nothing."""
    model.play(CONTROLS[name][2])


def test_histories_drawn_at_random_find_a_place_that_is_not_given_back(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "give_place", _nothing)
    with pytest.raises(AssertionError, match="counters:"):
        model.run(20, seed=1, shrink=False)
