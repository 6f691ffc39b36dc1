"""Every "no" of this package. A refusal carries facts, never words: `handlers/refusals.py` has the sentences."""

from dataclasses import dataclass

from storage.refusal import Refusal


@dataclass(eq=False)
class TalkGone(Refusal):
    """There is no such conversation (any more), or it is somebody else's."""


@dataclass(eq=False)
class TalkOver(Refusal):
    """The conversation was ended; asking anew begins it again."""


@dataclass(eq=False)
class TooManyLines(Refusal):
    """So many messages wait for an answer already."""

    most: int


@dataclass(eq=False)
class NothingToSend(Refusal):
    """The message holds no words."""


@dataclass(eq=False)
class LineGone(Refusal):
    """This draft was sent or dropped before, or is too old."""


@dataclass(eq=False)
class NobodyAnswers(Refusal):
    """No group is linked to the clinic, and nobody works there."""


@dataclass(eq=False)
class CodeUseless(Refusal):
    """A linking code that is unknown, used or expired: all three look the same."""


@dataclass(eq=False)
class GroupTaken(Refusal):
    """The group belongs to another clinic."""


@dataclass(eq=False)
class HoleUnreadable(Refusal):
    """What was given for a phrase's holes could not be read."""

    phrase: str
    hole: str
