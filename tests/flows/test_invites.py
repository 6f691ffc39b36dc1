"""Roles: the first owner, invites, and who is refused."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.clock import new_secret
from handlers.press_codec import encode
from handlers.presses.trust import MakeInvite, PickInvite
from handlers.start import INVITE_PREFIX
from people import invites
from people.authority import Role
from people.recognise import settle_language
from people.refusals import InviteUseless
from storage.audit import newest
from storage.database import Database
from storage.tables import Grant, Invite, Person
from tests.acts import ON_SQLITE, is_in, spoken
from tests.flows.roles import with_pin
from tests.house import House, Someone

REFUSED = "only some clinic staff or operators"
USELESS = "This link does not work (any more). Ask for a new one."


async def link_of(house: House, role: Role = Role.STAFF, clinic: str = "mae-sot") -> str:
    async with house.app.database.writing() as session:
        return INVITE_PREFIX + await invites.invite(session, role, clinic, now=house.now, new_secret=new_secret)


def payload(one: Someone) -> str:
    """What the link that the bot has just shown starts the bot with."""
    return one.screen.rpartition("start=")[2].strip()


@ON_SQLITE
async def test_the_first_person_of_the_settings_becomes_owner_and_makes_a_nurse(house: House) -> None:
    owner, noi = await with_pin(await house.person(900)), await house.person(500)
    assert "Which role" in await owner.says("/invite")
    await owner.taps("Clinic staff")
    await owner.taps("Mae Sot")
    assert "Your role: Clinic staff, IOM clinic Mae Sot" in await noi.starts(payload(owner))
    assert "IOM clinic Mae Sot" in await noi.says("/today")


@ON_SQLITE
async def test_nobody_but_the_owner_invites(house: House) -> None:
    aye, operator = await house.person(7), await house.staff(700, Role.OPERATOR)
    for one in (aye, operator):
        assert REFUSED in await one.says("/invite")
        assert REFUSED in await one.presses("iw1.owner.")


@ON_SQLITE
async def test_somebody_new_opens_an_invite_chooses_a_language_and_has_the_role(house: House) -> None:
    noi = house.someone(500, "th")
    await noi.starts(await link_of(house))
    assert noi.labels == ["ไทย", "မြန်မာ", "ខ្មែរ", "English"]
    await noi.taps("ไทย")
    assert house.app.house.clinics.clinics["mae-sot"].name["th"] in noi.screen
    assert spoken(house, "th", "Nobody is booked.") in await noi.says("/today")


@ON_SQLITE
async def test_an_invite_works_once_and_a_used_one_looks_like_an_unknown_one(house: House) -> None:
    noi, min_, tin = await house.person(500), await house.person(8), await house.person(9)
    link = await link_of(house)
    assert "Your role" in await noi.starts(link)
    used = await min_.starts(link)
    assert USELESS in used
    assert used == await tin.starts(INVITE_PREFIX + new_secret())
    assert min_.labels == tin.labels
    for one in (min_, tin):
        assert REFUSED in await one.says("/today")


@ON_SQLITE
async def test_the_same_link_opened_again_by_the_same_nurse_shows_the_same_welcome(house: House) -> None:
    noi, link = await house.person(500), await link_of(house)
    assert await noi.starts(link) == await noi.starts(link)


@ON_SQLITE
async def test_a_used_invite_still_lets_somebody_new_choose_a_language(house: House) -> None:
    noi, link = await house.person(500), await link_of(house)
    await noi.starts(link)
    min_ = house.someone(8, "my")
    await min_.starts(link)
    assert spoken(house, "my", USELESS) in await min_.taps("မြန်မာ")
    assert is_in("my", await min_.says("/menu"))
    assert spoken(house, "my", "Sorry, only some clinic staff or operators can do this.") in await min_.says("/today")


@ON_SQLITE
async def test_unknown_used_and_expired_links_are_answered_alike_to_the_letter(house: House) -> None:
    noi, min_ = await house.person(500), await house.person(8)
    used, expired, unknown = await link_of(house), await link_of(house), INVITE_PREFIX + new_secret()
    await noi.starts(used)
    house.advance(hours=25)
    answers = []
    for link in (used, expired, unknown):
        answers.append((await min_.starts(link), min_.labels))
    assert answers == [answers[0]] * 3
    assert USELESS in answers[0][0]


@ON_SQLITE
async def test_a_clinic_lead_cannot_invite(house: House) -> None:
    lead = await house.staff(600, Role.LEAD, "mae-sot")
    assert REFUSED in await lead.says("/invite")
    for press in (PickInvite("staff"), MakeInvite("staff", "mae-sot")):
        assert REFUSED in await lead.presses(encode(press))
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Invite)) == 1  # the lead's own


@ON_SQLITE
async def test_an_invite_is_noted_when_it_is_made_and_when_it_is_used(house: House) -> None:
    await house.staff(600, Role.LEAD, "mae-sot")
    async with house.app.database.reading() as session:
        noted = [(one.action, one.clinic_id, one.detail, bool(one.actor)) for one in await newest(session, 2)]
    assert noted == [("redeem", "mae-sot", "lead", True), ("invite", "mae-sot", "lead", False)]


@ON_SQLITE
async def test_a_role_that_belongs_to_no_clinic_is_not_given_at_one_nor_the_other_way_round(house: House) -> None:
    owner = await with_pin(await house.person(900))
    for press in (MakeInvite("operator", "mae-sot"), MakeInvite("staff", ""), MakeInvite("chief", "")):
        assert "out of date" in await owner.presses(encode(press))


async def test_one_of_a_hundred_who_open_a_link_at_once_has_the_role(database: Database, database_url: str) -> None:
    second = Database(database_url)
    now = datetime(2026, 12, 2, 3, tzinfo=UTC)
    async with database.writing() as session:
        people = [await settle_language(session, 2000 + each, "en", now) for each in range(100)]
        code = await invites.invite(session, Role.STAFF, "mae-sot", now=now, new_secret=new_secret)

    async def open_link(place: int) -> bool:
        try:
            async with (database, second)[place % 2].writing() as session:
                person = await session.get_one(Person, people[place].id)
                await invites.redeem(session, person, code, now=now)
        except InviteUseless:
            return False
        return True

    try:
        opened = await asyncio.gather(*(open_link(place) for place in range(100)))
    finally:
        await second.close()
    assert sum(opened) == 1
    async with database.reading() as session:
        holders = list(await session.scalars(select(Grant.person_id)))
    assert holders == [people[opened.index(True)].id]


@ON_SQLITE
async def test_an_invite_ends_after_a_day(house: House) -> None:
    noi, link = await house.person(500), await link_of(house)
    house.advance(hours=24, seconds=1)
    assert USELESS in await noi.starts(link)


@ON_SQLITE
async def test_whoever_has_no_role_is_refused(house: House) -> None:
    aye = await house.person(7)
    for command in ("/today", "/open x", "/close x", "/noshow K7M4QX", "/alert", "/alerts", "/content"):
        assert REFUSED in await aye.says(command), command


@ON_SQLITE
async def test_a_stranger_is_asked_for_a_language_before_anything_that_needs_one(house: House) -> None:
    aye = house.someone(7)
    for command in ("/today", "/book", "/mine", "/alert"):
        assert "Please choose your language first" in await aye.says(command)
        assert aye.labels == ["ไทย", "မြန်မာ", "ខ្មែរ", "English"]
