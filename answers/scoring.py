"""Scores of one text: n-grams first, vectors only where n-grams are not sure.

Rule of the place: no memory of earlier texts; the same text always scores the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answers.embedding import Embedder
from answers.model import Model

SEMANTIC_WEIGHTS = {"th": 2.0, "my": 1.0, "km": 0.7, "en": 3.0}
"""Weight of vector scores beside n-gram scores, by cross-validation on the phrasings: the embedder knows English and
Thai far better than Burmese and Khmer. Other languages: 1."""

DANGER_WEIGHT = 1.0
"""The same for danger."""

CLEAR_LEAD = 0.12
"""With this lead of the first label over the second, n-grams alone decide: half of the questions of
`benchmarks/unseen` and of the development set, of which they are right in 98, 100, 98 and 98 of 100 (th, my, km, en).
On held-out phrasings, which are harder, they were right in 92 of 100 at 0.22."""
CLEAR_CALM = 0.25
"""Below this danger score of n-grams a text is taken for calm: vectors would hardly lift it to a question."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of every label (about 0 to 1), of danger as such, and the likeliest sign.

    `semantic` tells whether vectors took part.
    """

    lang: str
    labels: tuple[str, ...]
    values: NDArray[np.float32]
    danger: float
    sign: str | None
    semantic: bool

    def ranked(self, count: int) -> list[tuple[str, float]]:
        """The first `count` labels with their scores, best first."""
        order = np.argsort(-self.values, kind="stable")[:count].tolist()
        return [(self.labels[place], float(self.values[place])) for place in order]


class Scorer:
    """Scores texts in matching form with a fitted model and, where needed, the embedder it was fitted with."""

    def __init__(self, model: Model, embedder: Embedder | None) -> None:
        self.model = model
        self._embedder = embedder if embedder and embedder.name == model.embedder else None

    def score(self, text: str, lang: str, *, thorough: bool = False) -> Scores:
        """Scores of `text`; `thorough` asks the embedder even when n-grams are sure.

        A language without any lesson scores zero everywhere.
        """
        words = self.model.words.get(lang)
        if words is None:
            return self._scores(lang, np.zeros(len(self.model.labels) + 1 + len(self.model.signs), np.float32), False)
        lexical = words.scores(text)
        if self._embedder is None or (not thorough and self._is_clear(lexical)):
            return self._scores(lang, lexical, False)
        vector = words.centre(self._embedder.queries([text])[0])
        mixed = self._mixed(lexical, self._semantic(vector), SEMANTIC_WEIGHTS.get(lang, 1.0))
        return self._scores(lang, mixed, True)

    def _semantic(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        assert self.model.asked
        assert self.model.danger
        return np.concatenate([self.model.asked.scores(vector), self.model.danger.scores(vector)])

    def _mixed(self, lexical: NDArray[np.float32], semantic: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
        count = len(self.model.labels)
        weights = np.where(np.arange(len(lexical)) < count, weight, DANGER_WEIGHT)
        return np.asarray((lexical + weights * semantic) / (1 + weights), np.float32)

    def _is_clear(self, columns: NDArray[np.float32]) -> bool:
        """Whether vectors would hardly change anything: one label far ahead and no smell of danger."""
        values = columns[: len(self.model.labels)]
        second, first = np.partition(values, -2)[-2:]
        return bool(first - second >= CLEAR_LEAD and columns[len(values)] < CLEAR_CALM)

    def _scores(self, lang: str, columns: NDArray[np.float32], semantic: bool) -> Scores:
        count = len(self.model.labels)
        signs = columns[count + 1 :]
        sign = self.model.signs[int(np.argmax(signs))] if len(signs) else None
        return Scores(lang, self.model.labels, columns[:count], float(columns[count]), sign, semantic)
