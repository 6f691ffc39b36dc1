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
class LanguageFirst(Refusal):
    """This needs a person we know, and nobody has chosen a language yet."""
