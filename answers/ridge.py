"""Ridge regression on kernels, in numpy: what learns topics and danger from thousands of short texts.

Rule of the place: plain linear algebra, no randomness; the same texts give the same numbers.
Against logistic regression and a linear support vector machine it gave the same accuracy, without their packages.
"""

import numpy as np
from numpy.typing import NDArray

from answers.lexical import Table

Matrix = NDArray[np.float32]

_BLOCK = 512
"""Rows decomposed at a time."""

_JITTER = 1e-3
"""Keeps the reduced system solvable where two kept rows are nearly equal."""

WIDTH = 1.5
"""Narrowness of the kernel between vectors: exp(-WIDTH * (1 - cosine))."""


def lexical_kernel(table: Table) -> Matrix:
    """Cosine between the weighted n-grams of every pair of texts; shape (n, n).

    Common columns are multiplied as a dense block, rare ones by walking who else has them: no sparse package needed.
    """
    size = len(table)
    rows = np.repeat(np.arange(size), np.diff(table.starts))
    spread = np.bincount(table.columns, minlength=table.width)
    common = np.flatnonzero(spread > max(size // 20, 8))
    place = np.full(table.width, -1)
    place[common] = np.arange(len(common))
    often = place[table.columns] >= 0
    dense = np.zeros((size, len(common)), np.float32)
    dense[rows[often], place[table.columns[often]]] = table.weights[often]
    kernel: Matrix = dense @ dense.T
    _add_rare(kernel, rows[~often], table.columns[~often], table.weights[~often])
    return kernel


def _add_rare(kernel: Matrix, rows: NDArray[np.int64], columns: NDArray[np.int32], weights: Matrix) -> None:
    order = np.argsort(columns, kind="stable")
    rows, columns, weights = rows[order], columns[order], weights[order]
    ends = np.flatnonzero(np.diff(columns, append=-1)) + 1
    start = 0
    for end in ends.tolist():
        if end - start > 1:
            who, how = rows[start:end], weights[start:end]
            kernel[np.ix_(who, who)] += np.outer(how, how)
        else:
            kernel[rows[start], rows[start]] += weights[start] ** 2
        start = end


def vector_kernel(cosines: Matrix) -> Matrix:
    """Closeness of vectors from their cosines: 1 for equal, falling fast; any shape. `cosines` is used up."""
    # In place: while fitting this is the largest matrix there is.
    cosines -= np.float32(1.0)
    cosines *= np.float32(WIDTH)
    return np.exp(cosines, out=cosines)


def solve(kernel: Matrix, wanted: Matrix, penalty: float) -> Matrix:
    """The coefficients of each text for each wanted column; shape of `wanted`. `kernel` is used up.

    A Cholesky decomposition in blocks, in place and in single precision: numpy's own solver works in double precision
    on two copies, which for ten thousand texts is 2 GB instead of 0.4 and takes three times as long.
    """
    size = len(kernel)
    kernel[np.diag_indices(size)] += np.float32(penalty)
    found = wanted.astype(np.float32)
    blocks = [slice(start, min(start + _BLOCK, size)) for start in range(0, size, _BLOCK)]
    for place, block in enumerate(blocks, start=1):
        below = slice(block.stop, size)
        undo = np.linalg.inv(np.linalg.cholesky(kernel[block, block].astype(np.float64))).astype(np.float32)
        kernel[block, block] = undo
        kernel[below, block] = kernel[below, block] @ undo.T
        for other in blocks[place:]:
            kernel[other.start :, other] -= kernel[other.start :, block] @ kernel[other, block].T
        found[block] = undo @ found[block]
        found[below] -= kernel[below, block] @ found[block]
    for block in reversed(blocks):
        below = slice(block.stop, size)
        found[block] = kernel[block, block].T @ (found[block] - kernel[below, block].T @ found[below])
    return found


def solve_vectors(
    vectors: Matrix, wanted: Matrix, penalty: float, *, exact: int, kept: int
) -> tuple[NDArray[np.intp], Matrix]:
    """Which rows to keep as examples, and their coefficients.

    Up to `exact` rows are all kept and solved exactly. Of more, `kept` rows stand for their neighbours (Nystroem): time
    and memory then grow with the rows, not with their cube and square.
    """
    if len(vectors) <= exact:
        kernel = vector_kernel(vectors @ vectors.T)
        return np.arange(len(vectors)), solve(kernel, wanted, penalty)
    chosen = np.linspace(0, len(vectors) - 1, min(kept, len(vectors))).astype(np.intp)
    seen = np.zeros((len(chosen), len(chosen)), np.float64)
    heard = np.zeros((len(chosen), wanted.shape[1]), np.float64)
    for start in range(0, len(vectors), 2048):
        part = vector_kernel(vectors[start : start + 2048] @ vectors[chosen].T)
        seen += part.T @ part
        heard += part.T @ wanted[start : start + 2048]
    seen += penalty * vector_kernel(vectors[chosen] @ vectors[chosen].T)
    seen[np.diag_indices(len(chosen))] += _JITTER
    return chosen, np.linalg.solve(seen, heard).astype(np.float32)


def column_weights(table: Table, coefficients: Matrix) -> Matrix:
    """The coefficients of texts turned into weights of n-grams; shape (table.width, k)."""
    order = np.argsort(table.columns, kind="stable")
    rows = np.repeat(np.arange(len(table)), np.diff(table.starts))[order]
    columns = table.columns[order]
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    result = np.zeros((table.width, coefficients.shape[1]), np.float32)
    # One target at a time keeps the working memory small: nnz numbers instead of nnz * k.
    for target in range(coefficients.shape[1]):
        result[columns[starts], target] = np.add.reduceat(coefficients[rows, target] * table.weights[order], starts)
    return result
