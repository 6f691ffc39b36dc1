"""Every named crash point, on both databases, while people do everything there is: confirmed is done, and done once."""

import ast
import asyncio
from collections import Counter
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from benchmarks.faults.load import FEW, Load
from benchmarks.faults.rows import ROWS
from benchmarks.faults.verdict import in_hand, is_over, judge, lost_now
from bot.crashpoint import POINTS, planned
from bot.settings import BadSettings
from tests.acts import ON_SQLITE
from tests.faults.conftest import Launcher, Survivor
from tests.faults.scene import PATIENCE, Scene
from tests.promises.tree import modules
from tests.thrift import IN_CI

DATABASES = {"sqlite": "polling", "postgresql": "webhook"}
ELSEWHERE = {
    "before-group-commit": "test_handoff.py",
    "committed": "test_kill_in_an_update.py",
    "claimed": "test_kill_in_the_sender.py",
    "sent": "test_kill_in_the_sender.py",
    "thread-opened": "test_handoff.py",
    "wiped": "test_kill_in_an_erasure.py",
}
"""Points at which others die by default, with more to look at: here only with `-m soak`."""


def cells() -> list[ParameterSet]:
    """Every point on every database; by default on one of them in turn."""
    found = []
    for number, point in enumerate(POINTS):
        for place, (kind, intake) in enumerate(DATABASES.items()):
            left = point in ELSEWHERE or (number % 2 != place and not IN_CI)
            marks = [pytest.mark.soak] if left else []
            found.append(pytest.param(kind, intake, point, id=f"{point}-{kind}", marks=marks))
    return found


@pytest.mark.parametrize(("database_url", "intake", "point"), cells(), indirect=["database_url"])
async def test_killed_anywhere_what_was_confirmed_has_happened_and_everything_happens_once(
    bot: Launcher, survivor: Survivor, scene: Scene, intake: str, point: str
) -> None:
    load = Load(scene, FEW)
    await load.move_in()
    load.act_all()
    watching = asyncio.create_task(load.watch())
    process = bot(intake)
    await process.run_until_killed(point)
    in_doubt = await in_hand(load)
    assert await lost_now(load) == []
    await scene.lease_passes()
    async with survivor(process), asyncio.timeout(2 * PATIENCE):
        while not await is_over(load):  # noqa: ASYNC110 - it is in the database
            await asyncio.sleep(0.05)
    load.stopped = True
    await watching
    verdict = await judge(load, in_doubt)
    assert (verdict.lost, verdict.twice) == ([], [])
    assert verdict.acknowledged == len([each for each in load.updates.values() if each.what != "nothing"])
    assert verdict.unknown <= in_doubt


def test_every_point_stands_in_the_code_once_and_no_other_does() -> None:
    named: Counter[str] = Counter()
    for module in modules("bot", "handlers", "delivery", "storage"):
        for call in module.calls():
            if isinstance(call.func, ast.Name) and call.func.id == "crashpoint":
                [name] = call.args
                assert isinstance(name, ast.Constant), f"{module.path}: a name that is not written out"
                named[str(name.value)] += 1
    assert named == dict.fromkeys(POINTS, 1)


def test_every_point_has_its_row_in_the_table() -> None:
    assert [row.point for row in ROWS if row.point] == list(POINTS)


def test_what_is_left_to_others_by_default_they_do() -> None:
    for point, name in ELSEWHERE.items():
        assert f'"{point}' in (Path(__file__).parent / name).read_text("utf-8")


@pytest.mark.parametrize("text", ["before-comit", "sent:0", "sent:x", ":2"])
def test_a_point_that_is_not_there_refuses_the_start(text: str) -> None:
    with pytest.raises(BadSettings, match="CRASHPOINT"):
        planned(text)


def test_a_point_and_the_time_it_is_meant() -> None:
    assert planned("") == ("", 0)
    assert planned("sent") == ("sent", 1)
    assert planned("before-commit:3") == ("before-commit", 3)


@ON_SQLITE
async def test_a_process_with_a_misspelt_point_says_so_in_one_line(bot: Launcher) -> None:
    process = bot()
    await process.launch(crashpoint="comitted")
    assert await process.ended() == 1
    assert len(process.words) == 1
    assert process.words[0].startswith("CRASHPOINT: there is no point of this name; there are looked, before-commit, ")
