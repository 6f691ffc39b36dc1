"""Vectors of texts kept by text hash, so that only new texts cost embedding time.

Rule of the place: a vector is found by embedder and text; a changed text is a new text. Eight bits a number are enough.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from answers.content import HERE
from answers.embedding import Embedder

SHIPPED = HERE / "vectors"
"""Vectors of the texts in this repository, so that a first start need not compute them."""


class VectorStore:
    """Vectors of one embedder: those shipped, those in `cache_dir`, and whatever else is asked for."""

    def __init__(self, embedder: Embedder, cache_dir: Path, shipped: Path = SHIPPED) -> None:
        self._embedder = embedder
        self.file = cache_dir / f"vectors-{embedder.name}.npz"
        self._known: dict[bytes, tuple[NDArray[np.int8], float]] = {}
        for file in (shipped / f"vectors-{embedder.name}.npz", self.file):
            self._read(file)

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), d), each of length one; new ones are computed and saved."""
        missing = list(dict.fromkeys(text for text in texts if _key(text) not in self._known))
        for start in range(0, len(missing), 256):
            part = missing[start : start + 256]
            for text, vector in zip(part, self._embedder.queries(part), strict=True):
                self._known[_key(text)] = _small(vector)
        if missing:
            self.save(self.file, self._known)
        rows = [self._known[_key(text)] for text in texts]
        vectors = np.stack([row for row, _ in rows]).astype(np.float32) * np.array([[s] for _, s in rows], np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def ship(self, texts: Iterable[str], folder: Path = SHIPPED) -> None:
        """Write the vectors of exactly `texts` into the repository, sorted, so that equal content gives equal bytes."""
        wanted = {_key(text) for text in texts}
        self.save(folder / self.file.name, {key: row for key, row in self._known.items() if key in wanted})

    def _read(self, file: Path) -> None:
        if not file.exists():
            return
        try:
            with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
                keys, vectors, scales = held["keys"], held["vectors"], held["scales"]
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            return  # A damaged cache costs time, never an answer.
        self._known.update(
            (key.tobytes(), (row, float(scale))) for key, row, scale in zip(keys, vectors, scales, strict=True)
        )

    @staticmethod
    def save(file: Path, known: dict[bytes, tuple[NDArray[np.int8], float]]) -> None:
        """Replace `file` in one step; a reader never sees half of it."""
        keys = sorted(known)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part.npz")
        np.savez(
            part,
            keys=np.array([list(key) for key in keys], np.uint8).reshape(len(keys), 16),
            vectors=np.stack([known[key][0] for key in keys]),
            scales=np.array([known[key][1] for key in keys], np.float32),
        )
        part.replace(file)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _small(vector: NDArray[np.float32]) -> tuple[NDArray[np.int8], float]:
    scale = max(float(np.abs(vector).max()), 1e-9) / 127
    return np.rint(vector / scale).astype(np.int8), scale
