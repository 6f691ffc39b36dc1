"""`make demo`: the bot, unchanged, against a Telegram on this machine, with a clinic that is open and people to play.

The bot takes its time from the page's clock, so that reminders can be seen arriving. It talks to the simulator over
HTTP only, as it would to Telegram. Nothing stays behind: database and keys live as long as the demo.
"""

import asyncio
import errno
import signal
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from pydantic import SecretStr

from bot.app import App
from bot.clock import new_secret
from bot.commands.maintenance import CannotDo
from bot.settings import Settings, read_settings
from handlers.press_codec import encode
from handlers.presses.choosing import AcceptInvite
from handlers.start import INVITE_PREFIX
from people import invites
from people.authority import Role
from scheduling import openings, plans
from simulator.server import Simulator
from simulator.world import World
from storage.keys import new_ring

TOKEN = "1000000001:" + "demo-token-of-this-machine-only-000"
MIGRANT, NEIGHBOUR, NURSE, OPERATOR, SECOND = 101, 102, 201, 301, 302
PEOPLE = {
    MIGRANT: ("Aye", "my", "Migrant"),
    NURSE: ("Noi", "th", "Nurse"),
    OPERATOR: ("Dara", "en", "Operator"),
    SECOND: ("Mali", "en", "Operator"),
    NEIGHBOUR: ("Sokha", "km", "Migrant"),
}
"""Telegram id: name, language of their phone, and the part they play; in the order of the page."""
DAYS_OPEN = 14
OPENS, CLOSES = time(9), time(16)


async def run_demo() -> int:
    """Run until interrupted.

    Raises:
        CannotDo: the page's port cannot be used.
    """
    settings = read_settings()
    world = World()
    world.register(TOKEN, username="front_door_demo_bot", name="Front door")
    simulator = Simulator(world)
    try:
        url = await _listen(simulator, settings.demo_port)
        print("Starting. Only the first start takes a while: it learns the ways people ask ...", flush=True)
        with TemporaryDirectory(prefix="front-door-demo-") as folder:
            # Learning does not give way to the event loop: Ctrl+C must interrupt it as it does any program.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            app = App(demo_settings(settings, url, Path(folder)), now=world.clock.now)
            await _serve(app, simulator)
    finally:
        await simulator.stop()
    return 0


async def _listen(simulator: Simulator, port: int) -> str:
    try:
        return await simulator.start(port=port)
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else "cannot be used"
        raise CannotDo(f"Port {port} {why}. Choose another one, such as: BOT_DEMO_PORT={port + 1} make demo") from error


async def _serve(app: App, simulator: Simulator) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with app:
        await populate(app, simulator)
        print(f"\n  Open this page in a browser:  {simulator.url}/\n")
        print("  Aye and Sokha are migrants, Noi is a nurse, Dara and Mali are operators.")
        print("  The demo keeps its keys beside its data. Never do that with a real bot: see BOT_KEYS in README.md.")
        print("  The buttons beside the clock let time pass. Stop with Ctrl+C.", flush=True)
        await stop.wait()
        print("\nStopping ...", flush=True)


def demo_settings(settings: Settings, url: str, folder: Path) -> Settings:
    """Settings of the demo: a fresh database in `folder`, and beside it fresh keys, where real ones must never be."""
    return settings.model_copy(
        update={
            "token": SecretStr(TOKEN),
            "telegram_api": url,
            "database_url": f"sqlite:///{folder / 'demo.db'}",
            "webhook_url": "",
            "host": "127.0.0.1",
            "port": 0,
            "owners": frozenset({OPERATOR}),
            "tombstones": None,
            "keys": SecretStr(_kept_beside(folder)),
            "keys_file": None,
        }
    )


def _kept_beside(folder: Path) -> str:
    file = folder / "demo.keys"
    file.touch(0o600)
    file.write_text(new_ring().written() + "\n", "ascii")
    return file.read_text("ascii").strip()


async def populate(app: App, simulator: Simulator, days: int = DAYS_OPEN) -> None:
    """Open the clinics, bring the people in, and invite the staff; everything through the bot's own doors."""
    await open_clinics(app, days)
    async with aiohttp.ClientSession() as session:
        for person, (name, language, role) in PEOPLE.items():
            body = {"id": person, "name": name, "language_code": language, "role": role}
            async with session.post(f"{simulator.url}/sim/people", json=body) as answer:
                answer.raise_for_status()
    for clinic in app.house.clinics.clinics:
        await _invite(app, simulator.world, NURSE, Role.STAFF, clinic)
    for operator in (OPERATOR, SECOND):
        await _invite(app, simulator.world, operator, Role.OPERATOR)


async def _invite(app: App, world: World, person: int, role: Role, clinic: str = "") -> None:
    stranger = not world.chat(person).messages
    async with app.database.writing() as transaction:
        code = await invites.invite(transaction, role, clinic, now=app.now(), new_secret=new_secret)
    world.start(person, payload=INVITE_PREFIX + code)
    await world.quiet()
    if stranger:
        world.press(person, encode(AcceptInvite(PEOPLE[person][1], code)))
        await world.quiet()


async def open_clinics(app: App, days: int) -> None:
    """Openings at both clinics for so many days, on working days."""
    clinics, now = app.house.clinics, app.now()
    async with app.database.writing() as session:
        for clinic_id, clinic in clinics.clinics.items():
            site = plans.site_of(clinic_id, clinic)
            today = site.today(now)
            for service in clinic.services:
                template = plans.Template(
                    clinic_id, service, frozenset(range(5)), OPENS, CLOSES, 30, 2, today, today + timedelta(days=days)
                )
                await openings.make(session, None, template, site, clinics.services[service].minutes, now=now)
