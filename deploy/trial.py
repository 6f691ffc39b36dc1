"""Runs inside what came of the Dockerfile: the image's command, its health check, and one conversation.

A Telegram of this machine stands for the real one; nothing else is needed. Python of the image, packages of the image.
"""

import ast
import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from handlers.pictures.fonts import can_shape
from simulator.server import Simulator

TOKEN = "123456:" + "A" * 35
PATIENCE = 60.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def writable() -> list[str]:
    """Folders of the image that this user could write to, besides those that are meant."""
    found = []
    for place in ("/app", "/venv", "/usr", "/etc", "/opt", "/var", "/root", "/bin", "/lib"):
        for folder, _, _ in os.walk(place):
            if os.access(folder, os.W_OK) and not folder.startswith(("/var/tmp", "/var/lock")):
                found.append(folder)
    return found


async def done(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, while the Telegram of this machine goes on answering."""
    return await asyncio.to_thread(subprocess.run, command, env=env, capture_output=True, text=True, check=False)


async def main(command: list[str], health: list[str]) -> None:
    """Serve, be asked, stop."""
    own = Path(tempfile.mkdtemp())
    keys = (await done([*command[:-1], "keys", "new"], dict(os.environ))).stdout.strip()
    data = "/data" if os.access("/data", os.W_OK) else str(own)
    simulator = Simulator(page=False)
    simulator.world.register(TOKEN)
    async with simulator:
        env = os.environ | {
            "BOT_TOKEN": TOKEN,
            "BOT_KEYS": keys,
            "BOT_TELEGRAM_API": simulator.url,
            "BOT_HOST": "127.0.0.1",
            "BOT_PORT": str(free_port()),
            "BOT_DATABASE_URL": f"sqlite:///{data}/bot.db",
        }
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(*command, env=env)
        try:
            while (await done(health, env)).returncode:
                assert process.returncode is None, "it ended"
                assert time.monotonic() - begun < PATIENCE, "it does not get well"
                await asyncio.sleep(0.3)
            print(f"   well after {time.monotonic() - begun:.1f} s, as user {os.getuid()}")
            person = simulator.world.person(7, name="Aye", language_code="en")
            assert person
            simulator.world.start(7)
            await simulator.world.quiet()
            assert simulator.world.chat(7).messages[-1].from_bot, "it did not answer"
            print("   answers /start")
            assert can_shape(), "tickets have no picture: FriBiDi is not found"
            print("   joins letters")
            found = await done([*command[:-1], "status"], env)
            assert found.returncode == 0, found.stdout + found.stderr
            print("   status: nothing is wrong")
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            stopping = time.monotonic()
            await process.wait()
        assert process.returncode == 0, process.returncode
        print(f"   stopped in {time.monotonic() - stopping:.1f} s on SIGTERM")
    if not os.getuid():
        print("   where this user could write was not looked at: it is root here")
    elif found_open := writable():
        raise SystemExit(f"this user can write to {found_open[:5]}")
    else:
        print("   nothing but /data and /tmp can be written to")


if __name__ == "__main__":
    asyncio.run(main(ast.literal_eval(sys.argv[1]), ast.literal_eval(sys.argv[2])))
