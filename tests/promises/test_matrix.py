"""Who may do what: the table, every way in, and every person, against each other."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import update

from answers.ask import Finder
from bot.clinic_feed import ClinicFeed
from bot.house import build_house
from bot.metrics import Metrics
from bot.shown import ShownMessages
from bot.unit import Unit
from bot.web import Webhook, web_app
from handlers.routes import ASK, BUTTONS, COMMANDS, STEPS
from people.authority import RULES, Action, Role, may
from people.refusals import LanguageFirst, NotAllowed
from people.store import grants_of
from storage import audit_check
from storage.database import Database
from storage.tables import Grant
from tests.acts import ON_POSTGRESQL, ON_SQLITE
from tests.conftest import settings_for
from tests.promises.building import EVERYONE, Building, Watch, allowed, says
from tests.promises.rooms import NONE, NOW, OTHER, OWN, given, somebody, stranger
from tests.promises.tree import ROOT
from tests.promises.ways import CODED, Way, ways
from tests.thrift import many

SAMPLE = many(10, 5)
"""On PostgreSQL every so manieth cell is tried."""
EACH = many(5, 1)
"""Every so many-th cell is tried: on the way each way in meets somebody, and each role tries most ways."""
CLINICS = (OWN, OTHER, NONE)
HTTP = {
    ("GET", "/healthz"): "anyone",
    ("GET", "/readyz"): "anyone",
    ("GET", "/metrics"): "anyone who reaches the port: counts only",
    ("GET", "/calendar/{token}.ics"): "whoever knows a clinic's secret address: sums without names",
    ("POST", "/telegram"): "whoever knows the webhook's secret",
}
"""Every address of the web server and who may call it."""


@pytest.fixture
async def building(database: Database, finder: Finder) -> Building:
    """One in which others have visits, drafts, questions, proposals and roles."""
    house = build_house(settings_for("http://127.0.0.1:1", database.url), finder)

    async def check() -> audit_check.Verdict:
        async with database.reading() as session:
            return await audit_check.verify(session)

    unit = Unit(replace(house, check_log=check), database, Metrics(), lambda: NOW, ShownMessages())
    return Building(unit, database, await given(database))


def cells() -> list[tuple[Role | None, Way]]:
    return [(role, way) for role in EVERYONE for way in ways()]


@ON_SQLITE
async def test_every_way_in_does_for_every_role_what_the_table_says(building: Building) -> None:
    """About 1,900 cells, under CI all of them: the refused leave no trace in any table, the allowed meet no refusal."""
    matrix = cells()[::EACH]
    assert {way.name for _, way in matrix} == {way.name for way in ways()}
    assert {role for role, _ in matrix} == set(EVERYONE)
    counted = await _walk(building, matrix)
    assert counted["refused"] > 1000 // EACH, counted
    assert counted["allowed"] > 600 // EACH, counted


@ON_POSTGRESQL
async def test_a_part_of_the_matrix_is_the_same_on_postgresql(building: Building) -> None:
    counted = await _walk(building, cells()[::SAMPLE])
    assert min(counted["refused"], counted["allowed"]) > 30, counted


async def _walk(building: Building, matrix: list[tuple[Role | None, Way]]) -> Counter[str]:
    """Try each cell, the refused first. They may be one person all the time: nothing of it may stay."""
    counted: Counter[str] = Counter()
    people = {role: await somebody(building.database, role) for role in EVERYONE}
    async with building.database.reading() as session:
        grants = {role: await grants_of(session, person.id) for role, person in people.items()}
    watch = Watch(building.database)
    for role, way in sorted(matrix, key=lambda cell: allowed(cell[1], grants[cell[0]])):
        cell = f"{role or 'nobody'} at {way.name} ({way.action}, {way.clinic or 'no clinic'})"
        may_do = allowed(way, grants[role])
        is_foreign = way.name.removeprefix("/") in CODED and way.clinic != OWN
        if may_do or way.waits:
            await watch.end()  # somebody comes who was not there, or a step is begun for them
        person = await somebody(building.database, role) if may_do else people[role]
        incoming = await way.enter(building.given, person, building.database)
        if not may_do or is_foreign:
            await watch.begin(cell)
        screen = await building.decide(incoming)
        if way.name == "a recording":  # from anybody but an editor it is just a voice message
            assert ("only read typed words" in screen.text) != may_do
        else:
            assert says(NotAllowed, screen, building) != may_do, f"{cell}: {screen.text}"
        counted["allowed" if may_do else "refused"] += 1
    await watch.end()
    return counted


@ON_SQLITE
async def test_a_way_in_that_asks_nobody_fails_the_matrix(building: Building, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: as if the use cases had forgotten to ask the table."""
    monkeypatch.setattr("people.recognise.may", lambda *_: True)
    with pytest.raises(AssertionError, match="nobody at /alert "):
        await _walk(building, [(role, way) for role, way in cells() if way.name in ("/menu", "/alert")])


@ON_SQLITE
async def test_a_change_by_one_of_many_would_be_seen(building: Building) -> None:
    """The control of the look at all tables."""
    watch = Watch(building.database)
    await watch.begin("one")
    await watch.begin("two")
    async with building.database.writing() as session:
        await session.execute(update(Grant).values(clinic_id="moon"))
    with pytest.raises(AssertionError, match="one of these changed something: \\['one', 'two'"):
        await watch.end()


@ON_SQLITE
async def test_strangers_reach_what_is_for_everyone_and_leave_nothing_anywhere_else(building: Building) -> None:
    tried, watch = 0, Watch(building.database)
    for way in sorted(ways(), key=lambda way: RULES[way.action].roles is None):
        if way.name.startswith("step "):
            continue  # a step belongs to somebody we know
        if RULES[way.action].roles is None:
            await watch.end()
            await building.asks(way, stranger())
            continue
        tried += 1
        await watch.begin(way.name)
        screen = await building.asks(way, stranger())
        assert way.name == "a recording" or says(LanguageFirst, screen, building), f"{way.name}: {screen.text}"
    await watch.end()
    assert tried > 40


@pytest.mark.parametrize("action", Action)
def test_the_table_gives_nothing_to_whoever_holds_no_role_for_it(action: Action) -> None:
    """Each action, for each role, at the clinic of the role, at another, and at none."""
    rule = RULES[action]
    for role in Role:
        grants = [Grant(person_id=1, role=role, clinic_id=OWN if rule.scope == "clinic" else "")]
        right = rule.roles is None or role in rule.roles
        expected = {clinic: right and (rule.scope != "clinic" or clinic == OWN) for clinic in CLINICS}
        assert {clinic: may(grants, action, clinic) for clinic in CLINICS} == expected, role
    assert may([], action) == (rule.roles is None)
    assert not may([Grant(person_id=1, role="chief", clinic_id="")], action) or rule.roles is None


def test_every_action_has_a_way_in_and_every_way_is_tried() -> None:
    routed = {route.action for route in (*COMMANDS.values(), *BUTTONS.values(), *STEPS.values(), ASK)}
    assert routed | {Action.CLOSE_TIME} == set(Action) == set(RULES)
    names = {way.name for way in ways()}
    assert names >= {f"/{name}" for name in COMMANDS}
    assert names >= {kind.__name__ for kind in BUTTONS} - {"ConfirmDesk"}
    assert names >= {f"step {step}" for step in STEPS}
    assert len(cells()) > 500


def test_every_address_of_the_web_server_is_listed_with_who_may_call_it() -> None:
    async def nothing() -> dict[str, bool]:
        return {}

    async def measure() -> None:
        return None

    nobody: Any = None  # nothing is called here
    webhook = Webhook(nobody, nobody, "secret")
    feed = ClinicFeed(nobody, nobody, nobody)
    app: web.Application = web_app(Metrics(), nothing, measure, webhook, "/telegram", feed)
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource and route.method != "HEAD"
    }
    assert served == set(HTTP)


def table() -> str:
    """The table that belongs into docs/privacy/access.md."""
    lines = ["| Action | Who | Where | PIN | Second person |", "| --- | --- | --- | --- | --- |"]
    where = {"own": "own things", "clinic": "the clinic of the role", "everywhere": "everywhere"}
    for action in Action:
        rule = RULES[action]
        who = ", ".join(role for role in Role if role in rule.roles) if rule.roles else "everyone"
        marks = ["yes" if mark else "" for mark in (rule.step_up, rule.second)]
        lines.append(f"| `{action}` | {who} | {where[rule.scope]} | {marks[0]} | {marks[1]} |")
    return "\n".join(re.sub(r"\|  ", "| ", line) for line in lines)


def test_the_page_about_access_is_the_table() -> None:
    page = (ROOT / "docs/privacy/access.md").read_text("utf-8")
    assert table() in page, f"put this into docs/privacy/access.md:\n\n{table()}"
    for (method, path), who in HTTP.items():
        assert f"| `{method} {path}` | {who} |" in page
    assert all(one < other for one, other in pairwise([page.index("## Who"), page.index("## The web server")]))
