"""Why a message was understood as it was: every step and every score, in words.

Rule of the place: for people who tune the content; what it says about a message goes to a terminal, never to a log.
"""

from answers.ask import Finder, Finding, prepare
from answers.confidence import ANSWER, CHOOSE, SOFT, needed_lead
from answers.texts import TopicTexts

SHOWN = 5
"""So many labels are listed with their scores."""


def explain_message(finder: Finder, text: str, lang: str) -> str:
    """Several lines about the steps and scores of one message, n-grams and vectors together."""
    ready = prepare(text, lang)
    lines = [f"read as     {ready.text} [{ready.words}{f', {ready.hint}' if ready.hint else ''}]"]
    danger = finder.watch.look_prepared(ready.text, ready.words)
    if danger:
        lines.append(f"pattern     {danger.sign}{'' if danger.hard else ' (denied or long ago)'}: {danger.pattern}")
    scores = finder.scorer.score(ready.text, ready.words, thorough=True)
    lines.append(f"scored by   {'n-grams and vectors' if scores.semantic else 'n-grams alone'}")
    lines += [f"  {score:6.3f}  {label}" for label, score in scores.ranked(SHOWN)]
    lines.append(f"danger      {scores.danger:.3f} (asked about from {SOFT}); likeliest sign: {scores.sign}")
    lines.append(f"limits      answer from {ANSWER} with a lead of {needed_lead(scores)}, buttons from {CHOOSE}")
    return "\n".join(lines)


def describe(texts: TopicTexts, finding: Finding, lang: str) -> str:
    """What a person would meet, with the titles in their language."""
    lines = [f"outcome     {finding.outcome}{f' ({finding.smalltalk})' if finding.smalltalk else ''}"]
    if finding.danger:
        lines.append(f"danger      {finding.danger}, {'hard' if finding.hard else 'soft: is this happening now?'}")
    if finding.outcome in {"answer", "choose", "danger"}:
        lines += [f"  {found.score:6.3f}  {found.id}: {texts.title(found.id, lang)}" for found in finding.topics]
    return "\n".join(lines)
