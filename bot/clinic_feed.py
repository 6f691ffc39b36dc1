"""`GET /calendar/<secret>.ics`: how full a clinic's times are, for its calendar program.

The rule: an unknown, ended or malformed secret gets one and the same answer. The secret reaches no log.
"""

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from aiohttp import web

from bot import log
from bot.clock import Now
from handlers.calendar_file import clinic_file
from handlers.request import House
from locales.languages import LANGUAGES, SOURCE
from scheduling import feeds
from storage.database import Database
from storage.failures import is_passing

WINDOW = timedelta(minutes=1)
MOST, MOST_OF_ONE = 300, 20
"""Answers in a window: of all secrets, so that guessing is slow and the database has its peace, and of one clinic."""
CACHED_SECONDS = 900


class ClinicFeed:
    """Serves clinics' calendars."""

    def __init__(self, house: House, database: Database, now: Now) -> None:
        """`now` is the clock of people."""
        self.house, self.database, self.now = house, database, now
        self._window: datetime | None = None
        self._asked: Counter[str] = Counter()
        self._noted: set[tuple[str, str]] = set()

    async def get(self, request: web.Request) -> web.Response:
        """One calendar; 304 when the program has it already."""
        now = self.now()
        if not self._allowed("", MOST, now):
            return self._too_often()
        try:
            return await self._answer(request, now)
        except Exception as error:
            if not is_passing(error):
                raise
            log.event("feed-waits", level=30, error=error)
            return web.Response(status=503, headers={"Retry-After": "60"})

    async def _answer(self, request: web.Request, now: datetime) -> web.Response:
        async with self.database.reading() as session:
            found = await feeds.find(session, request.match_info["token"])
            clinic = self.house.clinics.clinics.get(found.clinic_id) if found else None
            if found is None or clinic is None:
                return web.Response(status=404, text="not found", headers={"Cache-Control": "no-store"})
            if not self._allowed(found.clinic_id, MOST_OF_ONE, now):
                return self._too_often()
            booked = await feeds.booked(session, found.clinic_id, clinic.zone, now)
        await self._note(found.clinic_id, now)
        language = request.query.get("lang", SOURCE)
        say = self.house.catalogues.say(language if language in LANGUAGES else SOURCE)
        body = clinic_file(found.clinic_id, clinic, booked, say, found.made_at)
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers = {"Cache-Control": f"private, max-age={CACHED_SECONDS}", "ETag": f'"{tag}"'}
        if any(each.value in (tag, "*") for each in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers | {"Content-Type": "text/calendar; charset=utf-8"})

    async def _note(self, clinic_id: str, now: datetime) -> None:
        """The first reading of a day goes into the clinic's audit log; every reading would drown it."""
        mark = (clinic_id, now.date().isoformat())
        if mark in self._noted:
            return
        async with self.database.writing() as session:
            await feeds.note_read(session, clinic_id, now)
        self._noted = {each for each in self._noted if each[1] == mark[1]} | {mark}

    def _allowed(self, whom: str, most: int, now: datetime) -> bool:
        begins = now.replace(second=0, microsecond=0)
        if begins != self._window:
            self._window = begins
            self._asked.clear()
        self._asked[whom] += 1
        return self._asked[whom] <= most

    def _too_often(self) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": str(int(WINDOW.total_seconds()))})
