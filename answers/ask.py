"""The way of a message: cut, repair, script, Zawgyi, danger, small talk, search.

Rule of the place: danger first, and "I do not know" rather than a wrong answer.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

from answers.confidence import Scored, decide
from answers.corpus import Texts, gather
from answers.danger import Danger, Sign, Watch, load_signs
from answers.embedding import Embedder
from answers.model import Model
from answers.modelcache import fitted
from answers.phrasings import load_chatter
from answers.scoring import Scorer, Scores
from answers.smalltalk import SmallTalk
from answers.topics import Topic, load_topics
from locales.graphemes import cut
from locales.repair import for_matching, repair
from locales.scripts import recognise
from locales.zawgyi import is_zawgyi, to_unicode

Outcome = Literal["answer", "choose", "none", "smalltalk", "danger"]

LONGEST = 300
"""Code points of a message that are read; the rest is ignored."""

REMEMBERED = 4096
"""Findings kept by repaired text and language: people ask the same things in the same words."""


JUST_READ = 64
"""Messages made ready and looked at for danger that are kept: each is asked about again, for its answer, at once."""

UNREAD = frozenset({"romanised", "shan", "karen", "mon", "pao", "lao"})
"""Writings that search cannot read: people get a polite line and the topic list."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the house makes of a message.

    "answer": `topics[0]` is it. "choose": up to three `topics` as buttons. "none": say so.
    "smalltalk": the kind is in `smalltalk`.
    "danger": a hard sign, interrupt with the emergency card; `topics` may be shown below it.
    A `danger` with `hard` False is a soft sign: ask "Is this happening now?" above the ordinary answer.
    `script_hint`: "zawgyi", "shan", "karen", "mon", "pao", "lao", "romanised" or None.
    """

    outcome: Outcome
    topics: tuple[Scored, ...]
    lang: str
    danger: str | None = None
    hard: bool = False
    smalltalk: str | None = None
    script_hint: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message made ready: `text` for matching, the language to answer in, that of its words, the script's hint."""

    text: str
    lang: str
    words: str
    hint: str | None


def prepare(text: str, chosen: str) -> Prepared:
    """Cut, convert, repair and recognise; `chosen` is the person's own language."""
    text = cut(text, LONGEST)
    zawgyi = is_zawgyi(text)
    text = repair(to_unicode(text) if zawgyi else text)
    writing = recognise(text, chosen)
    return Prepared(for_matching(text), writing.lang, writing.words, "zawgyi" if zawgyi else writing.hint)


class Finder:
    """Finds answers and danger signs. Safe to use from several threads; `ask` takes CPU time, so call it in one."""

    def __init__(
        self, topics: Mapping[str, Topic], signs: Sequence[Sign], model: Model, embedder: Embedder | None
    ) -> None:
        self.topics = topics
        self.watch = Watch(signs)
        self.scorer = Scorer(model, embedder)
        self._smalltalk = SmallTalk(load_chatter())
        self._kept: OrderedDict[Prepared, Finding] = OrderedDict()
        self._read: OrderedDict[tuple[str, str], tuple[Prepared, Danger | None]] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def load(cls, cache_dir: Path, embedder: Embedder | None, texts: Texts | None = None) -> "Finder":
        """Read the content and its fitted model; fit and keep the model when the content is new.

        Raises `answers.content.ContentError` when a content file is wrong.
        """
        topics, signs = load_topics(), load_signs()
        model = fitted(gather(topics, signs, texts), cache_dir, embedder)
        return cls(topics, signs, model, embedder)

    def ask(self, text: str, lang: str) -> Finding:
        """What to do with a message of a person who chose `lang`. Up to some 30 ms with an embedder, else 1 ms."""
        ready, danger = self._look(text, lang)
        with self._lock:
            known = self._kept.get(ready)
            if known:
                self._kept.move_to_end(ready)
                return known
        finding = self._find(ready, danger)
        with self._lock:
            self._kept[ready] = finding
            if len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return finding

    def forget(self) -> None:
        """Drop the remembered findings."""
        with self._lock:
            self._kept.clear()
            self._read.clear()

    def danger(self, text: str, lang: str) -> Danger | None:
        """Hard patterns alone: no model, no embedder, under a millisecond; ask it before anything else."""
        return self._look(text, lang)[1]

    def _look(self, text: str, lang: str) -> tuple[Prepared, Danger | None]:
        """A message made ready, and its hard sign: both cost as much as an answer from n-grams, so only once."""
        with self._lock:
            known = self._read.get((text, lang))
        if known:
            return known
        ready = prepare(text, lang)
        found = ready, self.watch.look_prepared(ready.text, ready.words)
        with self._lock:
            self._read[text, lang] = found
            if len(self._read) > JUST_READ:
                self._read.popitem(last=False)
        return found

    def _find(self, ready: Prepared, danger: Danger | None) -> Finding:
        if not ready.text:
            return Finding("none", (), ready.lang, script_hint=ready.hint)
        kind = self._smalltalk.kind(ready.text)
        if kind and not danger:
            return Finding("smalltalk", (), ready.lang, smalltalk=kind, script_hint=ready.hint)
        return _finding(ready, danger, self.scorer.score(ready.text, ready.words))


def _finding(ready: Prepared, danger: Danger | None, scores: Scores) -> Finding:
    verdict = decide(scores)
    if danger and danger.hard:
        return Finding("danger", verdict.topics, ready.lang, danger.sign, True, script_hint=ready.hint)
    sign = danger.sign if danger else scores.sign if verdict.soft else None
    outcome: Outcome = verdict.outcome
    # Search cannot read these writings; whatever it found is a guess, so people get the list of topics instead.
    if outcome in {"answer", "choose"} and ready.hint in UNREAD:
        outcome = "none"
    return Finding(outcome, verdict.topics, ready.lang, sign, False, verdict.smalltalk, ready.hint)
