"""Who works here: the list, the end of a role, the last owner, and roles that nobody uses."""

import asyncio
import contextlib
import re
import time
from datetime import timedelta
from itertools import count as count_up

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.incoming import Incoming
from bot.metrics import Metrics
from bot.shown import ShownMessages
from bot.unit import Unit
from handlers.press_codec import encode
from handlers.presses.desk import SeeDay
from handlers.presses.trust import AskRevoke, RevokeRole, ShowRole
from people import dialogue, roles, store
from people.authority import Role
from people.refusals import LastOwner, NotAllowed
from storage.database import Database
from storage.tables import Alert, Approval, Dialogue, Grant, Person, Pin
from tests.acts import ON_POSTGRESQL, ON_SQLITE, at, spoken
from tests.flows.roles import actions, count, grant_of, owner_of, tag_of, with_pin
from tests.house import House, Someone, called

REFUSED = "only some clinic staff or operators"
LAST = "This is the only owner."
UPDATES = count_up(10_000_000)


@ON_SQLITE
async def test_an_owner_sees_roles_by_codes_that_their_holders_can_read_out(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")
    lek = await house.staff(501, Role.STAFF, "mae-sot")
    listed = await owner.says("/roles")
    assert "3 roles" in listed
    for nurse in (noi, lek):
        tag = await tag_of(house, nurse)
        assert f"{tag} · Clinic staff · IOM clinic Mae Sot" in listed
        assert f"Your staff code: {tag}." in await nurse.says("/help")
    assert f"{await tag_of(house, owner)} · Owner · you" in listed
    assert await tag_of(house, noi) != await tag_of(house, lek)
    assert "staff code" not in await (await house.person(7)).says("/help")
    assert not any(re.search(rf"\b{one.id}\b", listed) or called(one.id) in listed for one in (owner, noi, lek))


@ON_SQLITE
async def test_a_long_list_of_roles_has_pages(house: House) -> None:
    owner = await owner_of(house)
    async with house.app.database.writing() as session:
        person = (await session.scalars(select(Person))).one()
        for place in range(20):
            grant = Grant(person_id=person.id, role=Role.STAFF, clinic_id=f"c{place}", granted_on=house.now.date())
            session.add(grant)
    await owner.says("/roles")
    seen = set(owner.labels)
    pages = 1
    while "More ›" in owner.labels:
        await owner.taps("More ›")
        pages += 1
    assert pages == 3
    assert "‹ Before" in owner.labels
    assert "More ›" in seen
    assert "c9" in owner.screen + await owner.taps("‹ Before")


@ON_SQLITE
async def test_an_owner_ends_a_role_after_reading_what_is_lost_and_its_holder_is_told(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot", "th")
    await owner.says("/roles")
    shown = await owner.taps(await tag_of(house, noi))
    assert "Since:" in shown
    assert "Last seen:" in shown
    asked = await owner.taps("End this role")
    assert "They can no longer see the days of this clinic" in asked
    assert house.app.house.clinics.clinics["mae-sot"].name["th"] in await noi.says("/today")  # asking ends nothing
    assert await owner.taps("Yes, end it now") == "This role has ended."
    assert house.app.house.clinics.clinics["mae-sot"].name["th"] in noi.screen
    assert noi.labels == [spoken(house, "th", "☰ Menu")]
    assert spoken(house, "th", "Sorry, only some clinic staff or operators can do this.") in await noi.says("/today")
    assert "1 role" in await owner.says("/roles")
    assert (await actions(house)).count("revoke") == 1


@ON_SQLITE
async def test_ending_a_role_twice_ends_it_once(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")
    press = encode(RevokeRole(await grant_of(house, noi)))
    before = len(noi.messages)
    assert await owner.presses(press) == await owner.presses(press) == "This role has ended."
    assert (await actions(house)).count("revoke") == 1
    assert len(noi.messages) == before + 1


@ON_SQLITE
async def test_the_button_of_an_ended_role_never_meets_a_newer_one(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")
    old = await grant_of(house, noi)
    await owner.presses(encode(RevokeRole(old)))
    lek = await house.staff(501, Role.STAFF, "mae-sot")
    assert await grant_of(house, lek) != old
    for press in (ShowRole(old), AskRevoke(old)):
        assert "Who works here" in await owner.presses(encode(press))
    await owner.presses(encode(RevokeRole(old)))
    assert "IOM clinic Mae Sot" in await lek.says("/today")


@ON_SQLITE
async def test_with_the_role_goes_what_was_begun_by_it_and_with_the_last_role_the_pin(house: House) -> None:
    owner, one = await owner_of(house), await with_pin(await house.staff(700, Role.OPERATOR))
    async with house.app.database.writing() as session:
        person = await store.find_person(session, one.id)
        assert person
        session.add(Grant(person_id=person.id, role=Role.EDITOR, clinic_id="", granted_on=house.now.date()))
        session.add(Alert(state="draft", author_id=person.id, created_at=house.now))
        await dialogue.begin(session, person.id, "alert-text", {"language": "en"}, house.now)
        session.add(
            Approval(
                action="approve-alert",
                subject="alert:1",
                content_hash=b"1" * 32,
                proposer_id=person.id,
                expires_at=house.now + timedelta(hours=1),
            )
        )
    await owner.presses(encode(RevokeRole(await grant_of(house, one, Role.OPERATOR))))
    assert await count(house, Alert) == await count(house, Dialogue) == 0
    assert await count(house, Pin) == 2  # an editor is left
    async with house.app.database.reading() as session:
        assert await session.scalar(select(Approval.state)) == "void"
    await owner.presses(encode(RevokeRole(await grant_of(house, one, Role.EDITOR))))
    assert await count(house, Pin) == 1


@ON_SQLITE
async def test_nobody_but_an_owner_sees_or_ends_roles(house: House) -> None:
    await owner_of(house)
    noi = await house.staff(500, Role.STAFF, "mae-sot")
    others = [await with_pin(await house.staff(600 + n, role, "mae-sot")) for n, role in enumerate(list(Role)[:4])]
    grant = await grant_of(house, noi)
    for other in others:
        assert REFUSED in await other.says("/roles")
        assert REFUSED in await other.says("/audit")
        for press in (ShowRole(grant), AskRevoke(grant), RevokeRole(grant)):
            assert REFUSED in await other.presses(encode(press))
    assert "IOM clinic Mae Sot" in await noi.says("/today")


@ON_SQLITE
async def test_the_only_owner_cannot_be_revoked_and_one_of_two_can(house: House) -> None:
    owner = await owner_of(house)
    press = encode(RevokeRole(await grant_of(house, owner, Role.OWNER)))
    assert LAST in await owner.presses(press)
    second = await with_pin(await house.staff(901, Role.OWNER))
    assert "This role has ended." in await owner.presses(press)
    assert REFUSED in await owner.says("/roles")
    assert LAST in await second.presses(encode(RevokeRole(await grant_of(house, second, Role.OWNER))))


@ON_SQLITE
async def test_a_revoked_owner_cannot_come_back_by_a_link_made_before(house: House) -> None:
    owner, second = await owner_of(house), await with_pin(await house.staff(901, Role.OWNER))
    await second.says("/invite")
    await second.taps("Owner")
    link = second.screen.rpartition("start=")[2].strip()
    assert link.startswith("i-")
    await owner.presses(encode(RevokeRole(await grant_of(house, second, Role.OWNER))))
    assert "This link does not work" in await second.starts(link)
    assert REFUSED in await second.says("/roles")


@ON_SQLITE
async def test_it_is_known_who_is_the_last_owner(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")

    async def last(one: Someone) -> bool:
        async with house.app.database.reading() as session:
            person = await store.find_person(session, one.id)
            assert person
            return await roles.is_last_owner(session, person)

    assert await last(owner)
    assert not await last(noi)
    await house.staff(901, Role.OWNER)
    assert not await last(owner)


@ON_POSTGRESQL
async def test_two_owners_who_end_each_others_role_at_once_leave_one(house: House, database_url: str) -> None:
    outcomes = [await _duel(house, database_url) for _ in range(10)]
    assert set(outcomes) == {1}


@ON_POSTGRESQL
async def test_without_the_lock_two_owners_leave_nobody(
    house: House, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: look, think, then delete."""

    looked, both = 0, asyncio.Event()

    async def look(session: AsyncSession) -> list[Grant]:
        nonlocal looked
        seen = list(await session.scalars(select(Grant).where(Grant.role == Role.OWNER)))
        looked += 1
        if looked == 2:
            both.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both.wait(), 5)  # neither deletes before the other has looked
        return seen

    monkeypatch.setattr(store, "lock_owners", look)
    assert await _duel(house, database_url) == 0


async def _duel(house: House, database_url: str) -> int:
    """Two owners revoke each other through two processes' pools; how many owners are left."""
    second = Database(database_url)
    async with house.app.database.writing() as session:
        await session.execute(delete(Grant))
    pair = [await house.person(telegram_id, agreed=False) for telegram_id in (910, 911)]
    async with house.app.database.writing() as session:
        for one in pair:
            person = await store.find_person(session, one.id)
            assert person
            session.add(Grant(person_id=person.id, role=Role.OWNER, clinic_id="", granted_on=house.now.date()))
    grants = [await grant_of(house, one, Role.OWNER) for one in pair]

    async def end(database: Database, one: Someone, grant_id: int) -> None:
        try:
            async with database.writing() as session:
                owner = await store.find_person(session, one.id)
                assert owner
                await roles.revoke(session, owner, grant_id, house.now)
        except (LastOwner, NotAllowed):
            pass

    try:
        await asyncio.gather(
            end(house.app.database, pair[0], grants[1]),
            end(second, pair[1], grants[0]),
        )
    finally:
        await second.close()
    return await count(house, Grant)


@ON_POSTGRESQL
async def test_a_role_that_ended_is_gone_in_every_process_also_for_buttons_on_screen(
    house: House, database_url: str
) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")
    second = Database(database_url)
    other = Unit(house.app.house, second, Metrics(), house.simulator.world.clock.now, ShownMessages())

    async def there(data: str) -> str:
        screen = await other.decide(Incoming(next(UPDATES), "press", noi.id, text=data, callback_id="1"))
        return screen.text if screen else ""

    day = encode(SeeDay("mae-sot", at(house, 0, "09:00").date()))
    try:
        assert "IOM clinic Mae Sot" in await there(day)
        started = time.monotonic()
        await owner.presses(encode(RevokeRole(await grant_of(house, noi))))
        assert REFUSED in await there(day)
        taken = time.monotonic() - started
    finally:
        await second.close()
    assert REFUSED in await noi.presses(day)
    assert taken <= 5, f"{taken:.2f} s"
