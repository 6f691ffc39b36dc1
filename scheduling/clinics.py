"""The clinics and services of this deployment, read from a TOML file.

The packaged `clinics.toml` is illustrative: neither its services nor its hours are a statement of what IOM offers.
Addresses, phones and hours stay empty until the deployment fills them in.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

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


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(Part):
    """Opening times of one service, as a file gives them; `bot clinics apply` makes an opening of each."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    service: Ident
    weekdays: Annotated[list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]], Field(min_length=1)]
    opens: Annotated[time, Field(alias="from")]
    closes: Annotated[time, Field(alias="to")]
    every: Annotated[int, Field(ge=5, le=480)]
    """Minutes from one start to the next."""
    capacity: Annotated[int, Field(ge=1, le=50)] = 1
    walkin_share: Annotated[int, Field(ge=0, le=100)] = 0
    """Per cent of the places that are kept for people who come without a booking."""
    languages: list[Literal["th", "my", "km", "en"]] = []
    """Languages an interpreter covers."""
    valid_from: date
    valid_until: date | None = None
    except_days: Annotated[list[date], Field(alias="except")] = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("'to' must be after 'from'")
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("'valid_until' must not be before 'valid_from'")
        return self


class Clinic(Part):
    """A place with slots."""

    name: Texts
    province: str
    timezone: str = "Asia/Bangkok"
    services: list[Ident]
    openings: list[Hours] = []
    """When it is open for what: only read by `bot clinics`; staff change openings in the chat."""
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
    clinics, faults = read_with_faults(path)
    if clinics is None or faults:
        raise BadClinics(faults[0])
    return clinics


def read_with_faults(path: Path) -> tuple[Clinics | None, list[str]]:
    """A clinics file as far as it can be read, and everything that is wrong with it, one line each."""
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        clinics = Clinics.model_validate(found)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [f"{path.name}: {error}"]
    except ValidationError as error:
        places = [(".".join(str(part) for part in each["loc"]), each["msg"]) for each in error.errors()]
        return None, [f"{path.name}: {place}: {message}" for place, message in places]
    return clinics, [f"{path.name}: {fault}" for fault in _contradictions(clinics)]


def _contradictions(clinics: Clinics) -> Iterator[str]:
    """What each part allows and the whole does not."""
    for clinic_id, clinic in clinics.clinics.items():
        for service in clinic.services:
            if service not in clinics.services:
                yield f"clinic {clinic_id} offers '{service}', which is no service of the file"
        for hours in clinic.openings:
            if hours.service not in clinic.services:
                yield f"clinic {clinic_id} opens '{hours.service}', which it does not offer"
    for kind, parts in (("clinics", clinics.clinics), ("services", clinics.services)):
        called: dict[str, str] = {}
        for key, part in parts.items():
            for word in {key, *(alias.casefold() for alias in part.aliases)}:
                if called.setdefault(word, key) != key:
                    yield f"two {kind} are called '{word}': {called[word]} and {key}"
