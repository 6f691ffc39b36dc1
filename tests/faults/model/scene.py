"""The model's clinics: small, near, and often full, so that few steps are enough for trouble."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from scheduling.clinics import Clinics, read_clinics
from scheduling.plans import Site, site_of

ZONE = ZoneInfo("Asia/Bangkok")
BEGIN = datetime(2027, 3, 3, 8, tzinfo=ZONE)
"""A Wednesday; no holiday is near. Always the same, so that a failure can be played again."""
VACCINE, TEST = "vaccination", "tb-symptom-check"
SERIES_DAYS = (2,)


def _clinics() -> Clinics:
    packaged = read_clinics()
    near = {"horizon_days": 4, "services": [VACCINE, TEST]}
    clinics = {key: clinic.model_copy(update=near) for key, clinic in packaged.clinics.items()}
    repeated = packaged.services[VACCINE].model_copy(update={"series": SERIES_DAYS})
    return packaged.model_copy(update={"clinics": clinics, "services": {**packaged.services, VACCINE: repeated}})


CLINICS = _clinics()
SITES: dict[str, Site] = {key: site_of(key, clinic) for key, clinic in CLINICS.clinics.items()}
PLACES = (("mae-sot", VACCINE), ("mae-sot", TEST), ("bangkok", VACCINE))
"""Where what is opened."""
JUMPS = tuple(timedelta(minutes=minutes) for minutes in (1, 6, 11, 31, 61, 180, 720, 1440))


def counted() -> SimpleNamespace:
    """Stands in for `secrets` where rows get their numbers: drawn as if at random, and the same in every run."""
    drawn = 1

    def randbits(bits: int) -> int:
        nonlocal drawn
        drawn = (drawn * 6364136223846793005 + 1442695040888963407) % 2**64
        return drawn >> (64 - bits)

    return SimpleNamespace(randbits=randbits)
