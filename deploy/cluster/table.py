"""Rounds of the campaign, one after the other, and the table of what came of them."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

from deploy.cluster.campaign import MOST_SECONDS, Round, play

HEAD = (
    "| killed | updates | lost | bookings lost, twice | reminders lost, twice | tickets lost, twice "
    "| alert lost, twice, unknown | in hand | primary | confirms | sends | whole | standby again |"
)


def row(each: Round) -> str:
    """One round."""
    cells = (
        each.what,
        each.updates,
        each.lost,
        f"{each.bookings_lost}, {each.bookings_twice} of {each.bookings}",
        f"{each.reminders_lost}, {each.reminders_twice} of {each.reminders}",
        f"{each.receipts_lost}, {each.receipts_twice} of {each.bookings}",
        f"{each.alert_lost}, {each.alert_twice}, {each.alert.get('unknown', 0)} of {sum(each.alert.values())}",
        each.in_doubt,
        *(f"{seconds:.1f} s" for seconds in (each.primary_in, each.confirmed_in, each.sent_in, each.whole_in)),
        f"{each.rejoined_in:.1f} s",
    )
    return f"| {' | '.join(map(str, cells))} |"


def run(rounds: int, folder: Path) -> bool:
    """Play, print, and say whether every bar was met."""
    results = []
    print(f"{HEAD}\n|{' --- |' * (HEAD.count('|') - 1)}", flush=True)
    for number in range(1, rounds + 1):
        own = folder / f"round{number}"
        own.mkdir(parents=True, exist_ok=True)
        result = asyncio.run(play(number, own, folder / "cache"))
        results.append(result)
        (own / "result.json").write_text(json.dumps(asdict(result), indent=1))
        print(row(result), flush=True)
    passed = all(each.passed for each in results)
    slowest = max(each.whole_in for each in results)
    print(
        f"whole again after at most {slowest:.1f} s (bar {MOST_SECONDS:.0f} s); {'passed' if passed else 'NOT PASSED'}"
    )
    return passed
