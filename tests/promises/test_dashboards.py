"""Alarms and dashboards speak of figures that the bot really shows; every alarm has its line for whoever is woken."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from alerts.rules import LIVE, State
from bot.metrics import Metrics
from delivery.rules import Kind, Lane, Outcome
from tests.promises.tree import ROOT

yaml = pytest.importorskip("yaml", reason="PyYAML is missing: run `make install`")

RULES = ROOT / "deploy/prometheus/alerts.yaml"
BOARD = ROOT / "deploy/grafana/dashboards/front-door.json"
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
OF_PROMETHEUS = {"up": {"job", "instance", "role"}}
"""What the scraper itself adds."""
ADDED = {"job", "instance", "role"}
"""Labels that the scraper adds to everything (deploy/prometheus/prometheus.yaml)."""
WORDS = {
    "by", "without", "and", "or", "unless", "max", "min", "sum", "avg", "count", "rate", "increase",
    "histogram_quantile",
}  # fmt: skip
"""PromQL's own words, as far as they are used here."""
VALUES: dict[str, set[str]] = {
    "outcome": {*Outcome, "again", "lost", "done", "danger", "limited", "shed", "failed", "outage",
                "too many", "not done", "doubtful", "unreachable", "refused", "token"},
    "state": {*State},
    "lane": {str(int(lane)) for lane in Lane},
    "kind": {*Kind},
    "job": {"front-door"},
}  # fmt: skip
"""What a label can say, for those that an expression compares."""


def shown() -> dict[str, set[str]]:
    """Every series of `/metrics` with its labels."""
    metrics = Metrics()
    for part in vars(metrics).values():  # a series with labels shows itself once it has a value
        if names := getattr(part, "_labelnames", ()):
            part.labels(*("x" for _ in names))
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def faults(expression: str, series: dict[str, set[str]]) -> list[str]:
    """What an expression of PromQL names that nobody shows: series, labels, values of labels."""
    found = []
    for name, selector in re.findall(r"([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})?", _bare(expression)):
        if name in WORDS:
            continue
        if name not in series:
            found.append(name)
            continue
        for label, value in re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"', selector):
            if label not in series[name] | ADDED:
                found.append(f"{name}{{{label}}}")
            elif label in VALUES and not set(value.split("|")) <= VALUES[label]:
                found.append(f'{name}{{{label}="{value}"}}')
    known = set().union(*(series.get(name, set()) for name in _names(expression, series))) | ADDED
    for grouped in re.findall(r"\b(?:by|without)\s*\(([^)]*)\)", expression):
        found += [f"by ({label})" for label in (each.strip() for each in grouped.split(",")) if label not in known]
    return found


def _bare(expression: str) -> str:
    """Without the labels of groupings and the lengths of ranges."""
    return re.sub(r"\[[^\]]*\]", "", re.sub(r"\b(by|without)\s*\([^)]*\)", "", expression))


def _names(expression: str, series: dict[str, set[str]]) -> set[str]:
    return {name for name in re.findall(r"[a-zA-Z_:][\w:]*", _bare(expression)) if name in series}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [panel for panel in json.loads(BOARD.read_text("utf-8"))["panels"] if panel["type"] != "row"]


def expressions() -> Iterable[tuple[str, str]]:
    yield from ((rule["alert"], rule["expr"]) for rule in rules())
    for panel in panels():
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])


def test_every_expression_names_figures_and_labels_that_the_bot_shows() -> None:
    series = shown() | OF_PROMETHEUS
    found = {f"{name}: {expression}": bad for name, expression in expressions() if (bad := faults(expression, series))}
    assert found == {}
    assert len(list(expressions())) > 30


@pytest.mark.parametrize(
    "expression",
    [
        "max(bot_owed_wating)",
        'rate(bot_updates_total{result="failed"}[5m])',
        'rate(bot_updates_total{outcome=~"failed|outages"}[5m])',
        "sum by (language) (rate(bot_updates_total[5m]))",
        'bot_alerts_live{state="helt"}',
        "rate(bot_updates[5m])",
    ],
)
def test_a_name_that_nobody_shows_is_seen(expression: str) -> None:
    assert faults(expression, shown())


def test_every_figure_of_ours_is_on_the_board() -> None:
    """What is counted and never looked at need not be counted."""
    own = {name for name in shown() if not name.endswith(("_created", "_sum", "_count"))}
    own -= {name for name in own if name.startswith("process_")}
    on_board = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    assert {name for name in own if name not in on_board} == {"bot_webhook_failed_timestamp_seconds"}


def test_alarms_cover_what_must_not_go_unnoticed() -> None:
    asked = " ".join(rule["expr"] for rule in rules())
    for figure in ("reminder_silence_seconds", "bot_owed_oldest_seconds", 'outcome="unknown"', "bot_ready",
                   '"too many"', "doubtful", "bot_webhook_pending"):  # fmt: skip
        assert figure in asked
    assert 'state="held"' in asked
    assert "held" in LIVE
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")


def test_every_alarm_has_a_line_of_what_to_do() -> None:
    incidents = OPERATIONS.partition("\n## Incidents\n")[2].partition("\n## ")[0]
    described = set(re.findall(r"^### (\w+)$", incidents, re.MULTILINE))
    named = {rule["alert"] for rule in rules()}
    assert named == described
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"


def test_no_label_can_name_a_person() -> None:
    labels = set().union(*shown().values())
    assert labels <= {"kind", "outcome", "lane", "le", "language", "result", "state", "method", "part", "version"}


def test_panels_have_one_place_each_and_speak_to_one_source() -> None:
    places = [tuple(sorted(panel["gridPos"].items())) for panel in json.loads(BOARD.read_text("utf-8"))["panels"]]
    assert len(set(places)) == len(places)
    assert {panel["datasource"]["uid"] for panel in panels()} == {"prometheus"}
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_prometheus_itself_takes_the_rules() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not here (Debian: apt-get install prometheus)")
    done = subprocess.run([promtool, "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
