"""When the health workers of a clinic answer: its hours, and its holidays as its staff edit them."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handoff.rules import Hours
from scheduling.clinics import Clinics
from scheduling.holidays import closed_days

AROUND = timedelta(days=31)
"""Holidays of so many days before and after matter."""


async def hours_of(session: AsyncSession, clinics: Clinics, clinic_id: str, now: datetime) -> Hours:
    """The hours around `now`."""
    clinic = clinics.clinics[clinic_id]
    today = now.astimezone(clinic.zone).date()
    off = await closed_days(session, clinic_id, today - AROUND, today + AROUND)
    return Hours(clinic.zone, clinic.opens, clinic.closes, frozenset(off))
