"""What fitting leaves behind: n-gram weights per language and example vectors for all, in numbers of eight bits.

Rule of the place: arrays and names only; a model file is an .npz without pickles and can be read anywhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answers.lexical import Vocabulary
from answers.ridge import Matrix, vector_kernel

FORMAT = "4"
"""Raise it when the meaning of the arrays changes: old caches are then fitted anew."""

_BLOCK = 256
"""So many example vectors are floats at a time: they fit the processor's nearest memory, and a question's closeness to
all of them takes a third of the time. The sums are the same to the last bit."""


@dataclass(frozen=True, slots=True)
class Small:
    """A matrix in eight bits with one scale per column."""

    values: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: Matrix) -> "Small":
        """The nearest eight-bit matrix."""
        scales = np.maximum(np.abs(matrix).max(axis=0, initial=0.0), 1e-9).astype(np.float32) / 127
        return cls(np.rint(matrix / scales).astype(np.int8), scales)

    def full(self) -> Matrix:
        """The matrix in full precision."""
        return self.values.astype(np.float32) * self.scales

    def weighed(self, weights: Matrix, at: "NDArray[np.int32] | slice" = slice(None)) -> Matrix:
        """`weights` times those rows; shape (columns,)."""
        return np.asarray((weights @ self.values[at].astype(np.float32)) * self.scales, np.float32)


@dataclass(frozen=True, slots=True)
class Words:
    """N-grams of one language and their weights. Columns: the labels, then "any danger", then each sign.

    `rows`: the row of `weights` of each n-gram; those that stand in the same texts, as half of them do, share one.
    `mean` is the mean vector of the language's questions: empty when no embedder was there while fitting.
    """

    vocabulary: Vocabulary
    rows: NDArray[np.int32]
    weights: Small
    mean: NDArray[np.float32]

    @classmethod
    def of(cls, vocabulary: Vocabulary, weights: Matrix, mean: Matrix) -> "Words":
        """From weights of shape (n-grams, columns)."""
        every = Small.of(weights)
        whole = np.ascontiguousarray(every.values).view(np.dtype((np.void, every.values.shape[1])))[:, 0]
        _, first, rows = np.unique(whole, return_index=True, return_inverse=True)
        return cls(vocabulary, rows.astype(np.int32), Small(every.values[first], every.scales), mean)

    def scores(self, text: str) -> Matrix:
        """Scores of shape (columns,) of a text in matching form."""
        at, weights = self.vocabulary.weigh(text)
        return self.weights.weighed(weights, self.rows[at])

    def centre(self, vector: Matrix) -> Matrix:
        """The vector without what all questions of this language share, of length one again."""
        centred = vector - self.mean
        return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-9), np.float32)


@dataclass(frozen=True, slots=True)
class Examples:
    """Centred vectors of texts of all languages and what each of them says about each column."""

    vectors: Small
    coefficients: Matrix

    def scores(self, vector: Matrix) -> Matrix:
        """Scores of shape (columns,) of a centred vector."""
        scaled, values = self.vectors.scales * vector, self.vectors.values
        cosines, block = np.empty(len(values), np.float32), np.empty((_BLOCK, values.shape[1]), np.float32)
        for start in range(0, len(values), _BLOCK):
            part = block[: len(values) - start]
            part[...] = values[start : start + _BLOCK]
            np.dot(part, scaled, out=cosines[start : start + _BLOCK])
        return np.asarray(vector_kernel(cosines) @ self.coefficients, np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted whole, with the names of its columns and the embedder it belongs to ("" for none)."""

    labels: tuple[str, ...]
    signs: tuple[str, ...]
    embedder: str
    words: Mapping[str, Words]
    asked: Examples | None = None
    danger: Examples | None = None

    def save(self, file: Path) -> None:
        """Replace `file` in one step."""
        names = json.dumps({"labels": self.labels, "signs": self.signs, "embedder": self.embedder})
        arrays: dict[str, NDArray[np.generic]] = {"names": np.frombuffer(names.encode(), np.uint8)}
        for lang, part in self.words.items():
            arrays |= {
                f"words/{lang}/numbers": part.vocabulary.numbers,
                f"words/{lang}/rarity": part.vocabulary.rarity,
                f"words/{lang}/rows": part.rows,
                f"words/{lang}/mean": part.mean,
            } | _packed(f"words/{lang}/weights", part.weights)
        for name, examples in (("asked", self.asked), ("danger", self.danger)):
            if examples:
                arrays |= _packed(f"{name}/vectors", examples.vectors)
                arrays[f"{name}/coefficients"] = examples.coefficients.astype(np.float16)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".part.npz")
        np.savez(fresh, **arrays)  # type: ignore[arg-type]
        fresh.replace(file)

    @classmethod
    def load(cls, file: Path) -> "Model":
        """Raises OSError, EOFError, ValueError, KeyError or BadZipFile for an absent, cut-off or other file."""
        # Opened here, because numpy forgets to close what it cannot read.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            arrays: dict[str, NDArray[np.generic]] = {name: held[name] for name in held.files}
        names = json.loads(arrays["names"].tobytes())
        langs = dict.fromkeys(name.split("/")[1] for name in arrays if name.startswith("words/"))
        return cls(
            tuple(names["labels"]),
            tuple(names["signs"]),
            names["embedder"],
            {lang: _words(arrays, f"words/{lang}") for lang in langs},
            _examples(arrays, "asked"),
            _examples(arrays, "danger"),
        )


def _packed(name: str, matrix: Small) -> dict[str, NDArray[np.generic]]:
    return {name: matrix.values, f"{name}/scales": matrix.scales}


def _small(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Small:
    return Small(arrays[name].astype(np.int8, copy=False), arrays[f"{name}/scales"].astype(np.float32, copy=False))


def _words(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Words:
    numbers, rarity = arrays[f"{name}/numbers"], arrays[f"{name}/rarity"]
    vocabulary = Vocabulary(numbers.astype(np.int32, copy=False), rarity.astype(np.float32, copy=False))
    rows, mean = arrays[f"{name}/rows"].astype(np.int32, copy=False), arrays[f"{name}/mean"]
    return Words(vocabulary, rows, _small(arrays, f"{name}/weights"), mean.astype(np.float32, copy=False))


def _examples(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Examples | None:
    if f"{name}/vectors" not in arrays:
        return None
    return Examples(_small(arrays, f"{name}/vectors"), arrays[f"{name}/coefficients"].astype(np.float32))
