"""Follows the Dockerfile without a container engine, and runs what came of it. Called by `clean_root.sh`.

What is shown: that every RUN and COPY works from nothing, on the Debian and the Python that the image is made of, and
that the result serves as a user without rights, on a root it cannot write to. What is not: layers, tags, the engine.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.dockerfile_steps import Stage, context, copies, environment, read

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = "python3,python3-venv,ca-certificates"
PASSED_ON = re.compile(r"PIP_\w+|\w+_proxy|\w+_PROXY")
"""What this machine needs to reach a package index; a real build passes it with --build-arg or has no need of it."""
TRIAL = Path(__file__).with_name("trial.py")


class Place(ABC):
    """Where the steps of a stage are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env: dict[str, str] = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"}
        self.workdir = "/"

    def path(self, inside: str) -> Path:
        """Where something of the stage lies on this machine."""
        return self.folder / str(Path(self.workdir) / inside).lstrip("/")

    @abstractmethod
    def run(self, command: str) -> None:
        """Run a line of shell inside, as root."""

    @abstractmethod
    def command(self, words: Sequence[str], user: str) -> tuple[list[str], dict[str, str]]:
        """How to run a command inside as a user, and with which environment."""


class Chroot(Place):
    """A Debian of its own."""

    def run(self, command: str) -> None:
        """As root of that Debian."""
        inside = f"cd {self.workdir} && {command}"
        subprocess.run(["chroot", str(self.folder), "sh", "-ec", inside], env=_env(self.env), check=True)

    def command(self, words: Sequence[str], user: str) -> tuple[list[str], dict[str, str]]:
        """As the user of the image."""
        front = ["chroot", f"--userspec={user}", str(self.folder), "sh", "-c", f'cd {self.workdir} && exec "$@"', "sh"]
        return [*front, *words], _env(self.env)


class Bare(Place):
    """A folder with a virtual environment; the absolute paths of the image are turned into paths below it."""

    OURS = re.compile(r"(?<![\w.])/(?=(app|venv|data)\b)")

    def run(self, command: str) -> None:
        """As whoever we are; what needs a system of its own is left out, and said."""
        if "apt-get" in command or "useradd" in command:
            print("   left out here: it needs root on a system of its own")
            return
        made = self.OURS.sub(f"{self.folder}/", command).replace("pip --python", f"{sys.executable} -m pip --python")
        made = re.sub(r"^python -m venv", f"{sys.executable} -m venv", made)
        subprocess.run(["sh", "-ec", made], cwd=self.path("."), env=self._here(), check=True)

    def command(self, words: Sequence[str], user: str) -> tuple[list[str], dict[str, str]]:
        """As whoever we are."""
        front = ["env", "-C", str(self.path("."))]
        return [*front, *words], self._here()

    def _here(self) -> dict[str, str]:
        made = {name: self.OURS.sub(f"{self.folder}/", value) for name, value in self.env.items()}
        return _env(made | {"PATH": f"{self.folder}/venv/bin:{os.environ['PATH']}"})


def _env(own: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)} | dict(own)


def clean_debian(folder: Path, image: str) -> None:
    """Make what stands for the base image: its Debian, its Python version, `python` and `pip` where it has them."""
    version, suite = re.fullmatch(r"python:(\d+\.\d+)-slim-(\w+)", image).groups()  # type: ignore[union-attr]
    if folder.exists():  # of an earlier run with --keep
        return
    print(f"== debootstrap {suite}", flush=True)
    debootstrap = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(folder)]
    mirror = os.environ.get("DEBIAN_MIRROR")
    subprocess.run([*debootstrap, *([mirror] if mirror else [])], check=True, stdout=subprocess.DEVNULL)
    for name in ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"):
        if Path(name).exists():
            shutil.copy(name, folder / name.lstrip("/"))
    for mounted in ("proc", "sys", "dev/pts"):  # debootstrap may leave them
        if os.path.ismount(folder / mounted):
            subprocess.run(["umount", str(folder / mounted)], check=True)
    place = Chroot(folder)
    place.run("python3 -m venv --copies /usr/local")
    place.run(f"python -c \"import sys; assert sys.version_info[:2] == tuple(map(int, '{version}'.split('.')))\"")


def follow(stage: Stage, place: Place, others: Mapping[str, Place]) -> str:
    """Do every step of a stage; the user it ends with."""
    rules, user = (ROOT / ".dockerignore").read_text("utf-8"), "0:0"
    for word, rest in stage.steps:
        print(f"-- {word} {rest[:110]}", flush=True)
        begun = time.monotonic()
        if word == "ENV":
            place.env |= environment(rest, place.env)
        elif word == "WORKDIR":
            place.workdir = rest
            place.path(".").mkdir(parents=True, exist_ok=True)
        elif word == "RUN":
            place.run(rest)
            print(f"   {time.monotonic() - begun:.0f} s", flush=True)
        elif word == "COPY":
            take_in(rest, place, others, rules)
        elif word == "USER":
            user = rest
    return user


def take_in(rest: str, place: Place, others: Mapping[str, Place], rules: str) -> None:
    """Do what a COPY says: from our folder, without what is ignored, or from another stage."""
    stage, sources, target = copies(rest)
    for source in sources:
        if stage:
            found = sorted(others[stage].folder.glob(source.lstrip("/")))
            if not found and not isinstance(place, Bare):
                raise SystemExit(f"COPY {rest}: nothing is there")
            for one in found:
                _place(one, place.path(target), into=target.endswith("/"))
            continue
        files = context(ROOT, source, rules)
        if not files:
            raise SystemExit(f"COPY {rest}: nothing is there")
        for file in files:
            inside = place.path(target)
            end = inside / file.relative_to(source) if (ROOT / source).is_dir() else inside
            end = inside / file.name if target.endswith("/") else end
            end.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, end)


def _place(one: Path, target: Path, *, into: bool) -> None:
    if one.is_dir():
        shutil.copytree(one, target, symlinks=True, dirs_exist_ok=True)
    else:
        end = target / one.name if into else target
        end.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(one, end, follow_symlinks=False)


def trial(stage: Stage, place: Place, user: str) -> None:
    """Run what the image runs, beside a Telegram of this machine, as the user of the image; ask after its health."""
    inside = place.folder / "tmp" / "trial.py"
    inside.parent.mkdir(exist_ok=True)
    shutil.copy(TRIAL, inside)
    inside.chmod(0o644)
    name = "/tmp/trial.py" if isinstance(place, Chroot) else str(inside)
    words, env = place.command(["python", name, repr(stage.command()), repr(stage.health_command())], user)
    subprocess.run(words, env=env | {"PYTHONPATH": env["BOT_CACHE"].rpartition("/")[0]}, check=True)


def main() -> None:
    """Follow the Dockerfile and try the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="an empty folder to work in, and to leave")
    parser.add_argument("--bare", action="store_true", help="a bare virtual environment instead of a clean Debian")
    options = parser.parse_args()
    bare = options.bare or os.geteuid() != 0 or shutil.which("debootstrap") is None
    folder = options.keep or Path(tempfile.mkdtemp(prefix="clean-root-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    begun = time.monotonic()
    try:
        places: dict[str, Place] = {}
        for number, stage in enumerate(read((ROOT / "Dockerfile").read_text("utf-8"))):
            print(f"== {stage.name}: {stage.image}", flush=True)
            place: Place = Bare(folder / stage.name) if bare else Chroot(folder / stage.name)
            if bare:
                place.folder.mkdir()
            elif number == 0:
                clean_debian(folder / "base", stage.image)
            if not bare:
                subprocess.run(["cp", "-ax", str(folder / "base"), str(place.folder)], check=True)
            user = follow(stage, place, places)
            places[stage.name] = place
        print("== trial", flush=True)
        trial(stage, place, user)
        print(f"== all: {time.monotonic() - begun:.0f} s, {'bare environment' if bare else 'clean Debian'}")
    finally:
        if not options.keep:
            subprocess.run(["rm", "-rf", "--one-file-system", str(folder)], check=False)


if __name__ == "__main__":
    main()
