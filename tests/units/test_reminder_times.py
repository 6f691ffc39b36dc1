"""When people are reminded: lead times, quiet hours, and what cannot fit."""

from datetime import datetime, time

from scheduling.clinics import Clinic, Service, read_clinics
from scheduling.reminders import reminder_times

CLINICS = read_clinics()
MAE_SOT, VACCINATION = CLINICS.clinics["mae-sot"], CLINICS.services["vaccination"]


def due(starts: str, *, leads: tuple[int, ...] = (), now: str = "2026-11-20 10:00", **hours: time) -> dict[str, str]:
    """When a visit of 2026-11-25 is remembered, by name: `24 17:30`."""
    clinic: Clinic = MAE_SOT.model_copy(update=hours)
    service: Service = VACCINATION.model_copy(update={"remind_before": leads})
    start = datetime.fromisoformat(f"2026-11-25 {starts}").replace(tzinfo=clinic.zone)
    asked = datetime.fromisoformat(now).replace(tzinfo=clinic.zone)
    found = reminder_times(start, clinic, service, asked)
    return {name: f"{moment.astimezone(clinic.zone):%d %H:%M}" for name, moment in found.items()}


def test_reminders_keep_to_the_hours_of_the_clinic() -> None:
    assert due("10:00") == {"day-before": "24 17:30", "same-day": "25 07:00"}
    assert due("14:00") == {"day-before": "24 17:30", "same-day": "25 11:00"}
    assert due("07:20") == {"day-before": "24 17:30"}, "too early for a word on the same day"
    assert due("07:20", now="2026-11-24 18:00") == {"same-day": "24 19:59"}
    assert due("07:20", now="2026-11-24 21:00") == {}, "what cannot fit is not owed"
    assert due("10:00", now="2026-11-24 21:00") == {"same-day": "25 07:00"}
    assert due("10:00", now="2026-11-25 08:00") == {}
    assert due("10:00", quiet_from=time(17), quiet_until=time(8)) == {"day-before": "24 16:59", "same-day": "25 08:00"}
    assert due("10:00", quiet_from=time(12), quiet_until=time(12)) == {"day-before": "24 17:30", "same-day": "25 07:00"}


def test_a_service_has_lead_times_of_its_own() -> None:
    assert due("10:00", leads=(2880, 120)) == {"m2880": "23 10:00", "m120": "25 08:00"}
    assert due("09:00", leads=(180,)) == {"m180": "24 19:59"}, "moved earlier, out of the quiet hours"
    assert due("09:00", leads=(20,)) == {}, "nearer than half an hour only frightens"
    assert due("09:00", leads=(180, 240)) == {"m180": "24 19:59"}, "two at the same minute are one"
    for hour in range(24):
        for leads in ((), (60,), (300, 720), (1440, 90)):
            times = due(f"{hour:02}:15", leads=leads).values()
            assert not [each for each in times if not "07:00" <= each[3:] < "20:00"], "none in the quiet hours"
