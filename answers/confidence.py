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


ANSWER = 0.2
"""The first topic's score for a direct answer. Scores are ridge outputs: 1 a text seen while fitting, 0 a stranger."""

LEADS = {"th": 0.16, "my": 0.1, "km": 0.09, "en": 0.11}
"""How far the first topic must be ahead of every other label for a direct answer, by language: where unseen phrasings
are then right in 95, 86, 85 and 92 of 100, and unseen development questions in 97 to 100."""
OTHER_LEAD = 0.15
"""The same for a language nobody has measured."""
LEXICAL_LEAD = 0.12
"""The same for n-grams alone: the lead at which they decide alone (`answers.scoring.CLEAR_LEAD`)."""

CHOOSE = 0.06
"""The first topic's score for offering buttons."""

SOFT = 0.44
"""The danger score from which people are asked whether it is happening now: with the hard patterns this finds 97 of 100
unseen danger sentences and asks about 3 of 100 ordinary phrasings."""

CHOOSE_BESIDE = 0.2
"""The first topic's score for offering buttons although chatter looks likelier."""

OFF_TOPIC = "offtopic"
"""The kind of chatter that is no small talk."""

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
    soft = scores.danger >= SOFT
    ranked = scores.ranked(BUTTONS + KINDS_OF_CHATTER)
    topics = tuple(Scored(label, round(score, 4)) for label, score in ranked if not label.startswith("~"))[:BUTTONS]
    if not topics:
        return Verdict("none", (), soft)
    top, first = ranked[0]
    lead = first - ranked[1][1] if len(ranked) > 1 else first
    sure = first >= ANSWER and lead >= needed_lead(scores)
    if top.startswith("~"):
        return _chatter(top.removeprefix("~"), sure, topics, soft)
    if sure:
        return Verdict("answer", topics, soft)
    if first >= CHOOSE:
        return Verdict("choose", topics, soft)
    return Verdict("none", topics, soft)


def needed_lead(scores: Scores) -> float:
    """The lead that makes the first label a sure one."""
    return LEADS.get(scores.lang, OTHER_LEAD) if scores.semantic else LEXICAL_LEAD


def _chatter(kind: str, sure: bool, topics: tuple[Scored, ...], soft: bool) -> Verdict:
    """Something else than a question to us looks likeliest; topics are offered only where that is unsure."""
    if sure and kind != OFF_TOPIC:
        return Verdict("smalltalk", topics, soft, kind)
    return Verdict("choose" if not sure and topics[0].score >= CHOOSE_BESIDE else "none", topics, soft)
