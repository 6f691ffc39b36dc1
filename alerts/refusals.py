"""Every "no" of this package. A refusal carries facts, never words."""

from dataclasses import dataclass

from storage.refusal import Refusal


@dataclass(eq=False)
class AlertGone(Refusal):
    """No such alert, or it is not in the state this step needs."""


@dataclass(eq=False)
class TextTooLong(Refusal):
    """Longer than one message may be, both in UTF-16 units."""

    most: int
    long: int
    attached: bool = False
    """Whether a picture or a document is what leaves so little room."""


@dataclass(eq=False)
class TextEmpty(Refusal):
    """No letter in it, or no text at all."""


@dataclass(eq=False)
class OtherLanguage(Refusal):
    """The text is in the letters of another language."""

    language: str
    found: str


@dataclass(eq=False)
class LanguagesMissing(Refusal):
    """People of the audience read languages that the alert has no text in."""

    languages: tuple[str, ...]


@dataclass(eq=False)
class HolesOpen(Refusal):
    """A text still has gaps."""

    language: str
    holes: tuple[str, ...]


@dataclass(eq=False)
class TextsTooLong(Refusal):
    """With a picture or a document, these texts do not fit."""

    languages: tuple[str, ...]
    most: int


@dataclass(eq=False)
class NobodyToTell(Refusal):
    """Nobody is in the audience."""

    narrowed: bool
    """Whether the operator chose only some people."""


@dataclass(eq=False)
class WindowOver(Refusal):
    """Nothing could be sent any more: its time is over, or would be before it begins."""


@dataclass(eq=False)
class TimePast(Refusal):
    """That moment is over."""


@dataclass(eq=False)
class TimeTooFar(Refusal):
    """Nothing is planned so far ahead."""

    days: int


@dataclass(eq=False)
class EndsBeforeStart(Refusal):
    """It would be valid no longer before it has begun."""


@dataclass(eq=False)
class NothingToCorrect(Refusal):
    """No new text differs from the one that was sent."""
