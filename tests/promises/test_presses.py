"""Every button fits into Telegram's 64 bytes, whatever it carries."""

from dataclasses import fields
from datetime import date
from functools import cache

import pytest
from pydantic import TypeAdapter, ValidationError

from alerts.rules import TOPICS
from alerts.templates import TEMPLATES
from answers.topics import CATEGORIES, load_topics
from bot.clock import new_secret
from handlers.press_codec import LONGEST, PRESSES, Press, decode, encode
from handlers.presses.choosing import AcceptInvite
from handlers.routes import BUTTONS
from handoff import phrases
from locales.languages import LANGUAGES
from people.authority import Role
from people.choices import Choice
from scheduling.clinics import Ident

LONGEST_IDENT = "a" * 24
"""The longest id that a clinics file may give to a clinic or a service."""
BIGGEST_ID = 2**62 - 1


@cache
def longest_names() -> tuple[str, str]:
    """Of a topic and of a ready phrase, as their files have them."""
    return max(load_topics(), key=len), max(phrases.load(), key=len)


def biggest(kind: type[Press]) -> Press:
    """A press with the largest value in every field. A text field with a new name must be given its longest value."""
    topic, phrase = longest_names()
    texts = {
        "language": max(LANGUAGES, key=len),
        "purpose": "alerts",
        "topic": topic,
        "category": max(CATEGORIES, key=len),
        "clinic": LONGEST_IDENT,
        "service": LONGEST_IDENT,
        "role": max(Role, key=len),
        "province": LONGEST_IDENT,
        "command": "closures",
        "part": "afternoon",
        "reason": "equipment",
        "invite": new_secret(),
        "wish": "wasy",
        "phrase": phrase,
        "choice": max(Choice, key=len),
        "alert_topic": max(TOPICS, key=len),
        "template": max(TEMPLATES, key=len),
    }
    largest: dict[object, object] = {int: BIGGEST_ID, bool: True, date: date(2199, 12, 31)}
    pages = 13  # months: a horizon is at most a year
    values = [
        texts[each.name] if each.type is str else pages if each.name == "page" else largest[each.type]
        for each in fields(kind)  # type: ignore[arg-type]
    ]
    return kind(*values)


def test_a_clinics_file_allows_no_longer_id_than_is_tried_here() -> None:
    ident = TypeAdapter(Ident)
    assert ident.validate_python(LONGEST_IDENT) == LONGEST_IDENT
    with pytest.raises(ValidationError):
        ident.validate_python(LONGEST_IDENT + "a")


@pytest.mark.parametrize("kind", PRESSES.values(), ids=PRESSES)
def test_a_press_fits_at_its_largest_and_comes_back_as_it_was(kind: type[Press]) -> None:
    value = biggest(kind)
    data = encode(value)
    assert len(data.encode()) <= LONGEST == 64
    assert decode(data) == value


def test_the_secret_of_every_invite_fits_into_a_press() -> None:
    drawn = {new_secret() for _ in range(500)}
    assert len(drawn) == 500
    for secret in drawn:
        accept = AcceptInvite("my", secret)
        assert decode(encode(accept)) == accept


def test_every_press_has_a_route_and_every_route_a_press() -> None:
    assert set(PRESSES.values()) == set(BUTTONS)
    assert len(PRESSES) > 20


def test_every_code_ends_in_its_version() -> None:
    assert [code for code in PRESSES if not (code.isalnum() and code.islower() and code[-1].isdigit())] == []


def test_a_press_that_is_too_long_is_refused_and_not_sent() -> None:
    with pytest.raises(ValueError, match="a press of"):
        encode(PRESSES["th1"]("a" * LONGEST))  # type: ignore[call-arg]
