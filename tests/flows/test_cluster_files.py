"""The files of a cluster say what the bot, the settings and each other say; a cluster is run by `make cluster`."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from bot.cli import _parser
from bot.settings import PREFIX, Settings
from delivery.rules import LEASE
from deploy.cluster.__main__ import main
from deploy.cluster.cluster import TEMPLATES, Cluster
from deploy.cluster.layout import ETCD, NODES, WEB, WORKERS, Layout, free_ports
from deploy.cluster.processes import Processes, begun_at, family
from handlers.feeds import PATH
from storage.engines import COMMAND_SECONDS

FOLDER = TEMPLATES.parent
KNOWN = {PREFIX + name.upper() for name in Settings.model_fields}
SECRETS = {"BOT_TOKEN_FILE", "BOT_KEYS_FILE", "BOT_WEBHOOK_SECRET_FILE", "BOT_DATABASE_URL_FILE"}


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


@pytest.fixture
def compose() -> Any:
    return read("compose.yaml")


@pytest.fixture
def items() -> dict[str, Any]:
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in read("kubernetes/bot.yaml")["items"]}


def patroni() -> Any:
    holes = re.findall(r"\$(\w+)", (TEMPLATES / "patroni.yml").read_text())
    return yaml.safe_load(Template((TEMPLATES / "patroni.yml").read_text()).substitute(dict.fromkeys(holes, "1")))


def names(services: Any, role: str) -> list[str]:
    return [name for name, each in services.items() if each.get("command") == ["run", "--role", role]]


def understood(command: list[str]) -> bool:
    """Whether the bot's command line takes these words."""
    return callable(_parser().parse_args(command).run)


def test_the_cluster_has_three_of_what_decides_and_two_of_what_serves(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == {*ETCD, *NODES, *WEB, *WORKERS, "haproxy", "migrate"}
    assert names(services, "web") == [*WEB]
    assert names(services, "worker") == [*WORKERS]


def test_the_bot_of_compose_is_set_up_by_settings_that_exist_and_secrets_come_as_files(compose: Any) -> None:
    for name in (*WEB, *WORKERS, "migrate"):
        service = compose["services"][name]
        given = set(service["environment"])
        assert given <= KNOWN, name
        assert given >= SECRETS
        assert service["environment"]["BOT_DATABASE_URL"] == "", "the image's own would be set beside the file"
        assert {f"/run/secrets/{each}" for each in service["secrets"]} == {
            service["environment"][each] for each in SECRETS
        }
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert understood(service["command"])
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_only_the_balancers_web_port_is_published_and_only_to_the_machine_itself(compose: Any) -> None:
    published = {name: each["ports"] for name, each in compose["services"].items() if each.get("ports")}
    assert published == {"haproxy": ["127.0.0.1:8080:8080"]}
    assert compose["networks"]["inside"] == {"internal": True}


def test_images_name_their_version_but_our_own(compose: Any) -> None:
    images = {each["image"] for each in compose["services"].values()} - {"front-door:latest"}
    assert len(images) == 3
    assert [image for image in images if not re.search(r":v?\d", image)] == []


def test_the_balancer_of_compose_asks_what_the_one_of_the_script_asks(compose: Any) -> None:
    asked = re.compile(r"option httpchk \w+ (\S+)")
    script = (TEMPLATES / "haproxy.cfg").read_text()
    inside = compose["configs"]["haproxy"]["content"]
    assert asked.findall(script) == asked.findall(inside) == ["/primary", "/readyz", "/healthz"]
    for text in (script, inside):
        assert "on-marked-down shutdown-sessions" in text
        assert "nbsrv(ready) gt 0" in text
    servers = set(re.findall(r"server (\w+) \1:(\d+)", inside))
    port = compose["services"]["web1"]["environment"]["BOT_PORT"]
    assert servers == {*((name, "5432") for name in NODES), *((name, port) for name in WEB)}


def test_a_commit_is_confirmed_by_two_servers_or_waits_everywhere(compose: Any) -> None:
    own = patroni()["bootstrap"]["dcs"]
    assert own["synchronous_mode"] is own["synchronous_mode_strict"] is own["postgresql"]["use_pg_rewind"] is True
    assert own["ttl"] >= own["loop_wait"] + 2 * own["retry_timeout"]
    assert own["postgresql"]["parameters"].pop("shared_buffers") == "64MB"  # three servers share this machine
    own["postgresql"]["parameters"].pop("log_min_messages")
    for name in NODES:
        spilo = yaml.safe_load(compose["services"][name]["environment"]["SPILO_CONFIGURATION"])
        assert spilo["bootstrap"]["dcs"] == own
    kubernetes = read("kubernetes/database.yaml")["spec"]
    assert kubernetes["instances"] == 3
    assert kubernetes["postgresql"]["synchronous"] == {"method": "any", "number": 1, "dataDurability": "required"}
    shared = kubernetes["postgresql"]["parameters"]
    assert {name: str(own["postgresql"]["parameters"][name]) for name in shared} == shared


def test_a_silent_standby_is_let_go_before_the_bot_gives_a_commit_up() -> None:
    silent = int(patroni()["bootstrap"]["dcs"]["postgresql"]["parameters"]["wal_sender_timeout"].removesuffix("s"))
    assert silent + patroni()["bootstrap"]["dcs"]["loop_wait"] < COMMAND_SECONDS <= LEASE.total_seconds()


def test_kubernetes_runs_two_of_each_role_with_settings_that_exist(items: dict[str, Any]) -> None:
    given = items["ConfigMap/front-door"]["data"]
    assert set(given) <= KNOWN
    assert set(given) >= SECRETS
    assert given["BOT_DATABASE_URL"] == ""
    for role in ("web", "worker"):
        deployed = items[f"Deployment/{role}"]["spec"]
        pod = deployed["template"]["spec"]
        [container] = pod["containers"]
        assert deployed["replicas"] == 2
        assert deployed["selector"]["matchLabels"] == deployed["template"]["metadata"]["labels"]
        assert container["args"] == ["run", "--role", role]
        assert understood(container["args"])
        assert container["ports"][0]["containerPort"] == int(given["BOT_PORT"])
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert pod["securityContext"]["runAsUser"] == 10001
        assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["volumes"]}
        assert items[f"PodDisruptionBudget/{role}"]["spec"]["minAvailable"] == 1
    assert understood(items["Job/migrate"]["spec"]["template"]["spec"]["containers"][0]["args"])


def test_kubernetes_lets_in_the_webhook_and_calendars_only(items: dict[str, Any]) -> None:
    [rule] = items["Ingress/front-door"]["spec"]["rules"]
    given = items["ConfigMap/front-door"]["data"]
    assert given["BOT_WEBHOOK_URL"] == f"https://{rule['host']}/telegram"
    assert [each["path"] for each in rule["http"]["paths"]] == ["/telegram", PATH.partition("{")[0]]
    assert {each["backend"]["service"]["name"] for each in rule["http"]["paths"]} == {"web"}
    assert items["Service/web"]["spec"]["selector"] == items["Deployment/web"]["spec"]["selector"]["matchLabels"]


def layout(folder: Path) -> Layout:
    """A layout without the programs, which a newcomer's machine does not have."""
    given = ["database", "webhook", "stats", "telegram", *WEB, *WORKERS]
    given += [f"{name}{end}" for name in (*ETCD, *NODES) for end in ("", "-peer", "-rest")]
    ports = dict(zip(given, free_ports(len(given)), strict=True))
    passwords = dict.fromkeys(("postgres", "replicator", "rewind", "bot"), "secret")
    return Layout(folder, ports, passwords, "etcd", "patroni", "haproxy", "bin")


def wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_layout_is_found_again_and_its_secrets_are_nobody_elses(tmp_path: Path) -> None:
    made = layout(tmp_path)
    made.save()
    assert Layout.load(tmp_path) == made
    assert (tmp_path / "cluster.json").stat().st_mode & 0o077 == 0
    assert len(set(made.ports.values())) == len(made.ports)


def test_every_bot_of_a_cluster_is_set_up_by_settings_that_exist(tmp_path: Path) -> None:
    cluster = Cluster(layout(tmp_path))
    for name in (*WEB, *WORKERS):
        given = cluster.environment(name)
        assert {setting for setting in given if setting.startswith(PREFIX)} <= KNOWN
        assert given["BOT_PORT"] == str(cluster.layout.ports[name])


def test_what_was_started_is_ended_with_its_children_and_nothing_else_is(tmp_path: Path) -> None:
    processes = Processes(tmp_path, tmp_path)
    pid = processes.start("parent", ["sh", "-c", "sleep 60 & sleep 60 & wait"])
    wait(lambda: len(family(pid)) == 3)
    children = family(pid)
    assert processes.pid("parent") == pid
    processes.note("somebody-else", pid)
    (tmp_path / "somebody-else.pid").write_text(f"{pid} 1")
    assert processes.pid("somebody-else") is None, "the same number, begun at another time"
    assert not processes.signal("somebody-else", 9)  # type: ignore[arg-type]
    assert processes.kill_family("parent") == children
    processes.end(["parent"], 1)
    assert processes.pid("parent") is None
    wait(lambda: not any(begun_at(each) for each in children))


def test_a_cluster_that_is_not_there_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["down", "--folder", str(tmp_path)]) == 1
    assert "no cluster was brought up there" in capsys.readouterr().err
