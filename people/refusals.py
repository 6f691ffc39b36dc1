"""Every "no" of this package. A refusal carries facts, never words: `handlers/refusals.py` has the sentences."""

from dataclasses import dataclass

from storage.refusal import Refusal


@dataclass(eq=False)
class NotAllowed(Refusal):
    """The person holds no role that may do this (here)."""


@dataclass(eq=False)
class InviteUseless(Refusal):
    """Unknown, used or expired: all three look the same to whoever tries."""


@dataclass(eq=False)
class LastOwner(Refusal):
    """The role belongs to the only owner; without one nobody could invite anybody."""


@dataclass(eq=False)
class LanguageFirst(Refusal):
    """This needs a person we know, and nobody has chosen a language yet."""


@dataclass(eq=False)
class PinNeeded(Refusal):
    """The PIN must be given (or chosen) first; what was asked goes on by itself after it."""


@dataclass(eq=False)
class WeakPin(Refusal):
    """A PIN that somebody would guess among the first."""


@dataclass(eq=False)
class SecondPersonNeeded(Refusal):
    """Whoever proposed something cannot approve it."""


@dataclass(eq=False)
class ChangedSince(Refusal):
    """It is not what was proposed any more."""


@dataclass(eq=False)
class NobodyToApprove(Refusal):
    """It takes two people, and nobody else may do it here."""


@dataclass(eq=False)
class ApprovalGone(Refusal):
    """Nothing waits for approval here: taken back, too old, or approved by somebody else."""


@dataclass(eq=False)
class TooManyTries(Refusal):
    """The person has tried to take a place as often as one may for now."""

    minutes: int
    """Until they may try again."""


@dataclass(eq=False)
class TooManyGuesses(Refusal):
    """The person has given as many codes or links that do not work as one may for now."""

    minutes: int
    """Until they may try again."""
