"""The clinics and services of this deployment, read from a TOML file.

The packaged `clinics.toml` is illustrative: neither its services nor its hours are a statement of what IOM offers.
Addresses, phones and hours stay empty until the deployment fills them in.
"""

import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from locales.languages import LANGUAGES

PACKAGED = Path(__file__).parent / "clinics.toml"
Ident = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,23}$")]


def _complete(texts: Mapping[str, str]) -> Mapping[str, str]:
    missing = [language for language in LANGUAGES if not texts.get(language, "").strip()]
    if missing:
        raise ValueError(f"no text in: {', '.join(missing)}")
    return texts


Texts = Annotated[dict[str, str], AfterValidator(_complete)]
"""A text in every language, by language code."""


class Part(BaseModel):
    """Strict and frozen: an unknown word in the file is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(Part):
    """Something a person can book."""

    name: Texts
    aliases: list[str] = []
    """Other words by which staff may name it in a command."""
    minutes: Annotated[int, Field(ge=5, le=480)]
    bring: Texts
    prepare: Texts | None = None
    cost: Texts | None = None
    """What it costs, as the deployment says it; shown on the ticket."""
    not_needed: Texts | None = None
    """What people need not bring, because many believe they must."""
    interpreter: bool = False
    """Whether the language of an interpreter is asked for when a visit is booked."""
    series: tuple[Annotated[int, Field(ge=1, le=366)], ...] = ()
    """Days from the first visit to each repeat visit, such as 28, 56 for doses: booked in one go. Empty: one visit."""
    remind_before: tuple[Annotated[int, Field(ge=1, le=14 * 24 * 60)], ...] = ()
    """Minutes before the visit at which people are reminded; empty: the evening before and the same morning."""


class Clinic(Part):
    """A place with slots."""

    name: Texts
    province: str
    timezone: str = "Asia/Bangkok"
    services: list[Ident]
    aliases: list[str] = []
    opens: time = time(8, 30)
    """The day sheet is sent before this hour, and escalations wait for it."""
    closes: time = time(16, 30)
    notice_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 60
    """A time closes for booking so long before it starts."""
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 60
    """How far ahead places are made and shown."""
    quiet_from: time = time(20)
    quiet_until: time = time(7)
    """No reminder or offer goes out between these hours."""
    address: Texts | None = None
    how_to_get_there: Texts | None = None
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone its days and times are told in."""
        return ZoneInfo(self.timezone)


class EmergencyRoom(Part):
    """Where to go in an emergency, in one province. Filled in and checked by the deployment; none are packaged."""

    name: Texts
    way: Texts


class Clinics(Part):
    """The whole file."""

    illustrative: bool = False
    clinics: dict[Ident, Clinic]
    services: dict[Ident, Service]
    emergency_rooms: dict[Ident, EmergencyRoom] = {}
    """By province, such as `tak`."""

    def offering(self, clinic_id: str) -> list[str]:
        """The service ids of one clinic, in the order of the file."""
        return list(self.clinics[clinic_id].services)


class BadClinics(ValueError):
    """The clinics file cannot be used; the message is one line."""


def read_clinics(path: Path = PACKAGED) -> Clinics:
    """Read and check a clinics file.

    Raises:
        BadClinics: unreadable, unknown fields, a text missing in a language, or a service that is not defined.
    """
    try:
        clinics = Clinics.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadClinics(f"{path.name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadClinics(f"{path.name}: {place}: {first['msg']}") from error
    for clinic_id, clinic in clinics.clinics.items():
        unknown = [service for service in clinic.services if service not in clinics.services]
        if unknown:
            raise BadClinics(f"{path.name}: clinic {clinic_id} offers '{unknown[0]}', which is no service of the file")
    return clinics
