"""What campaigns came to, as tables; and what of it is not as promised.

The rule: `wrong` speaks of counts, which any machine must get right; `lawless` and `slow` of seconds, which a machine
may miss whose processor belongs to others.
"""

from collections.abc import Sequence

from benchmarks.delivery.result import Result

OWED_WITHIN, RESUMED_WITHIN, LATE_WITHIN = 10.0, 10.0, 60.0
"""Seconds: an alert is owed to everybody, a restarted bot goes on, reminders arrive (p99)."""
EFFECTIVE = 0.95
"""Of the limit, while nothing is wrong."""
ALERTS = (
    "run | database | audience | sent | unreachable | failed | unknown | lost | twice | calls/s | s | surely in 1 s | "
)
ALERTS += "... unpaid | read in 1 s | server stalled ms | owed in s | resumed in s (of it starting)"
REMINDERS = "run | database | due | arrived | lost | early | extra | p50 late s | p99 late s"
CAUSES = "run | database | 429 | early | 403 | nobody knows | in hand at kills | CPU us each | writes refused | "
CAUSES += "rows rewritten | got it again"


def table(results: Sequence[Result]) -> str:
    """Three tables in Markdown: of alerts, of the reminders beside them, and of what went wrong meanwhile."""
    alerts = [_line(ALERTS), _rule(ALERTS), *(_line(_alert(each)) for each in results)]
    reminded = [_line(_reminders(each)) for each in results if each.plan.reminders]
    causes = [_line(CAUSES), _rule(CAUSES), *(_line(_causes(each)) for each in results)]
    reminders = [_line(REMINDERS), _rule(REMINDERS), *reminded] if reminded else []
    return "\n".join([*alerts, "", *reminders, "", *causes])


def wrong(result: Result) -> list[str]:
    """Promises of counts that were not kept, a sentence each."""
    plan, told = result.plan, result.total
    unknown = told.get("unknown", 0)
    most_unknown = result.ambiguous + sum(result.in_hand) + (plan.people if plan.freeze else 0)
    found = {
        "the report does not add up to the audience in each language": not result.adds_up,
        f"{told} is not everybody": sum(told.values()) != plan.people,
        f"{result.lost} were lost": result.lost,
        f"{result.twice} got it twice": result.twice and not plan.life_safety,
        f"{unknown} are unknown, {most_unknown} can be": unknown > most_unknown,
        f"{told.get('failed', 0)} failed": told.get("failed"),
        f"{result.in_hand} were in hand at kills": max(result.in_hand, default=0) > plan.rate,
        f"{told.get('unreachable', 0)} unreachable, {result.blocked} blocked": _unreachable_differ(result),
        f"{result.early} calls came before their `retry_after`": result.early,
        f"{result.rewritten} rows changed by a process that had lost them": result.rewritten,
        f"{result.again} got it again after it had been settled": result.again,
        f"{result.reminders_lost} reminders lost": result.reminders_lost,
        f"{_early(result)} reminders early": _early(result),
        f"{result.reminders_extra} reminders too many": result.reminders_extra
        > result.reminders_ambiguous + result.reminders_in_hand,
    }
    return [sentence for sentence, holds in found.items() if holds]


def lawless(result: Result) -> list[str]:
    """How Telegram's limits were broken, a sentence each."""
    plan, at = result.plan, f"in the second after {result.busiest_at:.0f} s"
    limit = plan.judged_at or max(plan.rate, plan.free_rate)
    free = plan.judged_at or plan.free_rate
    found = {
        f"{result.most} calls {at}, {limit} are allowed": result.most > limit,
        f"{result.most_unpaid} calls in a second that were not paid, {free} are allowed": result.most_unpaid > free,
    }
    return [sentence for sentence, holds in found.items() if holds]


def slow(result: Result) -> list[str]:
    """Promises of seconds that were not kept, a sentence each."""
    late, plain = result.late_within(0.99), not (result.plan.kills or result.plan.trouble or result.plan.freeze)
    found = {
        f"owed in {result.owed_in:.1f} s": result.owed_in > OWED_WITHIN,
        f"resumed in {max(result.resumed_in, default=0):.1f} s": max(result.resumed_in, default=0) > RESUMED_WITHIN,
        f"reminders {late:.1f} s late": late > LATE_WITHIN,
        f"{result.steady:.0f} messages a second": plain and result.steady < EFFECTIVE * result.plan.rate,
    }
    return [sentence for sentence, holds in found.items() if holds]


def _unreachable_differ(result: Result) -> bool:
    """A blocked person whose row was in doubt at a kill stays in doubt: then fewer are unreachable."""
    unreachable = result.total.get("unreachable", 0)
    if result.plan.kills:
        return unreachable > result.blocked
    return unreachable != result.blocked


def _early(result: Result) -> int:
    return sum(late < 0 for late in result.late)


def _alert(result: Result) -> list[object]:
    told = [result.total.get(name, 0) for name in ("sent", "unreachable", "failed", "unknown")]
    both = zip(result.resumed_in, result.started_in, strict=True)
    resumed = ", ".join(f"{whole:.1f} ({starting:.1f})" for whole, starting in both) or "-"
    rates = [
        f"{result.steady:.0f}",
        f"{result.seconds:.0f}",
        result.most,
        result.most_unpaid,
        result.most_read,
        f"{1000 * result.stall:.0f}",
    ]
    owed = [f"{result.owed_in:.1f}", resumed]
    return [*_name(result), result.audience, *told, result.lost, result.twice, *rates, *owed]


def _reminders(result: Result) -> list[object]:
    due = len(result.late) + result.reminders_lost
    counts = [due, len(result.late), result.reminders_lost, _early(result), result.reminders_extra]
    return [*_name(result), *counts, *(f"{result.late_within(share):.1f}" for share in (0.5, 0.99))]


def _causes(result: Result) -> list[object]:
    calls = [result.throttled, result.early, result.blocked, result.ambiguous]
    in_hand = ", ".join(str(each) for each in result.in_hand) or "-"
    cpu = f"{1e6 * result.cpu / max(1, result.audience):.0f}"
    return [*_name(result), *calls, in_hand, cpu, result.refused, result.rewritten, result.again]


def _name(result: Result) -> list[object]:
    return [result.plan.name, result.place.kind]


def _line(cells: str | Sequence[object]) -> str:
    return f"| {cells} |" if isinstance(cells, str) else "| " + " | ".join(str(each) for each in cells) + " |"


def _rule(heading: str) -> str:
    return "|" + "|".join(" --- " if place < 2 else " --: " for place in range(heading.count("|") + 1)) + "|"
