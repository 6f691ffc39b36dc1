"""From scores to what is said: answer, ask back, or admit not to know.

Rule of the place: every limit is a named number with the figure it was set by; nothing is sure by default.
"""

from dataclasses import dataclass
from typing import Literal

from answers.scoring import Scores


@dataclass(frozen=True, slots=True)
class Scored:
    """A topic and how well it fits, about 0 to 1."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on we are sure. Scores are sums of ridge outputs: 1 is a text seen while fitting, 0 a stranger."""

    answer: float
    """The first topic's score for a direct answer ..."""
    lead: float
    """... and its lead over the second label of any kind."""
    choose: float
    """The first topic's score for offering buttons."""
    soft: float
    """The danger score from which people are asked whether it is happening now."""


WITH_VECTORS = Limits(answer=0.2, lead=0.11, choose=0.06, soft=0.27)
WITHOUT_VECTORS = Limits(answer=0.2, lead=0.17, choose=0.06, soft=0.27)

BUTTONS = 3
"""So many topics are offered when we are not sure."""

KINDS_OF_CHATTER = 6
"""So many labels may stand between topics in the ranking."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome with its topics, best first; `soft`: the text may be a cry for help."""

    outcome: Literal["answer", "choose", "none", "smalltalk"]
    topics: tuple[Scored, ...]
    soft: bool
    smalltalk: str | None = None


def decide(scores: Scores) -> Verdict:
    """Answer when one topic is well ahead of everything else, offer a choice when some fit, else neither."""
    limits = WITH_VECTORS if scores.semantic else WITHOUT_VECTORS
    soft = scores.danger >= limits.soft
    ranked = scores.ranked(BUTTONS + KINDS_OF_CHATTER)
    topics = tuple(Scored(label, round(score, 4)) for label, score in ranked if not label.startswith("~"))[:BUTTONS]
    if not topics:
        return Verdict("none", (), soft)
    top, first = ranked[0]
    lead = first - ranked[1][1] if len(ranked) > 1 else first
    if top.startswith("~"):
        return _chatter(top, first, lead, limits, topics, soft)
    if first >= limits.answer and lead >= limits.lead:
        return Verdict("answer", topics, soft)
    if first >= limits.choose:
        return Verdict("choose", topics, soft)
    return Verdict("none", topics, soft)


def _chatter(top: str, first: float, lead: float, limits: Limits, topics: tuple[Scored, ...], soft: bool) -> Verdict:
    kind = top.removeprefix("~")
    if kind != "offtopic" and first >= limits.answer and lead >= limits.lead:
        return Verdict("smalltalk", topics, soft, kind)
    if topics[0].score >= limits.choose and lead < limits.lead:
        return Verdict("choose", topics, soft)
    return Verdict("none", topics, soft)
