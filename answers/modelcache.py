"""The fitted model of today's content: found in the cache, or fitted in a process of its own and kept.

Rule of the place: a cached model belongs to exactly one content, embedder and format; everything else is fitted anew.
"""

import subprocess
import sys
from pathlib import Path
from zipfile import BadZipFile

from answers.content import HERE
from answers.corpus import Corpus, write_lessons
from answers.embedding import Embedder
from answers.model import FORMAT, Model

NO_EMBEDDER = "none"


def fitted(corpus: Corpus, cache_dir: Path, embedder: Embedder | None) -> Model:
    """The model of exactly this content and embedder. Fitting takes seconds, with new vectors minutes."""
    file = model_file(corpus, cache_dir, embedder)
    found = _read(file)
    if found:
        return found
    if (embedder is None or embedder.source) and _fitted_elsewhere(corpus, cache_dir, embedder):
        found = _read(file)
    return found or fitted_here(corpus, cache_dir, embedder)


def model_file(corpus: Corpus, cache_dir: Path, embedder: Embedder | None) -> Path:
    """Where the model of this content and embedder is kept."""
    return cache_dir / f"model-{corpus.fingerprint(FORMAT, embedder.name if embedder else NO_EMBEDDER)}.npz"


def fitted_here(corpus: Corpus, cache_dir: Path, embedder: Embedder | None) -> Model:
    """Fit in this process and keep the result."""
    from answers.fitting import fit
    from answers.vectors import VectorStore

    store = VectorStore(embedder, cache_dir) if embedder else None
    model = fit(corpus, store, embedder.name if embedder else "")
    model.save(model_file(corpus, cache_dir, embedder))
    return model


def _fitted_elsewhere(corpus: Corpus, cache_dir: Path, embedder: Embedder | None) -> bool:
    """Fit in a child: its hundreds of megabytes go back to the system with it, which ours would not."""
    cache_dir.mkdir(parents=True, exist_ok=True)
    lessons = model_file(corpus, cache_dir, embedder).with_suffix(".lessons.json")
    write_lessons(corpus, lessons)
    command = [sys.executable, "-m", "answers.fit", "--lessons", str(lessons.resolve())]
    command += ["--cache", str(cache_dir.resolve()), "--embedder", embedder.source if embedder else NO_EMBEDDER]
    try:
        return subprocess.run(command, cwd=HERE.parent, check=False, stdout=subprocess.DEVNULL).returncode == 0  # noqa: S603
    finally:
        lessons.unlink(missing_ok=True)


def _read(file: Path) -> Model | None:
    try:
        return Model.load(file)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        return None  # Absent or damaged: fitting again is always possible.
