"""Every "no" has a sentence, and everything owed has a wording."""

import ast
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest

from delivery.rules import POLICIES, Kind
from handlers.refusals import SENTENCES, WAYS_ON
from handlers.wording import WORDING
from locales.catalogue import Catalogues
from locales.languages import LANGUAGES
from storage.refusal import Refusal
from tests.promises.tree import PACKAGES, dotted, modules

SAMPLES: dict[str, object] = {
    "str": "K7M4QX",
    "int": 7,
    "bool": True,
    "date": date(2026, 12, 1),
    "datetime": datetime(2026, 12, 1, tzinfo=UTC),
}
NAMED: dict[str, object] = {"hole": "day", "language": "my", "found": "th"}
"""Facts that are names of something, by field."""
CATALOGUES = Catalogues()


def written_down() -> set[str]:
    """The refusals of the tree by name, also of modules that nobody imports."""
    return {
        node.name
        for module in modules(*PACKAGES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and "Refusal" in {dotted(parent) for parent in node.bases}
    }


def sample(kind: type[Refusal]) -> Refusal:
    """A refusal with facts in it."""
    values = []
    for each in fields(kind):  # type: ignore[arg-type]
        name = each.type.__name__ if isinstance(each.type, type) else str(each.type)
        plain = ("th", "my") if name.startswith("tuple") else SAMPLES[name]
        values.append(NAMED.get(each.name, plain))
    return kind(*values)


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal() -> None:
    assert {kind.__name__ for kind in SENTENCES} == written_down()
    assert len(SENTENCES) >= 15
    assert set(WAYS_ON) <= set(SENTENCES)


@pytest.mark.parametrize("kind", SENTENCES, ids=lambda kind: kind.__name__)
def test_a_refusal_can_be_said_in_every_language_each_in_its_own_words(kind: type[Refusal]) -> None:
    said = {language: SENTENCES[kind](CATALOGUES.say(language), sample(kind)) for language in LANGUAGES}
    assert all(len(sentence) > 10 for sentence in said.values())
    assert len(set(said.values())) == len(LANGUAGES), f"not translated: {kind.__name__}"


def test_a_refusal_is_raised_somewhere() -> None:
    raised = {
        dotted(node.exc.func if isinstance(node.exc, ast.Call) else node.exc).split(".")[-1]
        for module in modules(*PACKAGES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Raise) and node.exc
    }
    assert written_down() - raised == set()


def test_every_kind_of_owed_message_has_a_wording_and_a_policy() -> None:
    assert set(WORDING) == set(Kind) == set(POLICIES)
    alike = (Kind.LIFE_SAFETY, Kind.ALERT_AGAIN, Kind.EXPIRED_MARK)  # an alert is an alert, a changed one a changed one
    assert len({wording.__name__ for wording in WORDING.values()}) == len(Kind) - len(alike)
