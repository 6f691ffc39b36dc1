"""Bots that start in a moment: forked from a process that has imported everything they need, and done nothing else.

The rule: only what a start has in common with every other is done beforehand. Settings, log, loop, threads, connections
and the end are each process's own, and under CI each is a new interpreter (tests/thrift.py).
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, Self

ROOT = Path(__file__).parents[2]
IMPORTED = ("bot.cli", "bot.app", "storage.migrate", "sqlalchemy.dialects.postgresql.asyncpg", "aiosqlite")
ENDED = b"\0ended "
"""After all that a process wrote comes this, with its exit code."""
MOST_ASKED = 65_536
"""Bytes of one start: arguments, folder and environment."""


class Begun:
    """A forked process, as much of `asyncio.subprocess.Process` as is asked of one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        self.stderr, self.pid = self, pid
        self.returncode: int | None = None
        self._reader, self._writer, self._over = reader, writer, asyncio.Event()
        self._handle = os.pidfd_open(pid)  # whoever gets the number after it is not meant

    async def readline(self) -> bytes:
        """What it writes; nothing once it has ended."""
        line = b"" if self._over.is_set() else await self._reader.readline()
        words, ended, code = line.partition(ENDED)
        if ended or (not line and not self._over.is_set()):
            self.returncode = int(code or -signal.SIGKILL)
            self._over.set()
            self._writer.close()
            os.close(self._handle)
        return words

    async def wait(self) -> int:
        """Its exit code, or the signal it died of, below zero."""
        await self._over.wait()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, which: int) -> None:
        if not self._over.is_set():
            signal.pidfd_send_signal(self._handle, which)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Warm:
    """The process that they are forked from; started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._asking:
            self._asking.close()
            self._process.wait()

    async def begin(self, arguments: list[str], folder: Path, environment: Mapping[str, str]) -> Begun:
        """`python -m bot` with these arguments, folder and environment."""
        reader, writer = await asyncio.open_connection(sock=self._ask(arguments, folder, environment))
        return Begun(reader, writer, int(await reader.readline()))

    def run(
        self, arguments: list[str], folder: Path, environment: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """The same from its beginning to its end; TimeoutError when that is not there after so many seconds."""
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            line = self._ask(arguments, folder, environment, output.fileno(), errors.fileno())
            with line, line.makefile("rb") as said:
                line.settimeout(seconds)
                code = int(said.read().rpartition(ENDED)[2])
            written = []
            for file in (output, errors):
                file.seek(0)
                written.append(file.read().decode())
        return subprocess.CompletedProcess(arguments, code, *written)

    def _ask(self, arguments: list[str], folder: Path, environment: Mapping[str, str], *files: int) -> socket.socket:
        """`files` are its output and its errors; without them errors come through what is returned."""
        ours, theirs = socket.socketpair()
        with theirs:
            asked = json.dumps([arguments, str(folder), dict(environment)]).encode()
            assert len(asked) < MOST_ASKED
            socket.send_fds(self._ready(), [asked], [theirs.fileno(), *files])
        return ours

    def _ready(self) -> socket.socket:
        if self._asking is None:
            self._asking, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.warm", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
                )
        return self._asking


def serve(asking: socket.socket) -> None:
    """Fork whatever is asked for, until nobody is there to ask. Returns in each forked process too."""
    before = set(os.environ)
    for name in IMPORTED:
        importlib.import_module(name)
    importlib.import_module("answers.danger").load_signs()  # compiled once
    own = {name: value for name, value in os.environ.items() if name not in before}
    gc.collect()
    gc.freeze()
    open_ones: dict[int, socket.socket] = {}
    woken, wakes = socket.socketpair()
    for each in (woken, wakes):
        each.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes.fileno())
    with selectors.DefaultSelector() as waiting:
        waiting.register(asking, selectors.EVENT_READ)
        waiting.register(woken, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in waiting.select()}
            if woken in ready:
                woken.recv(MOST_ASKED)
                _bury(open_ones)
            if asking in ready:
                asked, given, _, _ = socket.recv_fds(asking, MOST_ASKED, 3)
                if not asked:
                    break
                line, files = socket.socket(fileno=given[0]), given[1:]
                pid = os.fork()
                if not pid:
                    break
                for file in files:
                    os.close(file)
                open_ones[pid] = line
    signal.set_wakeup_fd(-1)
    for each in (asking, woken, wakes, *open_ones.values()):
        each.close()
    if asked:
        _wire(line, files)
        arguments, folder, environment = json.loads(asked)
        _become(arguments, folder, environment | own)
    sys.exit(0)


def _bury(open_ones: dict[int, socket.socket]) -> None:
    """Say of those that have ended how, after everything they wrote."""
    while open_ones:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with open_ones.pop(pid) as line, contextlib.suppress(OSError):  # whoever asked may have gone
            line.sendall(ENDED + b"%d\n" % os.waitstatus_to_exitcode(status))


def _wire(line: socket.socket, files: list[int]) -> None:
    """Its number first; then output and errors go where they were asked for."""
    line.sendall(b"%d\n" % os.getpid())
    nothing = os.open(os.devnull, os.O_RDWR)
    output, errors = files or (nothing, line.fileno())
    for given, usual in ((nothing, 0), (output, 1), (errors, 2)):
        os.dup2(given, usual)
    for each in (nothing, *files):
        os.close(each)
    line.close()


def _become(arguments: list[str], folder: str, environment: dict[str, str]) -> NoReturn:
    """What a new interpreter would do from here on."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    importlib.reload(importlib.import_module("bot.crashpoint"))  # reads the environment
    sys.argv = ["bot", *arguments]
    from bot.cli import main

    sys.exit(main())


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
