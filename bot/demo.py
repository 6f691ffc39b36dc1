"""`make demo`: the bot, unchanged, against a Telegram on this machine, with a clinic that is open and people to play.

The bot takes its time from the page's clock, so that reminders can be seen arriving. It talks to the simulator over
HTTP only, as it would to Telegram.
"""

import asyncio
import signal
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.app import App
from bot.clock import new_secret
from bot.settings import Settings, read_settings
from handlers.request import House
from handlers.start import INVITE_PREFIX
from people import invites
from people.authority import Role
from scheduling import desk
from scheduling.rules import Plan
from simulator.server import Simulator
from simulator.world import World
from storage.keys import new_ring

TOKEN = "1000000001:" + "demo-token-of-this-machine-only-000"
MIGRANT, NEIGHBOUR, NURSE, OPERATOR, SECOND = 101, 102, 201, 301, 302
PEOPLE = {
    MIGRANT: ("Aye", "my", "Migrant"),
    NEIGHBOUR: ("Sokha", "km", "Migrant"),
    NURSE: ("Noi", "th", "Nurse"),
    OPERATOR: ("Dara", "en", "Operator"),
    SECOND: ("Mali", "en", "Operator"),
}
"""Telegram id: name, language of their phone, and the part they play."""
DAYS_OPEN = 14
FOLDER = Path("data/demo")


async def run_demo() -> int:
    """Run until interrupted."""
    settings = read_settings()
    print("Starting. The first start learns the questions, which takes a minute or two ...", flush=True)
    world = World()
    world.register(TOKEN, username="front_door_demo_bot", name="Front door")
    simulator = Simulator(world)
    url = await simulator.start(port=settings.demo_port)
    try:
        async with App(demo_settings(settings, url), now=world.clock.now) as app:
            await populate(app, simulator)
            print(f"\n  Open this page in a browser:  {url}/\n\n  Stop with Ctrl+C.", flush=True)
            stop = asyncio.Event()
            for name in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(name, stop.set)
            await stop.wait()
    finally:
        await simulator.stop()
    return 0


def demo_settings(settings: Settings, url: str) -> Settings:
    """Settings of the demo: a fresh database, and a key kept beside the data."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("demo.db*"):
        old.unlink()
    key_file = FOLDER / "demo.keys"
    if not key_file.exists():
        print("A key for the demo was made beside the data. Never do this with real people's data.")
        key_file.touch(mode=0o600)
        key_file.write_text(new_ring().written())
    return settings.model_copy(
        update={
            "token": SecretStr(TOKEN),
            "telegram_api": url,
            "database_url": f"sqlite:///{FOLDER / 'demo.db'}",
            "webhook_url": "",
            "host": "127.0.0.1",
            "port": 0,
            "owners": frozenset({OPERATOR}),
            "keys": SecretStr(""),
            "key_file": key_file,
        }
    )


async def populate(app: App, simulator: Simulator) -> None:
    """Open the clinics, bring the people in, and invite the staff; everything through the bot's own doors."""
    await open_clinics(app)
    page = simulator.url
    async with aiohttp.ClientSession() as session:
        for person, (name, language, role) in PEOPLE.items():
            body = {"id": person, "name": name, "language_code": language, "role": role}
            async with session.post(f"{page}/sim/people", json=body) as answer:
                answer.raise_for_status()
    for person, language, roles in (
        (OPERATOR, "en", (Role.OPERATOR,)),
        (SECOND, "en", (Role.OPERATOR,)),
        (NURSE, "th", (Role.STAFF,)),
    ):
        simulator.world.start(person)
        await simulator.world.quiet()
        simulator.world.press(person, f"lg1.{language}")
        for role in roles:
            for clinic in app.house.clinics.clinics if role == Role.STAFF else ("",):
                async with app.database.writing() as transaction:
                    code = await invites.invite(transaction, role, clinic, now=app.now(), new_secret=new_secret)
                simulator.world.start(person, payload=INVITE_PREFIX + code)
        await simulator.world.quiet()


async def open_clinics(app: App) -> None:
    """Two weeks of times at both clinics."""
    house: House = app.house
    async with app.database.writing() as session:
        for clinic_id, clinic in house.clinics.clinics.items():
            today = app.now().astimezone(clinic.zone).date()
            for service_id in clinic.services:
                plan = Plan(clinic_id, service_id, today, time(9), time(16), 30, 2)
                for ahead in range(1, DAYS_OPEN + 1):
                    day = replace(plan, day=today + timedelta(days=ahead))
                    if day.day.weekday() < 5:
                        minutes = house.clinics.services[service_id].minutes
                        await desk.open_times(session, day, minutes, clinic.zone, app.now())
