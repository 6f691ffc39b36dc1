"""Which PINs are refused, how many tries there are, and that a table of visits is never run by a spreadsheet."""

import asyncio
import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from types import CodeType, FunctionType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import new_layout, new_secret
from handlers import sheets
from handlers.routes import STEPS
from people import approvals, pins, rules
from people.authority import RULES, Action
from people.recognise import settle_language
from people.refusals import ApprovalGone, SecondPersonNeeded
from people.store import pins as store
from storage import keys
from storage.database import Database
from storage.tables import Approval, AuditEntry, Person, Pin
from tests.acts import ON_POSTGRESQL
from tests.house import PIN

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.fixture
async def person(database: Database) -> Person:
    """Somebody with a PIN that is not open any more."""
    made = await known(database, 7)
    async with database.writing() as session:
        await pins.choose(session, made, PIN, now=NOW - timedelta(hours=1), new_secret=new_secret)
    return made


async def known(database: Database, telegram_id: int) -> Person:
    async with database.writing() as session:
        return await settle_language(session, telegram_id, "en", NOW)


async def guess(database: Database, person: Person, digits: str, now: datetime = NOW) -> pins.Tried:
    async with database.writing() as session:
        return await pins.enter(session, person, digits, now=now)


@pytest.mark.parametrize(
    "digits",
    ["000000", "777777", "012345", "123456", "789012", "987654", "210987", "121212", "131313", "112233", "123123",
     "111222", "808808", "556677"],
)  # fmt: skip
def test_a_pin_that_is_guessed_among_the_first_is_weak(digits: str) -> None:
    assert pins.is_weak(digits)


@pytest.mark.parametrize("digits", [PIN, "314159", "271828", "190384", "100000", "123457", "112234", "121213"])
def test_other_pins_are_taken(digits: str) -> None:
    assert not pins.is_weak(digits)


def test_few_pins_are_refused() -> None:
    refused = [number for number in range(0, 10**6, 19) if pins.is_weak(f"{number:06}")]
    assert 60 < len(refused) < 240, "of 52,632"


def test_every_layout_has_every_digit_once_and_layouts_differ() -> None:
    drawn = {new_layout() for _ in range(200)}
    assert all(sorted(layout) == list("0123456789") for layout in drawn)
    assert len(drawn) > 190
    assert {layout[0] for layout in drawn} == set("0123456789")


def test_no_typed_step_takes_a_pin_because_the_keypad_would_take_its_place() -> None:
    assert [name for name, route in STEPS.items() if RULES[route.action].step_up] == []


def test_the_hash_is_compared_in_constant_time() -> None:
    code: CodeType = pins.enter.__code__
    assert isinstance(pins.enter, FunctionType)
    assert "compare_digest" in code.co_names


async def test_only_salt_and_hash_are_kept_and_each_with_a_salt_of_its_own(database: Database, person: Person) -> None:
    other = await known(database, 8)
    async with database.writing() as session:
        await pins.choose(session, other, PIN, now=NOW, new_secret=new_secret)
    async with database.reading() as session:
        kept = [pin.pin_hash for pin in await session.scalars(select(Pin))]
    assert [len(each) for each in kept] == [48, 48]
    assert len({each[:16] for each in kept}) == len({each[16:] for each in kept}) == 2
    assert not any(PIN.encode() in each for each in kept)


async def test_a_copy_of_the_database_without_the_keys_cannot_be_tried(database: Database, person: Person) -> None:
    async with database.reading() as session:
        pin = await store.pin_of(session, person.id)
        assert pin
    plain = hashlib.scrypt(PIN.encode(), salt=pin.pin_hash[:16], n=pins.COST, r=pins.BLOCK, p=1, dklen=32)
    assert plain != pin.pin_hash[16:]
    ring = keys.in_use()
    try:
        keys.use(keys.new_ring())
        assert not (await guess(database, person, PIN)).right
    finally:
        keys.use(ring)
    assert (await guess(database, person, PIN)).right


async def test_a_right_pin_counts_for_ten_minutes(database: Database, person: Person) -> None:
    assert (await guess(database, person, PIN)).right
    async with database.reading() as session:
        assert await pins.is_open(session, person.id, NOW + timedelta(minutes=9, seconds=59))
        assert not await pins.is_open(session, person.id, NOW + timedelta(minutes=10))


async def test_five_misses_lock_for_a_quarter_of_an_hour_and_the_right_pin_does_not_help(
    database: Database, person: Person
) -> None:
    left = [(await guess(database, person, "602144")).left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    locked = await guess(database, person, PIN)
    assert (locked.right, locked.locked_until) == (False, NOW + timedelta(minutes=15))
    assert not (await guess(database, person, PIN, NOW + timedelta(minutes=14, seconds=59))).right
    assert (await guess(database, person, PIN, NOW + timedelta(minutes=15))).right
    async with database.reading() as session:
        entries = [entry.action for entry in await session.scalars(select(AuditEntry))]
    assert entries == ["pin-set", "pin-locked"]


async def test_after_the_lock_there_are_five_tries_again(database: Database, person: Person) -> None:
    for _ in range(6):
        await guess(database, person, "602144")
    later = NOW + timedelta(minutes=15)
    assert [(await guess(database, person, "602144", later)).left for _ in range(5)] == [4, 3, 2, 1, 0]


async def test_a_right_pin_forgives_the_misses_before_it(database: Database, person: Person) -> None:
    for _ in range(4):
        await guess(database, person, "602144")
    assert (await guess(database, person, PIN)).right
    assert (await guess(database, person, "602144")).left == 4


async def test_a_hundred_guesses_at_once_get_five_tries(database: Database, database_url: str, person: Person) -> None:
    """Through two pools, as if two processes had them."""
    second = Database(database_url)
    try:
        pools = [database, second]
        tried = await asyncio.gather(*(guess(pools[n % 2], person, f"{900000 + n}") for n in range(100)))
    finally:
        await second.close()
    assert sorted(each.left for each in tried if each.left) == [1, 2, 3, 4]
    assert sum(each.locked_until is not None for each in tried) == 96
    async with database.reading() as session:
        pin = await store.pin_of(session, person.id)
        assert pin
        assert pin.misses == 5


@ON_POSTGRESQL
async def test_without_the_guard_a_hundred_guesses_get_more(
    database: Database, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: look first, count afterwards."""

    async def look_then_count(
        session: AsyncSession, person_id: int, now: datetime, **_: object
    ) -> tuple[bytes, int, None] | None:
        pin = await store.pin_of(session, person_id)
        assert pin
        if pin.misses >= rules.PIN_TRIES:
            return None
        await asyncio.sleep(0.02)
        await session.execute(update(Pin).where(Pin.person_id == person_id).values(misses=Pin.misses + 1))
        return pin.pin_hash, pin.misses, None

    monkeypatch.setattr(store, "take_pin_try", look_then_count)
    tried = await asyncio.gather(*(guess(database, person, f"{900000 + n}") for n in range(100)))
    assert sum(each.locked_until is None for each in tried) > rules.PIN_TRIES


async def test_of_many_who_approve_at_once_one_does(database: Database) -> None:
    author, *others = [await known(database, number) for number in range(100, 121)]
    done: list[int] = []
    async with database.writing() as session:
        asked = await approvals.propose(session, author, Action.APPROVE_ALERT, "alert:1", "", bytes(32), NOW)
        again = await approvals.propose(session, author, Action.APPROVE_ALERT, "alert:1", "", bytes(32), NOW)
        assert again.id == asked.id

    async def approve(one: Person) -> bool:
        async def effect() -> str:
            done.append(one.id)
            return "people=1"

        async with database.writing() as session:
            try:
                await approvals.approve(
                    session, one, Action.APPROVE_ALERT, "alert:1", bytes(32), NOW, seen=asked.id, effect=effect
                )
            except ApprovalGone:
                return False
            return True

    assert sum(await asyncio.gather(*map(approve, others))) == 1
    async with database.reading() as session:
        [kept] = await session.scalars(select(Approval))
        acts = [
            (entry.action, entry.detail)
            for entry in await session.scalars(select(AuditEntry).order_by(AuditEntry.place))
        ]
    assert (kept.state, [kept.approver_id]) == ("approved", done)
    assert acts == [("propose", "approve-alert"), ("approve", "approve-alert people=1")]


async def test_a_proposal_ends_by_itself_and_its_proposer_never_approves(database: Database) -> None:
    author, other = await known(database, 1), await known(database, 2)

    async def nothing() -> str:
        return ""

    async with database.writing() as session:
        asked = await approvals.propose(session, author, Action.EXPORT, "export:x:1:1", "x", bytes(32), NOW)
        before, after = NOW + timedelta(minutes=59), NOW + timedelta(hours=1)
        for one, when, refusal in ((author, before, SecondPersonNeeded), (other, after, ApprovalGone)):
            with pytest.raises(refusal):
                await approvals.approve(
                    session, one, Action.EXPORT, asked.subject, bytes(32), when, seen=asked.id, effect=nothing
                )
        renewed = await approvals.propose(session, author, Action.EXPORT, asked.subject, "x", bytes(32), after)
        assert renewed.id != asked.id


async def test_another_content_voids_what_was_proposed_before(database: Database) -> None:
    author, other = await known(database, 1), await known(database, 2)

    async def nothing() -> str:
        return ""

    async with database.writing() as session:
        first = await approvals.propose(session, author, Action.APPROVE_ALERT, "alert:1", "", bytes(32), NOW)
        second = await approvals.propose(session, author, Action.APPROVE_ALERT, "alert:1", "", b"x" * 32, NOW)
        assert first.id != second.id
        for content in (bytes(32), b"x" * 32):  # the first was read, the second stands
            with pytest.raises(ApprovalGone):
                await approvals.approve(
                    session, other, Action.APPROVE_ALERT, "alert:1", content, NOW, seen=first.id, effect=nothing
                )
        states = await session.execute(select(Approval.state).order_by(Approval.id))
        assert [state for (state,) in states] == ["void", "open"]


TRIGGERS = set("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−")
ODD = st.text() | st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", " ", "\u200b", "\ufeff", "\xa0", "\t", "\r"]), st.sampled_from(sorted(TRIGGERS)), st.text()
    ),
)


def read(content: bytes) -> list[list[str]]:
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(st.lists(st.lists(ODD, min_size=1, max_size=4), max_size=4))
def test_no_cell_is_ever_run_and_each_comes_back(rows: list[list[str]]) -> None:
    found = read(sheets.written(rows))
    assert len(found) == len(rows)
    for row, back in zip(rows, found, strict=True):
        for cell, shown in zip(row, back, strict=True):
            assert shown in (cell, "'" + cell)
            seen = shown.lstrip("\u200b\ufeff\xa0 \t\r\n\x0b\x0c")
            assert not seen or shown[0] == "'" or seen[0] not in TRIGGERS
            assert shown[:1] not in TRIGGERS


@pytest.mark.parametrize(
    "cell", ["=1+1", "+66", "-1", "@x", "\t=1", "\rx", "＝1", "－1", " =cmd|' /C calc'!A0", "\u200b=1"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert sheets.harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "K7M4QX", "09:30", "2026-11-25", "วัคซีน", "မြန်မာ", "a=b", "'=1"])
def test_ordinary_words_stay_as_they_are(cell: str) -> None:
    assert sheets.harmless(cell) == cell
