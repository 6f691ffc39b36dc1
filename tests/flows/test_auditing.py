"""`/audit`: what an owner reads of the log, and whether it is whole."""

import ast
import re
from collections.abc import Iterator

from sqlalchemy import delete, update

from handlers.press_codec import encode
from handlers.presses.choosing import ForgetMe
from handlers.presses.trust import RevokeRole, ShowLog
from handlers.screens.auditing import ACTIONS, OWN_VISITS
from locales.languages import LANGUAGES
from people.authority import Role
from storage import audit
from storage.tables import AuditEntry
from tests.acts import ON_SQLITE, is_in, take
from tests.flows.roles import grant_of, owner_of, tag_of
from tests.house import House
from tests.promises.tree import PACKAGES, dotted, modules


@ON_SQLITE
async def test_the_log_says_who_did_what_where_without_names(house: House) -> None:
    owner = await owner_of(house)
    noi = await house.staff(500, Role.STAFF, "mae-sot")
    mine, theirs = await tag_of(house, owner), await tag_of(house, noi)
    await owner.presses(encode(RevokeRole(await grant_of(house, noi))))
    shown = await owner.says("/audit")
    assert f"{theirs}: took a role from an invite · IOM clinic Mae Sot · Clinic staff" in shown
    assert "the bot: made an invite · IOM clinic Mae Sot · Clinic staff" in shown
    assert f"{mine}: ended the role of {theirs} · IOM clinic Mae Sot · Clinic staff" in shown
    assert f"the bot: made {mine} the first owner · Owner" in shown
    assert "✅ The log is whole:" in shown
    assert not re.search(r"\b500\b", shown)
    assert "10:00" in shown


@ON_SQLITE
async def test_the_log_speaks_the_language_of_its_reader(house: House) -> None:
    for language in LANGUAGES:
        owner = await house.staff(901, Role.OWNER, language=language)
        await owner.presses(f"lg1.{language}")
        assert is_in(language, await owner.says("/audit"))


@ON_SQLITE
async def test_the_log_has_pages_and_as_many_entries_as_were_asked_for(house: House) -> None:
    owner = await owner_of(house)
    async with house.app.database.writing() as session:
        for place in range(30):
            await audit.record(session, "times-opened", now=house.now, detail=f"{place} times", chain="mae-sot")
    first = await owner.says("/audit 5")
    assert first.count("opened times") == 5
    assert "‹ Newer" not in owner.labels
    second = await owner.taps("Older ›")
    assert second.count("opened times") == 5
    assert first != second
    assert await owner.taps("‹ Newer") == first
    assert (await owner.says("/audit")).count("opened times") == 10
    assert (await owner.says("/audit 999999999")).count("opened times") == 10
    assert (await owner.says("/audit ๓")).count("opened times") == 3
    for size, page in ((2**60, 0), (0, 0), (1, 2**60)):
        assert "The log is whole" in await owner.presses(encode(ShowLog(size, page)))


@ON_SQLITE
async def test_what_people_do_with_their_own_visits_is_not_shown(house: House) -> None:
    owner, aye = await owner_of(house), await house.person(7)
    await take(aye, (await house.opens())[0])
    shown = await owner.says("/audit 20")
    assert await tag_of(house, aye) not in shown
    assert "visit" not in shown


@ON_SQLITE
async def test_somebody_who_was_erased_is_nobody_in_the_log(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")
    tag = await tag_of(house, noi)
    assert tag in await owner.says("/audit")
    await noi.says("/forgetme")
    await noi.presses(encode(ForgetMe()))
    shown = await owner.says("/audit")
    assert tag not in shown
    assert "someone erased: took a role from an invite" in shown


@ON_SQLITE
async def test_a_changed_log_is_told(house: House) -> None:
    owner = await owner_of(house)
    await house.staff(500, Role.STAFF, "mae-sot")
    async with house.app.database.writing() as session:
        await session.execute(update(AuditEntry).where(AuditEntry.place == 2).values(detail="owner"))
    assert "⚠️ The log was changed at: main 2" in await owner.says("/audit")
    async with house.app.database.writing() as session:
        await session.execute(delete(AuditEntry))
    shown = await owner.says("/audit")
    assert "Nothing yet." in shown
    assert "⚠️ The log was changed at:" in shown


async def test_the_log_is_verified_on_both_databases_while_a_reader_waits(house: House) -> None:
    owner = await owner_of(house)
    assert "✅ The log is whole: 1 entry." in await owner.says("/audit")


NAMED = re.compile("visit-[a-z-]+|no-show")
"""Actions that are passed on by name."""


def noted() -> Iterator[tuple[str, str]]:
    """Every action that is written into the log, with where; a name in braces stands for what is filled in."""
    for module in modules(*PACKAGES):
        for call in module.calls():
            if dotted(call.func).split(".")[-1] not in ("record", "_record") or len(call.args) < 2:
                continue
            what = call.args[1]
            if isinstance(what, ast.Constant) and isinstance(what.value, str):
                yield what.value, f"{module.path}:{call.lineno}"
            elif isinstance(what, ast.JoinedStr):
                yield ast.unparse(what)[2:-1], f"{module.path}:{call.lineno}"
        for node in ast.walk(module.tree) if module.path.startswith("scheduling/") else ():  # decided here, noted there
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.fullmatch(node.value):
                yield node.value, f"{module.path}:{node.lineno}"
    yield audit.BEGUN, "storage/audit.py"


def test_every_action_of_the_log_has_words() -> None:
    found = dict(noted())
    assert len(found) >= 10
    told = {*ACTIONS, *OWN_VISITS}
    mute = {
        action: where
        for action, where in found.items()
        if not any(one == action or ("{" in action and one.startswith(action.partition("{")[0])) for one in told)
    }
    assert mute == {}, f"give them words in handlers/screens/auditing.py: {mute}"
    assert {one for one in told if one not in found and not one.startswith("question-")} == set()
