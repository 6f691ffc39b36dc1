"""A CAP 1.2 message as values: what the protocol allows, checked element by element.

The rule: a required element that is missing, or a value that the protocol does not list, is a fault with its name.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from alerts.cap.refusals import CapUnusable

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
RESPONSES = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
LONGEST_NAME = 200
"""Letters of an identifier or a sender; longer ones are nobody's."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?([+-]\d\d:\d\d|Z)")
_OLD_CERTAINTY = {"Very Likely": "Likely"}
"""CAP 1.2 asks readers to understand the word of CAP 1.0."""


class Element(Protocol):
    """What is needed of an XML element."""

    @property
    def tag(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str | None: ...  # noqa: D102
    def __iter__(self) -> Iterator["Element"]: ...


@dataclass(frozen=True)
class Area:
    """One place a message is about, with its codes as (scheme, value)."""

    description: str
    geocodes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Info:
    """One `info` block: an event, told in one language."""

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    responses: tuple[str, ...]
    effective: datetime | None
    onset: datetime | None
    expires: datetime | None
    sender_name: str
    headline: str
    description: str
    instruction: str
    web: str
    contact: str
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Reference:
    """How a message names an earlier one."""

    sender: str
    identifier: str
    sent: datetime

    @property
    def identity(self) -> str:
        """The hash under which an imported message is found again, whatever time zone it was named in."""
        named = f"{self.sender},{self.identifier},{self.sent.astimezone(UTC).isoformat()}"
        return hashlib.sha256(named.encode()).hexdigest()


@dataclass(frozen=True)
class CapAlert:
    """One message."""

    name: Reference
    status: str
    msg_type: str
    scope: str
    note: str
    references: tuple[Reference, ...]
    infos: tuple[Info, ...]


def understood(root: Element) -> CapAlert:
    """The message in an element.

    Raises:
        CapUnusable: it is no CAP 1.2 message, or one that breaks the protocol; `detail` names the element.
    """
    namespace, _, local = root.tag.rpartition("}")
    if local != "alert" or not namespace.startswith("{urn:oasis:names:tc:emergency:cap:"):
        raise CapUnusable("no-cap")
    if namespace[1:] != NAMESPACE:
        raise CapUnusable("version", namespace.rpartition(":")[2][:8])
    name = Reference(_name(root, "sender"), _name(root, "identifier"), _needed_time(root, "sent"))
    return CapAlert(
        name,
        _one_of(root, "status", STATUSES),
        _one_of(root, "msgType", TYPES),
        _one_of(root, "scope", SCOPES),
        _text(root, "note"),
        tuple(_reference(named) for named in _text(root, "references").split()),
        tuple(_info(element) for element in _all(root, "info")),
    )


def _info(element: Element) -> Info:
    return Info(
        language=_text(element, "language") or "en-US",
        categories=_some_of(element, "category", CATEGORIES, needed=True),
        event=_needed(element, "event"),
        urgency=_one_of(element, "urgency", URGENCIES),
        severity=_one_of(element, "severity", SEVERITIES),
        certainty=_certainty(element),
        responses=_some_of(element, "responseType", RESPONSES, needed=False),
        effective=_time(element, "effective"),
        onset=_time(element, "onset"),
        expires=_time(element, "expires"),
        sender_name=_text(element, "senderName"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_text(element, "web"),
        contact=_text(element, "contact"),
        areas=tuple(_area(each) for each in _all(element, "area")),
    )


def _certainty(element: Element) -> str:
    old = _OLD_CERTAINTY.get(_text(element, "certainty"))
    return old or _one_of(element, "certainty", CERTAINTIES)


def _area(element: Element) -> Area:
    codes = tuple((_needed(each, "valueName"), _needed(each, "value")) for each in _all(element, "geocode"))
    return Area(_needed(element, "areaDesc"), codes)


def _reference(named: str) -> Reference:
    parts = named.split(",")
    if len(parts) != 3 or not all(parts):
        raise CapUnusable("value", "references")
    return Reference(parts[0], parts[1], _moment(parts[2], "references"))


def _all(element: Element, name: str) -> list[Element]:
    return [each for each in element if each.tag == f"{{{NAMESPACE}}}{name}"]


def _text(element: Element, name: str) -> str:
    found = _all(element, name)
    if len(found) > 1:
        raise CapUnusable("twice", name)
    return (found[0].text or "").strip() if found else ""


def _needed(element: Element, name: str) -> str:
    text = _text(element, name)
    if not text:
        raise CapUnusable("missing", name)
    return text


def _name(element: Element, name: str) -> str:
    text = _needed(element, name)
    if len(text) > LONGEST_NAME or re.search(r"[\s,<&]", text):
        raise CapUnusable("value", name)
    return text


def _one_of(element: Element, name: str, allowed: tuple[str, ...]) -> str:
    text = _needed(element, name)
    if text not in allowed:
        raise CapUnusable("value", name)
    return text


def _some_of(element: Element, name: str, allowed: tuple[str, ...], *, needed: bool) -> tuple[str, ...]:
    found = tuple((each.text or "").strip() for each in _all(element, name))
    if needed and not found:
        raise CapUnusable("missing", name)
    if any(text not in allowed for text in found):
        raise CapUnusable("value", name)
    return found


def _needed_time(element: Element, name: str) -> datetime:
    return _moment(_needed(element, name), name)


def _time(element: Element, name: str) -> datetime | None:
    text = _text(element, name)
    return _moment(text, name) if text else None


def _moment(text: str, name: str) -> datetime:
    """A time with its zone: without one nobody knows when it is."""
    if not _TIME.fullmatch(text):
        raise CapUnusable("time", name)
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CapUnusable("time", name) from error
