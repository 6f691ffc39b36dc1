"""A small search that is fitted in a second, for tests that fit their own."""

import pytest

from answers.ask import Finder
from answers.corpus import Corpus, load_corpus
from answers.danger import load_signs
from answers.fitting import fit
from answers.topics import load_topics

TOPICS = ("antenatal-care", "book-visit", "dengue", "dental", "hics-price", "malaria", "snake-bite", "tb-symptoms")
SIGNS = ("bleeding", "snake")


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """All lessons of this repository."""
    return load_corpus()


@pytest.fixture(scope="session")
def small(corpus: Corpus) -> Corpus:
    """Eight topics, two signs, two languages."""
    chosen = [lesson for lesson in corpus.lessons if lesson.lang in ("en", "my")]
    lessons = [lesson for lesson in chosen if lesson.label in TOPICS or lesson.label.startswith("~")]
    lessons += [lesson for lesson in chosen if lesson.danger in SIGNS][::2]
    lessons += [lesson for lesson in chosen if lesson.danger == "calm"][::20]
    return Corpus(TOPICS, tuple(lessons))


@pytest.fixture(scope="session")
def small_finder(small: Corpus) -> Finder:
    """A finder over the small corpus, without an embedder."""
    topics = {name: topic for name, topic in load_topics().items() if name in TOPICS}
    return Finder(topics, load_signs(), fit(small, None), None)
