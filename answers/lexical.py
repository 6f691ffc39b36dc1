"""Character n-grams weighted by rarity: the part of search that needs no embedder.

Rule of the place: the hash is our own arithmetic, so a fitted model means the same on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZES = (1, 2, 3, 4)
"""Lengths of the n-grams. Thai, Burmese and Khmer have no spaces; n-grams need none."""

_BITS = 20
_MIX = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0x100000001B3)


def grams(text: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The distinct n-grams of `text` (in matching form) as sorted numbers below 2**20, and their sublinear counts."""
    codes = np.frombuffer(f" {text} ".encode("utf-32-le"), np.uint32).astype(np.uint64)
    found: list[NDArray[np.uint64]] = []
    rolling = np.zeros(len(codes), np.uint64)
    for size in SIZES[: len(codes)]:
        rolling = rolling[: len(codes) - size + 1] * _STEP + (codes[size - 1 :] + np.uint64(1)) * _MIX
        found.append((rolling ^ (rolling >> np.uint64(29))) * _MIX >> np.uint64(64 - _BITS))
    numbers, times = np.unique(np.concatenate(found).astype(np.int32), return_counts=True)
    return numbers, (1.0 + np.log(times)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams seen while fitting one language: sorted numbers and the rarity (idf) of each."""

    numbers: NDArray[np.int32]
    rarity: NDArray[np.float32]

    def weigh(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Positions of the known n-grams of `text` and their weights.

        The whole text has length one, unknown n-grams included: a text made of unknown pieces weighs little.
        """
        numbers, counts = grams(text)
        at = np.searchsorted(self.numbers, numbers)
        at[at == len(self.numbers)] = 0
        known = self.numbers[at] == numbers
        weights = counts * np.where(known, self.rarity[at], self.rarity.max())
        weights /= max(float(np.sqrt(weights @ weights)), 1e-9)
        return at[known], weights[known]


@dataclass(frozen=True, slots=True)
class Table:
    """Weighted n-grams of many texts, row by row (compressed sparse rows)."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1


def tabulate(texts: Sequence[str]) -> tuple[Vocabulary, Table]:
    """Learn the vocabulary of `texts` (in matching form) and weigh each of them by it."""
    pieces = [grams(text) for text in texts]
    numbers = np.concatenate([piece[0] for piece in pieces])
    counts = np.concatenate([piece[1] for piece in pieces])
    known, columns, spread = np.unique(numbers, return_inverse=True, return_counts=True)
    rarity = (1.0 + np.log((1.0 + len(texts)) / (1.0 + spread))).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum([len(piece[0]) for piece in pieces])])
    weights = counts * rarity[columns]
    lengths = np.sqrt(np.add.reduceat(weights * weights, starts[:-1]))
    weights = weights / np.repeat(lengths, np.diff(starts))
    table = Table(starts, columns.astype(np.int32), weights.astype(np.float32), len(known))
    return Vocabulary(known, rarity), table
