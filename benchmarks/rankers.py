"""Ways of finding the topic of a question: classic search, vectors alone, and this bot, all over the same texts.

Rule of the place: the simple ones get the same repaired question and the same texts as the bot, each in the form that
does it most good: the texts of a topic joined into one (half the mistakes of single texts), vectors one by one.
"""

import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from answers.ask import Finder, prepare
from answers.corpus import Corpus
from answers.embedding import Embedder
from answers.lexical import tabulate
from answers.vectors import VectorStore

SHOWN = 3
"""So many topics are asked for: as many as the bot offers as buttons."""
K1, B = 1.2, 0.75
"""Saturation and length of BM25: the usual ones."""
SIZES = (2, 3, 4)
"""Lengths of the n-grams of BM25."""
NEAREST = 3
"""So many of a topic's texts count beside a vector; with the nearest one alone, up to 19 points fewer are right."""

Ranker = Callable[[str, str], list[str]]
"""From what a person wrote and the language they chose to the first `SHOWN` topic ids, best first."""
Scorer = Callable[[str], NDArray[np.float32]]
"""From a text in matching form to one score for each topic, larger for closer."""


def build(corpus: Corpus, finder: Finder, embedder: Embedder, store: VectorStore) -> dict[str, Ranker]:
    """Everything that is compared, by name."""
    return {
        "BM25, words between spaces": _simple(corpus, lambda texts: bm25(_joined(texts), str.split)),
        "BM25, character n-grams": _simple(corpus, lambda texts: bm25(_joined(texts), pieces)),
        "SQLite FTS5, trigram": _simple(corpus, lambda texts: fts5(_joined(texts))),
        "TF-IDF, character n-grams": _simple(corpus, lambda texts: tf_idf(_joined(texts))),
        "embeddings, centred": _simple(corpus, lambda texts: vectors(texts, embedder, store)),
        "this bot": lambda text, lang: [scored.id for scored in finder.ask(text, lang).topics],
    }


def _simple(corpus: Corpus, scorer: Callable[[list[list[str]]], Scorer]) -> Ranker:
    """A scorer for each language, asked in the language in which the bot would search."""
    scorers = {}
    for lang in dict.fromkeys(lesson.lang for lesson in corpus.lessons):
        texts: dict[str, list[str]] = {topic: [] for topic in corpus.topics}
        for lesson in corpus.of(lang):
            if lesson.label in texts:
                texts[lesson.label].append(lesson.text)
        scorers[lang] = scorer(list(texts.values()))

    def rank(text: str, lang: str) -> list[str]:
        ready = prepare(text, lang)
        best = np.argsort(-scorers[ready.words](ready.text), kind="stable")[:SHOWN]
        return [corpus.topics[place] for place in best]

    return rank


def _joined(texts: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(part) for part in texts]


def pieces(text: str) -> list[str]:
    """The n-grams of characters, overlapping."""
    return [text[start : start + size] for size in SIZES for start in range(len(text) - size + 1)]


def bm25(texts: Sequence[str], split: Callable[[str], list[str]]) -> Scorer:
    """Okapi BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009)."""
    counts = [Counter(split(text)) for text in texts]
    lengths = np.array([count.total() for count in counts])
    norms = K1 * (1 - B + B * lengths / lengths.mean())
    spread = Counter(term for count in counts for term in count)
    row = {term: number for number, term in enumerate(spread)}
    weights = np.zeros((len(row), len(texts)), np.float32)
    for place, count in enumerate(counts):
        for term, times in count.items():
            rarity = math.log(1 + (len(texts) - spread[term] + 0.5) / (spread[term] + 0.5))
            weights[row[term], place] = rarity * times * (K1 + 1) / (times + norms[place])
    return lambda text: weights[[row[term] for term in split(text) if term in row]].sum(axis=0)


def tf_idf(texts: Sequence[str]) -> Scorer:
    """Cosine of the n-grams that the bot weighs too, without anything learned from them."""
    vocabulary, table = tabulate(texts)
    weights = np.zeros((table.width, len(texts)), np.float32)
    weights[table.columns, np.repeat(np.arange(len(table)), np.diff(table.starts))] = table.weights

    def score(text: str) -> NDArray[np.float32]:
        at, known = vocabulary.weigh(text)
        return np.asarray(known @ weights[at], np.float32)

    return score


def fts5(texts: Sequence[str]) -> Scorer:
    """SQLite's own full-text search and its bm25(); a topic that shares any trigram is a hit."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE topics USING fts5(text, tokenize = 'trigram')")
    database.executemany("INSERT INTO topics (rowid, text) VALUES (?, ?)", enumerate(texts))

    def score(text: str) -> NDArray[np.float32]:
        scores = np.zeros(len(texts), np.float32)
        trigrams = dict.fromkeys(text[start : start + 3] for start in range(len(text) - 2))
        if trigrams:
            wanted = " OR ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)
            found = database.execute("SELECT rowid, -bm25(topics) FROM topics WHERE topics MATCH ?", (wanted,))
            for place, value in found:
                scores[place] = value
        return scores

    return score


def vectors(texts: Sequence[Sequence[str]], embedder: Embedder, store: VectorStore) -> Scorer:
    """Mean cosine with the nearest texts of each topic, without what all texts of the language share."""
    parts = [store.of(part) for part in texts]
    mean = np.concatenate(parts).mean(axis=0)
    known = np.concatenate(parts) - mean
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    ends = np.cumsum([len(part) for part in parts])[:-1]

    def score(text: str) -> NDArray[np.float32]:
        asked = embedder.queries([text])[0] - mean
        near = np.split(known @ (asked / np.linalg.norm(asked)), ends)
        return np.array([np.sort(cosines)[-NEAREST:].mean() for cosines in near], np.float32)

    return score
