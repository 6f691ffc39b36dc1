"""Where everything of a cluster on one machine listens and lies.

The rule: one folder holds all of it, every port is free when it is taken, and nothing listens beyond the loopback.
"""

import json
import secrets
import shutil
import socket
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

HERE = "127.0.0.1"
ETCD = ("etcd1", "etcd2", "etcd3")
NODES = ("pg1", "pg2", "pg3")
WEB = ("web1", "web2")
WORKERS = ("worker1", "worker2")
PATHS = ("/usr/sbin", "/usr/bin", "/usr/local/bin")
FILE = "cluster.json"


@dataclass
class Layout:
    """Ports by name, passwords by account, and the folder; kept in `cluster.json` for whoever ends it later."""

    folder: Path
    ports: dict[str, int]
    passwords: dict[str, str]
    etcd: str
    patroni: str
    haproxy: str
    postgres: str
    """The folder of PostgreSQL's programs."""
    token: str = ""
    """The simulated Telegram's token for the bot."""
    telegram: str = ""
    """The Bot API's address."""
    extra: dict[str, str] = field(default_factory=dict)
    """Settings of the bot beside its usual ones, without their prefix."""

    @property
    def state(self) -> Path:
        """What belongs to the unprivileged account that the servers run as."""
        return self.folder / "state"

    @property
    def logs(self) -> Path:
        """Standard output and error of every process."""
        return self.folder / "logs"

    @property
    def database_url(self) -> str:
        """The primary, by way of HAProxy."""
        return f"postgresql://bot:{self.passwords['bot']}@{HERE}:{self.ports['database']}/bot"

    @property
    def webhook_url(self) -> str:
        """Both web processes, by way of HAProxy."""
        return f"http://{HERE}:{self.ports['webhook']}/telegram"

    def start_telegram(self) -> None:
        """A Telegram of this machine: its address, and the bot's token there."""
        self.token = f"1000000003:{secrets.token_hex(16)}abc"
        self.telegram = f"http://{HERE}:{self.ports['telegram']}"

    def save(self) -> None:
        """Write it down, for nobody else to read."""
        path = self.folder / FILE
        path.touch(0o600)
        path.write_text(json.dumps(asdict(self) | {"folder": str(self.folder)}, indent=1))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        given = json.loads((folder / FILE).read_text())
        return cls(**(given | {"folder": folder}))

    @classmethod
    def draw(cls, folder: Path, first_port: int = 0) -> Self:
        """Free ports, counted from `first_port` if there is one, and fresh passwords.

        Raises:
            Missing: a program is not installed.
        """
        names = ["database", "webhook", "stats", "telegram"]
        for each in ETCD:
            names += [each, f"{each}-peer"]
        for each in NODES:
            names += [each, f"{each}-rest"]
        names += [*WEB, *WORKERS]
        ports = range(first_port, first_port + len(names)) if first_port else free_ports(len(names))
        accounts = ("postgres", "replicator", "rewind", "bot")
        return cls(
            folder=folder,
            ports=dict(zip(names, ports, strict=True)),
            passwords={name: secrets.token_hex(16) for name in accounts},
            etcd=program("etcd"),
            patroni=program("patroni"),
            haproxy=program("haproxy"),
            postgres=str(postgres()),
        )


class Missing(RuntimeError):
    """A program that the cluster is made of is not installed."""


PACKAGES = ("postgresql", "patroni", "etcd-server", "haproxy")
"""Debian's names."""


def program(name: str) -> str:
    """Where a program is.

    Raises:
        Missing: nowhere.
    """
    found = shutil.which(name) or next((f"{path}/{name}" for path in PATHS if Path(path, name).exists()), None)
    if not found:
        raise Missing(f"{name} is not installed (Debian: apt-get install {' '.join(PACKAGES)}, or --install as root)")
    return found


def postgres() -> Path:
    """The folder of the newest PostgreSQL's programs.

    Raises:
        Missing: there is none.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise Missing("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent


def free_ports(many: int) -> list[int]:
    """So many ports nobody listens on now; all held at once while they are drawn, so that none comes twice."""
    held = [socket.socket() for _ in range(many)]
    try:
        for each in held:
            each.bind((HERE, 0))
        return [int(each.getsockname()[1]) for each in held]
    finally:
        for each in held:
            each.close()
