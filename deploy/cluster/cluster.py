"""A cluster on one machine: three etcd, three PostgreSQL under Patroni, HAProxy, two web and two worker processes.

The rule: servers run as an unprivileged account when root starts them, and each writes into the cluster's folder only.
"""

import json
import os
import pwd
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from string import Template

from deploy.cluster.layout import ETCD, HERE, NODES, WEB, WORKERS, Layout
from deploy.cluster.processes import Processes, family

ROOT = Path(__file__).parents[2]
TEMPLATES = Path(__file__).parent / "templates"
ACCOUNT = "postgres"
"""Of Debian's package; PostgreSQL refuses to run as root."""
PATIENCE = 90.0


class Cluster:
    """Brings it up, tells who is the primary, kills what a campaign wants killed, and ends it."""

    def __init__(self, layout: Layout) -> None:
        """Nothing is started yet."""
        self.layout = layout
        self.user = ACCOUNT if os.geteuid() == 0 else None
        for folder in (layout.folder, layout.state, layout.logs, layout.folder / "run", layout.folder / "bot"):
            folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            layout.folder.chmod(0o711)
            entry = pwd.getpwnam(self.user)
            os.chown(layout.state, entry.pw_uid, entry.pw_gid)
        layout.state.chmod(0o700)
        self.processes = Processes(layout.folder / "run", layout.logs)

    def up_servers(self) -> None:
        """etcd, PostgreSQL and HAProxy, until there is a primary with a synchronous standby, and the bot's database."""
        for name in ETCD:
            self.start_etcd(name)
        _until("etcd", lambda: all(_status(f"{self._url(name)}/health") == 200 for name in ETCD))
        for name in NODES:
            self.start_node(name)
        self._write("haproxy.cfg", self._haproxy())
        self.processes.start("haproxy", [self.layout.haproxy, "-db", "-f", self._file("haproxy.cfg")], user=self.user)
        _until("PostgreSQL", lambda: self.primary() and self.is_synchronous())
        _until("HAProxy", lambda: self._sql("postgres", "SELECT 1").returncode == 0)
        password = self.layout.passwords["bot"]
        self._sql("postgres", f"CREATE ROLE bot LOGIN PASSWORD '{password}'", check=True)
        self._sql("postgres", "CREATE DATABASE bot OWNER bot", check=True)

    def up_bots(self) -> None:
        """The schema, and both roles twice; until all are ready."""
        environment = self.environment("")
        subprocess.run(
            [sys.executable, "-m", "bot", "migrate"],
            env=environment,
            cwd=self.layout.folder / "bot",
            check=True,
            stdout=subprocess.DEVNULL,
        )
        for name in (*WEB, *WORKERS):
            self.start_bot(name)
        for name in (*WEB, *WORKERS):
            _until(name, lambda name=name: self.is_ready(name))  # type: ignore[misc]

    def start_etcd(self, name: str) -> None:
        """One member of the store that decides who is the primary."""
        peer = {each: f"http://{HERE}:{self.layout.ports[f'{each}-peer']}" for each in ETCD}
        options = {
            "name": name,
            "data-dir": str(self.layout.state / name),
            "listen-client-urls": self._url(name),
            "advertise-client-urls": self._url(name),
            "listen-peer-urls": peer[name],
            "initial-advertise-peer-urls": peer[name],
            "initial-cluster": ",".join(f"{each}={url}" for each, url in peer.items()),
            "initial-cluster-token": "front-door",
            # Three members share one disk here: on machines of their own the defaults (100, 1000) do.
            "heartbeat-interval": "250",
            "election-timeout": "2500",
            "log-level": "warn",
        }
        command = [self.layout.etcd, *(f"--{option}={value}" for option, value in options.items())]
        self.processes.start(name, command, user=self.user)

    def start_node(self, name: str) -> None:
        """One PostgreSQL with its Patroni; a former primary is rewound and becomes a standby."""
        ports, passwords = self.layout.ports, self.layout.passwords
        text = Template((TEMPLATES / "patroni.yml").read_text()).substitute(
            name=name,
            here=HERE,
            rest=ports[f"{name}-rest"],
            port=ports[name],
            etcd=", ".join(f"'{HERE}:{ports[each]}'" for each in ETCD),
            data=self.layout.state / name,
            binaries=self.layout.postgres,
            sockets=self.layout.state,
            superuser=passwords["postgres"],
            replicator=passwords["replicator"],
            rewind=passwords["rewind"],
        )
        self._write(f"{name}.yml", text)
        command = [self.layout.patroni, self._file(f"{name}.yml")]
        self.processes.start(name, command, user=self.user, folder=self.layout.state)

    def start_bot(self, name: str) -> None:
        """A web or a worker process."""
        role = "web" if name in WEB else "worker"
        command = [sys.executable, "-m", "bot", "run", "--role", role]
        self.processes.start(name, command, environment=self.environment(name), folder=self.layout.folder / "bot")

    def environment(self, name: str) -> dict[str, str]:
        """The settings of one bot process, and what Python needs."""
        settings = {
            "token": self.layout.token,
            "telegram_api": self.layout.telegram,
            "database_url": self.layout.database_url,
            "webhook_url": self.layout.webhook_url,
            "port": str(self.layout.ports.get(name, 0)),
        }
        given = {f"BOT_{key.upper()}": value for key, value in (settings | self.layout.extra).items()}
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "PYTHONPATH": str(ROOT), **given}

    def primary(self) -> str | None:
        """The member that is the primary now."""
        for name in NODES:
            if _status(f"{self._rest(name)}/primary") == 200:
                return name
        return None

    def is_synchronous(self) -> bool:
        """Whether a standby confirms every commit."""
        return any(_status(f"{self._rest(name)}/synchronous") == 200 for name in NODES)

    def is_ready(self, name: str) -> bool:
        """Whether a bot process says that it is."""
        return _status(f"http://{HERE}:{self.layout.ports[name]}/readyz") == 200

    def members(self) -> dict[str, str]:
        """What each member of the database says it is."""
        found = {}
        for name in NODES:
            told = _body(f"{self._rest(name)}/patroni")
            role, state = told.get("role", "gone"), told.get("state", "")
            found[name] = f"{role} {state}" + (" synchronous" if told.get("sync_standby") else "")
        return found

    def kill_node(self, name: str, *, postmaster_only: bool = False) -> None:
        """SIGKILL for the database server and, unless told otherwise, for its Patroni: as when its machine dies."""
        pids = [int((self.layout.state / name / "postmaster.pid").read_text().split()[0])]
        if not postmaster_only:
            if patroni := self.processes.pid(name):
                os.kill(patroni, signal.SIGKILL)
            pids = family(pids[0])
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def down(self) -> None:
        """End everything that was started here."""
        for name in NODES:  # also where the Patroni that started it is gone
            path = self.layout.state / name / "postmaster.pid"
            if path.exists() and _serves(pid := int(path.read_text().split()[0]), self.layout.state / name):
                self.processes.note(f"{name}-server", pid)
        self.processes.end([*WEB, *WORKERS, "telegram"], 12)
        self.processes.end(["haproxy"], 3)
        self.processes.end(NODES, 20)
        self.processes.end([f"{name}-server" for name in NODES], 10)
        self.processes.end(ETCD, 10)

    def _sql(self, database: str, statement: str, *, check: bool = False) -> subprocess.CompletedProcess[str]:
        where = ["-h", HERE, "-p", str(self.layout.ports["database"]), "-U", "postgres", "-d", database]
        return subprocess.run(
            [Path(self.layout.postgres, "psql"), *where, "-qtAX", "-v", "ON_ERROR_STOP=1", "-c", statement],
            env={"PGPASSWORD": self.layout.passwords["postgres"], "PGCONNECT_TIMEOUT": "3", "LC_ALL": "C.UTF-8"},
            check=check,
            capture_output=True,
            text=True,
        )

    def _haproxy(self) -> str:
        ports = self.layout.ports
        servers = [f"    server {name} {HERE}:{ports[name]} check port {ports[f'{name}-rest']}" for name in NODES]
        return Template((TEMPLATES / "haproxy.cfg").read_text()).substitute(
            here=HERE,
            socket=self.layout.state / "haproxy.sock",
            database=ports["database"],
            webhook=ports["webhook"],
            stats=ports["stats"],
            nodes="\n".join(servers),
            web="\n".join(f"    server {name} {HERE}:{ports[name]} check" for name in WEB),
        )

    def _file(self, name: str) -> Path:
        return self.layout.state / name

    def _write(self, name: str, text: str) -> None:
        """A file of settings, for the account that reads it and nobody else."""
        path = self._file(name)
        path.touch(0o600)
        path.write_text(text)
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _url(self, name: str) -> str:
        return f"http://{HERE}:{self.layout.ports[name]}"

    def _rest(self, name: str) -> str:
        return f"http://{HERE}:{self.layout.ports[f'{name}-rest']}"


def _serves(pid: int, data: Path) -> bool:
    """Whether this process is the PostgreSQL of that folder."""
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _body(url: str) -> dict[str, str]:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return dict(json.load(answer))
    except (OSError, ValueError):
        return {}


def _until(what: str, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not come up within {seconds:.0f} s: see the folder logs/")
        time.sleep(0.2)
