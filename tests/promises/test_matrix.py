"""Who may do what: the table, every way in, and every person, against each other."""

import ast
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import update

from answers.ask import Finder
from bot.clinic_feed import ClinicFeed
from bot.house import build_house
from bot.incoming import Incoming
from bot.metrics import Metrics
from bot.shown import ShownMessages
from bot.unit import Unit
from bot.web import Webhook, web_app
from handlers.refusals import SENTENCES
from handlers.routes import ASK, BUTTONS, COMMANDS, STEPS
from handlers.screen import Screen
from people.authority import RULES, Action, Role, clinics_of, may
from people.refusals import LanguageFirst, NotAllowed
from people.store import grants_of
from storage import audit_check
from storage.database import Database
from storage.tables import Grant, Person
from tests.conftest import settings_for
from tests.promises.rooms import CODED, NONE, NOW, OTHER, OWN, Given, Way, contents, given, somebody, stranger, ways
from tests.promises.tree import ROOT, dotted, modules
from tests.thrift import many

EVERYONE: tuple[Role | None, ...] = (None, *Role)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SAMPLE = many(10, 5)
"""On PostgreSQL every so manieth cell is tried."""
EACH = many(5, 1)
"""Every so many-th cell is tried: on the way each way in meets somebody, and each role tries most ways."""
TOGETHER = 10
"""After so many tries in vain all tables are read, and compared with what they held before."""
CLINICS = (OWN, OTHER, NONE)
HTTP = {
    ("GET", "/healthz"): "anyone",
    ("GET", "/readyz"): "anyone",
    ("GET", "/metrics"): "anyone who reaches the port: counts only",
    ("GET", "/calendar/{token}.ics"): "whoever knows a clinic's secret address: sums without names",
    ("POST", "/telegram"): "whoever knows the webhook's secret",
}
"""Every address of the web server and who may call it."""


@dataclass(frozen=True)
class Building:
    """A bot without a Telegram: everything from the update to the commit."""

    unit: Unit
    database: Database
    given: Given

    async def asks(self, way: Way, person: Person) -> Screen:
        """What somebody is shown who comes this way."""
        return await self.decide(await way.enter(self.given, person, self.database))

    async def decide(self, incoming: Incoming) -> Screen:
        screen = await self.unit.decide(incoming)
        assert screen, incoming
        return screen


@pytest.fixture
async def building(database: Database, finder: Finder) -> Building:
    """One in which others have visits, drafts, questions, proposals and roles."""
    house = build_house(settings_for("http://127.0.0.1:1", database.url), finder)

    async def check() -> audit_check.Verdict:
        async with database.reading() as session:
            return await audit_check.verify(session)

    unit = Unit(replace(house, check_log=check), database, Metrics(), lambda: NOW, ShownMessages())
    return Building(unit, database, await given(database))


class Watch:
    """Sees whether anything changes in any table while those who may not do it try to do it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._standing: dict[str, int] = {}
        self._tried: list[str] = []

    async def begin(self, cell: str) -> None:
        """What is tried next may change nothing; looked at after every few of them."""
        if len(self._tried) == TOGETHER:
            await self.end()
        if not self._tried:
            self._standing = await contents(self.database)
        self._tried.append(cell)

    async def end(self) -> None:
        """Look."""
        if self._tried:
            assert await contents(self.database) == self._standing, f"one of these changed something: {self._tried}"
            self._tried = []


def says(kind: type[NotAllowed] | type[LanguageFirst], screen: Screen, building: Building) -> bool:
    """Whether a screen is this refusal."""
    return screen.text.startswith(SENTENCES[kind](building.unit.house.catalogues.say("en"), kind()))


def allowed(way: Way, grants: list[Grant]) -> bool:
    """What the table says about somebody with these roles who comes this way."""
    if RULES[way.action].scope == "clinic" and not way.names_clinic:
        return bool(clinics_of(grants, way.action))
    return may(grants, way.action, way.clinic)


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


SCOPED = {"clinic", "clinics"}
"""The two of `people/scope.py`."""


LINES = {"my_clinics", "at_clinic", "read_change"}
"""Those of `handlers/lines.py`, which ask it for all staff commands."""


def _reaches_scope(module: ast.Module, name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function, or one of its own module that it calls, asks `people/scope.py` (or `require` at a clinic)."""
    body = {node.name: node for node in module.body if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)}
    if name not in body or name in seen:
        return False
    for call in (node for node in ast.walk(body[name]) if isinstance(node, ast.Call)):
        called = dotted(call.func)
        if called in {f"scope.{one}" for one in SCOPED} or (called == "require" and len(call.args) == 4):
            return True
        if called in LINES:
            return True
        if _reaches_scope(module, called, seen | {name}):
            return True
    return False


def test_every_way_to_a_clinics_rows_asks_which_clinics_are_ones_own() -> None:
    """One way: `people/scope.py`, or `require` with a clinic, which it calls itself."""
    trees = {module.path: module.tree for module in modules("handlers")}
    for name in ("my_clinics", "at_clinic"):
        assert _reaches_scope(trees["handlers/lines.py"], name), name
    tried = 0
    for route in (*COMMANDS.values(), *BUTTONS.values(), *STEPS.values()):
        if RULES[route.action].scope != "clinic":
            continue
        path = route.handler.__module__.replace(".", "/") + ".py"
        assert _reaches_scope(trees[path], route.handler.__name__), f"{path}: {route.handler.__name__}"
        tried += 1
    assert tried >= 6


def test_a_handler_that_asks_nobody_is_seen() -> None:
    lazy = ast.parse(
        "async def today(request):\n    return await _day(request)\nasync def _day(request):\n    return 1"
    )
    careful = ast.parse("async def today(request):\n    return await _day(request)\n"
                        "async def _day(request):\n    return await scope.clinic(request)")  # fmt: skip
    assert not _reaches_scope(lazy, "today")
    assert _reaches_scope(careful, "today")


def test_only_the_two_ways_read_which_clinics_somebody_has() -> None:
    """Nothing but `people/` may go through grants by itself to find a clinic."""
    found = {
        module.path
        for module in modules("handlers", "scheduling", "alerts", "bot")
        for name in module.imports()
        if name == "people.authority.clinics_of"
    }
    assert found == set()


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
