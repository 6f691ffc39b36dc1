"""From lessons to a model: what is asked and whether it is danger, from n-grams per language and vectors across all.

Rule of the place: no randomness and no clock; the same corpus gives the same model. N-grams are learned per language;
vectors across languages, so that a way of asking written down in Thai is also understood in Burmese.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from answers.corpus import CALM, Corpus, Lesson
from answers.lexical import tabulate
from answers.model import Examples, Model, Small, Words
from answers.ridge import Matrix, column_weights, lexical_kernel, solve, solve_vectors
from answers.vectors import VectorStore

PENALTY = 1.0
"""Ridge penalty on n-gram kernels (their diagonal is 1)."""
VECTOR_PENALTY = 0.3
"""Ridge penalty on vectors for topics."""
DANGER_PENALTY = 1.0
"""Ridge penalty on vectors for danger."""
ASKED_EXACT, ASKED_KEPT = 14_000, 7000
"""Up to so many questions are solved exactly (10,000 take ten seconds and 0.4 GB, once); of more, so many are kept."""
DANGER_EXACT, DANGER_KEPT = 4000, 4000
"""The same for danger, where the exact solution found nothing more."""


def fit(corpus: Corpus, store: VectorStore | None, embedder: str = "") -> Model:
    """Fit every language that has lessons; with `store` also on vectors. Seconds without it, half a minute with it."""
    lessons = corpus.lessons
    langs = dict.fromkeys(lesson.lang for lesson in lessons)
    means, vectors = _centred(corpus, store) if store else (dict.fromkeys(langs, np.zeros(0, np.float32)), None)
    words = {lang: _words(corpus, corpus.of(lang), means[lang]) for lang in langs}
    if vectors is None:
        return Model(corpus.labels, corpus.sign_ids, embedder, words)
    asked, telling = topical(lessons), danger_rows(lessons)
    return Model(
        corpus.labels,
        corpus.sign_ids,
        embedder,
        words,
        _examples(vectors[asked], labels_wanted(corpus, lessons)[asked], VECTOR_PENALTY, ASKED_EXACT, ASKED_KEPT),
        _examples(vectors[telling], danger_wanted(corpus, lessons)[telling], DANGER_PENALTY, DANGER_EXACT, DANGER_KEPT),
    )


def topical(lessons: Sequence[Lesson]) -> NDArray[np.intp]:
    """Places of the lessons that say what is asked."""
    return np.array([place for place, lesson in enumerate(lessons) if lesson.label], np.intp)


def danger_rows(lessons: Sequence[Lesson]) -> NDArray[np.intp]:
    """Places of the lessons that say whether something is danger."""
    return np.array([place for place, lesson in enumerate(lessons) if lesson.danger is not None], np.intp)


def labels_wanted(corpus: Corpus, lessons: Sequence[Lesson]) -> Matrix:
    """One column per label, 1 where it is the lesson's."""
    place = {label: number for number, label in enumerate(corpus.labels)}
    return _one_hot([place.get(lesson.label, -1) for lesson in lessons], len(place))


def danger_wanted(corpus: Corpus, lessons: Sequence[Lesson]) -> Matrix:
    """First column: any danger; then one per sign."""
    place = {sign: number for number, sign in enumerate(corpus.sign_ids, start=1)}
    wanted = _one_hot([place.get(lesson.danger or "", -1) for lesson in lessons], len(place) + 1)
    wanted[:, 0] = [bool(lesson.danger) and lesson.danger != CALM for lesson in lessons]
    return wanted


def _one_hot(places: list[int], width: int) -> Matrix:
    wanted = np.zeros((len(places), width), np.float32)
    for row, column in enumerate(places):
        if column >= 0:
            wanted[row, column] = 1.0
    return wanted


def _words(corpus: Corpus, lessons: list[Lesson], mean: Matrix) -> Words:
    """Both problems solved on one kernel of n-grams; a lesson that says nothing about a problem stays out of it."""
    vocabulary, table = tabulate([lesson.text for lesson in lessons])
    kernel = lexical_kernel(table)
    count = len(corpus.labels)
    coefficients = np.zeros((len(lessons), count + 1 + len(corpus.sign_ids)), np.float32)
    for rows, wanted, columns in (
        (topical(lessons), labels_wanted(corpus, lessons), slice(0, count)),
        (danger_rows(lessons), danger_wanted(corpus, lessons), slice(count, None)),
    ):
        coefficients[rows, columns] = solve(kernel[np.ix_(rows, rows)], wanted[rows], PENALTY)
    return Words.of(vocabulary, column_weights(table, coefficients), mean)


def _centred(corpus: Corpus, store: VectorStore) -> tuple[dict[str, Matrix], Matrix]:
    """The mean question of each language, and all vectors without it: otherwise a language is all one corner."""
    vectors = store.of([lesson.text for lesson in corpus.lessons])
    langs = np.array([lesson.lang for lesson in corpus.lessons])
    question = np.array([bool(lesson.label) and not lesson.label.startswith("~") for lesson in corpus.lessons])
    means: dict[str, Matrix] = {}
    for lang in dict.fromkeys(langs.tolist()):
        of_lang = langs == lang
        chosen = of_lang & question if (of_lang & question).any() else of_lang
        means[lang] = vectors[chosen].mean(axis=0)
        vectors[of_lang] -= means[lang]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return means, vectors


def _examples(vectors: Matrix, wanted: Matrix, penalty: float, exact: int, kept: int) -> Examples:
    # Rounded before solving: the coefficients are large and cancel out, so they must belong to the very same vectors.
    small = Small.of(vectors)
    rows, coefficients = solve_vectors(small.full(), wanted, penalty, exact=exact, kept=kept)
    return Examples(Small(small.values[rows], small.scales), coefficients.astype(np.float16).astype(np.float32))
