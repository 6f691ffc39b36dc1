"""What is shipped around the image: compose.yaml, the proxy's file, the units of systemd, each against the settings."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, Request, build_opener

import pytest

from bot.cli import _parser
from bot.settings import PREFIX, SECRETS, Settings, read_settings
from handlers.feeds import PATH
from tests.conftest import RING, TOKEN
from tests.promises.tree import ROOT

yaml = pytest.importorskip("yaml", reason="PyYAML is missing: run `make install`")

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CADDYFILE = ROOT / "deploy/caddy/Caddyfile"
BOTS = {name for name, service in SERVICES.items() if service.get("image") == "front-door"}
UNITS = sorted((ROOT / "deploy/systemd").glob("front-door*"))
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def filled(value: str, given: dict[str, str]) -> str:
    """As compose fills `${NAME:-default}` and `${NAME:?why}`."""

    def fill(match: re.Match[str]) -> str:
        name, sign, rest = match[1], match[2], match[3]
        if name not in given and sign == "?":
            raise KeyError(name)
        return given.get(name, rest if sign == "-" else "")

    return VARIABLE.sub(fill, value)


def test_two_receive_one_sends_and_the_schema_is_brought_up_once_before() -> None:
    commands = {name: SERVICES[name]["command"] for name in BOTS}
    assert commands == {
        "migrate": ["migrate"],
        "web-1": ["run", "--role", "web"],
        "web-2": ["run", "--role", "web"],
        "worker": ["run", "--role", "worker"],
    }
    for command in commands.values():
        assert _parser().parse_args(command).run
    for name in BOTS - {"migrate"}:
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"


def test_what_compose_sets_is_a_setting_and_makes_settings_that_can_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {"token": TOKEN, "keys": RING.written(), "webhook_secret": "s" * 40,
               "database_url": "postgresql://bot:word@database/bot"}  # fmt: skip
    for name, content in secrets.items():
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o600)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    for bot in BOTS:
        environment = SERVICES[bot]["environment"]
        assert set(environment) <= {PREFIX + name.upper() for name in Settings.model_fields}
        for name, value in environment.items():
            monkeypatch.setenv(
                name, filled(value, {"DOMAIN": "bot.example.org"}).replace("/run/secrets", str(tmp_path))
            )
        monkeypatch.setenv("BOT_HOST", "0.0.0.0")  # as the image has it
        settings = read_settings()
        assert settings.faults() == []
        assert settings.webhook_url == "https://bot.example.org/telegram"
        assert settings.database_url == secrets["database_url"]
        assert settings.tombstones_path() == Path("/tombstones/tombstones")
        assert settings.clinics == Path("scheduling/clinics.toml")


def test_secrets_are_files_and_nothing_else() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    assert set(COMPOSE["secrets"]) == {*SECRETS, "database_password", "grafana_password"}
    assert all(secret == {"file": f"./secrets/{name}"} for name, secret in COMPOSE["secrets"].items())
    for bot in BOTS:
        assert set(SERVICES[bot]["secrets"]) == set(SECRETS)
        for name in SECRETS:
            assert SERVICES[bot]["environment"][f"{PREFIX}{name.upper()}_FILE"] == f"/run/secrets/{name}"
            assert not SERVICES[bot]["environment"].get(f"{PREFIX}{name.upper()}")
    assert not re.search(r"(?i)password: \S", text)
    assert "secrets/" in (ROOT / ".gitignore").read_text("utf-8").split()


def test_no_service_has_more_rights_than_it_needs() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert re.search(r":v?\d", service["image"]) or service["image"] == "front-door", name
    assert all("cap_add" not in SERVICES[name] and "user" not in SERVICES[name] for name in BOTS)
    assert all(int(SERVICES[name]["stop_grace_period"].rstrip("s")) > 10 for name in BOTS)


def test_only_the_proxy_can_be_reached_and_only_the_bot_reaches_the_database() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert {name for name, ports in published.items() if not all(p.startswith("127.0.0.1:") for p in ports)} == {
        "proxy"
    }
    assert COMPOSE["networks"]["data"] == COMPOSE["networks"]["front"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "data" in service["networks"]} == {*BOTS, "database"}
    assert SERVICES["database"]["networks"] == ["data"]
    assert "data" not in SERVICES["proxy"]["networks"]
    assert SERVICES["proxy"]["environment"]["UPSTREAMS"] == "web-1:8080 web-2:8080"


def test_whatever_serves_for_long_says_whether_it_is_well() -> None:
    assert SERVICES["database"]["healthcheck"]["test"][1] == "pg_isready"
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text("utf-8")  # for everything that is the image
    assert SERVICES["migrate"]["healthcheck"] == {"disable": True}
    assert all(one["condition"] == "service_healthy" for one in SERVICES["proxy"]["depends_on"].values())


def test_prometheus_asks_every_process_by_itself() -> None:
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yaml").read_text("utf-8"))
    [job] = scraped["scrape_configs"]
    targets = {target for group in job["static_configs"] for target in group["targets"]}
    assert targets == {f"{name}:8080" for name in BOTS - {"migrate"}}
    assert (ROOT / "deploy/prometheus" / scraped["rule_files"][0]).exists()


def test_files_that_are_mounted_are_there() -> None:
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())]
    ours = [path for path in mounted if path.startswith("./") and path != "./clinics"]
    assert len(ours) >= 3
    assert [path for path in ours if not (ROOT / path).exists()] == []
    assert {path for path in mounted if not path.startswith("./")} == set(COMPOSE["volumes"])


def test_the_proxy_passes_on_two_paths_and_nothing_else() -> None:
    text = CADDYFILE.read_text("utf-8")
    assert re.findall(r"^\s*path (\S+)$", text, re.MULTILINE) == ["{$WEBHOOK_PATH:/telegram}", "/calendar/*"]
    assert PATH.startswith("/calendar/")
    assert text.count("reverse_proxy") == 2
    assert re.search(r"handle \{\s*respond 404\s*\}", text)
    assert set(re.findall(r"\{\$(\w+)", text)) == {"DOMAIN", "WEBHOOK_PATH", "UPSTREAMS"}
    assert set(SERVICES["proxy"]["environment"]) == {"DOMAIN", "WEBHOOK_PATH", "UPSTREAMS"}
    assert not re.search(r"^\s*log\b", text, re.MULTILINE), "a calendar's address is a secret, and would stand in it"


class _Bot(BaseHTTPRequestHandler):
    """Says what was asked of it."""

    def _answer(self) -> None:
        body = f"{self.command} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = _answer  # noqa: N815

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    """Caddy itself, with our file, a certificate of its own, and a stand-in for the bot behind it."""
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is not here (Debian: apt-get install caddy)")
    bot = ThreadingHTTPServer(("127.0.0.1", 0), _Bot)
    Thread(target=bot.serve_forever, daemon=True).start()
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        https, http = one.getsockname()[1], two.getsockname()[1]
    own = f"{{\n\tadmin off\n\thttp_port {http}\n\tdefault_bind 127.0.0.1\n\tskip_install_trust\n"
    text = CADDYFILE.read_text("utf-8").replace("{\n\tadmin off\n", own, 1)
    (tmp_path / "Caddyfile").write_text(text.replace("encode zstd gzip", "tls internal\n\tencode zstd gzip", 1))
    given = {"DOMAIN": f"localhost:{https}", "UPSTREAMS": f"127.0.0.1:{bot.server_port}", "HOME": str(tmp_path),
             "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PATH": os.environ["PATH"]}  # fmt: skip
    command = [caddy, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=given, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 20
        while _ask(f"https://localhost:{https}/")[0] != 404:
            assert process.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text()[-1000:]  # noqa: PT018
            time.sleep(0.1)
        yield f"https://localhost:{https}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        bot.shutdown()
        bot.server_close()


def _ask(url: str, method: str = "GET", body: bytes | None = None) -> tuple[int, str]:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE  # its certificate is made for this test
    try:
        with build_opener(HTTPSHandler(context=trusting)).open(Request(url, body, method=method), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, ""
    except OSError:
        return 0, ""


def test_the_proxy_really_does(proxy: str) -> None:
    assert _ask(f"{proxy}/telegram", "POST", b"{}") == (200, "POST /telegram")
    assert _ask(f"{proxy}/calendar/abc.ics") == (200, "GET /calendar/abc.ics")
    for method, path in (
        ("GET", "/telegram"),
        ("POST", "/calendar/abc.ics"),
        ("POST", "/telegram/more"),
        ("GET", "/metrics"),
        ("GET", "/readyz"),
        ("GET", "/healthz"),
        ("GET", "/calendar/../metrics"),
        ("GET", "//metrics"),
        ("GET", "/"),
        ("PUT", "/telegram"),
    ):
        assert _ask(f"{proxy}{path}", method, b"" if method != "GET" else None)[0] == 404, (method, path)
    assert _ask(f"{proxy}/telegram", "POST", b"x" * (1024 * 1024 + 10))[0] in (0, 413, 502)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_of_systemd_names_settings_and_commands_that_exist(unit: Path) -> None:
    text = unit.read_text("utf-8")
    names = set(re.findall(r"\b(BOT_[A-Z_]+)=", text))
    assert names <= {PREFIX + name.upper() for name in Settings.model_fields}
    for command in re.findall(r"-m bot (\w+)", text):
        assert _parser().parse_args([command, *(["x"] if command == "backup" else [])]).run
    if unit.name == "front-door.service":
        for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "UMask=0077"):
            assert line in text
        assert int(re.findall(r"TimeoutStopSec=(\d+)", text)[0]) > 10


def test_systemd_itself_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    for unit in UNITS:  # /srv/front-door is not on this machine
        text = re.sub(r"/srv/front-door/\.venv/bin/python", "/bin/true", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(text)
    command = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "front-door" in line]
    assert (done.returncode, ours) == (0, []), done.stderr
    judge = ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(tmp_path / "front-door.service")]
    done = subprocess.run(judge, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]
