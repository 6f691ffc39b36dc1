"""Every "no" of this package. A refusal carries facts, never words."""

from dataclasses import dataclass

from storage.refusal import Refusal


@dataclass(eq=False)
class AlertGone(Refusal):
    """No such alert, or it is not in the state this step needs."""


@dataclass(eq=False)
class TextTooLong(Refusal):
    """Longer than one message may be."""

    most: int


@dataclass(eq=False)
class LanguagesMissing(Refusal):
    """People of the audience read languages that the alert has no text in."""

    languages: tuple[str, ...]


@dataclass(eq=False)
class NobodyToTell(Refusal):
    """Nobody wants alerts."""
