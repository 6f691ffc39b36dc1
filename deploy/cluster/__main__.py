"""`python -m deploy.cluster up|down|status|campaign`: a whole cluster on one machine, on loopback addresses.

The rule: `down` ends exactly what `up` started; nothing is installed unless root says `--install`.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.cluster.cluster import Cluster
from deploy.cluster.layout import HERE, NODES, PACKAGES, WEB, WORKERS, Layout, Missing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command in ("up", "campaign") and options.install:
            install()
        return int({"up": _up, "down": _down, "status": _status, "campaign": _campaign}[options.command](options))
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.cluster", description=__doc__)
    parser.add_argument("command", choices=("up", "down", "status", "campaign"))
    parser.add_argument("--folder", type=Path, help="where everything lies; default of up and campaign: a new one")
    parser.add_argument("--port", type=int, default=0, help="the first of a row of ports; default: free ones")
    parser.add_argument("--rounds", type=int, default=3, help="of the campaign")
    parser.add_argument("--install", action="store_true", help="as root: apt-get install what is missing")
    return parser


def install() -> None:
    """Debian's packages. Services that Debian starts with them are not used, and not touched.

    Raises:
        Missing: this is not root.
    """
    if os.geteuid() != 0:
        raise Missing("--install needs root")
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, check=True, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})


def new_folder() -> Path:
    """A scratch folder that the unprivileged account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="front-door-cluster-"))
    folder.chmod(0o711)
    return folder


def _up(options: argparse.Namespace) -> int:
    from storage.keys import new_ring

    folder = options.folder or new_folder()
    layout = Layout.draw(folder.resolve(), options.port)
    cluster = Cluster(layout)
    layout.extra = {
        "keys": new_ring().written(),
        "webhook_secret": secrets.token_urlsafe(32),
        "embeddings": "false",
        "cache": str(folder / "cache"),
    }
    layout.start_telegram()
    layout.save()
    try:
        telegram = [sys.executable, "-m", "deploy.cluster.telegram", str(layout.ports["telegram"]), layout.token]
        cluster.processes.start("telegram", telegram, environment=cluster.environment(""))
        cluster.up_servers()
        cluster.up_bots()
    except BaseException:
        cluster.down()
        raise
    print(f"The page with the people: {layout.telegram}/")
    print(f"HAProxy's figures:        http://{HERE}:{layout.ports['stats']}/")
    print(f"To end it:                python -m deploy.cluster down --folder {folder}")
    return 0


def _down(options: argparse.Namespace) -> int:
    cluster = _of(options)
    cluster.down()
    left = [name for name in cluster.processes.names() if cluster.processes.pid(name)]
    print(f"still there: {left}" if left else "all ended")
    return 1 if left else 0


def _status(options: argparse.Namespace) -> int:
    cluster = _of(options)
    members = cluster.members()
    for name in NODES:
        print(f"{name:10} {members[name]}")
    ready = {name: cluster.is_ready(name) for name in (*WEB, *WORKERS)}
    for name, is_ready in ready.items():
        print(f"{name:10} {'ready' if is_ready else 'not ready'}")
    return 0 if cluster.primary() and all(ready.values()) else 1


def _campaign(options: argparse.Namespace) -> int:
    from deploy.cluster.table import run

    folder = options.folder or new_folder()
    passed = run(options.rounds, folder.resolve())
    if not options.folder and passed:
        shutil.rmtree(folder, ignore_errors=True)
    elif not passed:
        print(f"what happened: {folder}")
    return 0 if passed else 1


def _of(options: argparse.Namespace) -> Cluster:
    if not options.folder or not (options.folder / "cluster.json").exists():
        raise Missing("--folder: no cluster was brought up there")
    return Cluster(Layout.load(options.folder.resolve()))


if __name__ == "__main__":
    sys.exit(main())
