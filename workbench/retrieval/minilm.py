"""`chroma/minilm`: all-MiniLM-L6-v2, the small model that Chroma embeds with unless told otherwise.

Chroma keeps the model in an archive below the home folder, and fetches it by itself at the first use. Here it is looked
for in the same place, believed only when its hash is the known one, and fetched only by `fetch`, which a person has to
ask for. It is read out of the archive, so that what was checked is what runs. Texts are embedded one by one, without
padding: a text's vector depends on no other text, and short ones are fast.
"""

from __future__ import annotations

import hashlib
import tarfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import IntegrityError, UnavailableError
from workbench.hashing import short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "chroma/minilm"
VARIABLE = "WORKBENCH_MINILM"
"""Environment variable for a folder that holds the archive, where that is not Chroma's own."""
ARCHIVE = "onnx.tar.gz"
SHA256 = "913d7300ceae3b2dbc2c50d1de4baacab4be7b9380491c27fab7418616a16ec3"
SIZE = "about 80 MB"

_ALGORITHM = 1
"""Raised whenever the same file would give other vectors."""
_MOST_TOKENS = 256
"""Longer texts are cut, as the model's makers do."""
_MODEL, _TOKENIZER = "onnx/model.onnx", "onnx/tokenizer.json"
_loading = threading.Lock()


def version() -> str:
    """Changes whenever equal text could give another vector."""
    return f"{_ALGORITHM}-{short(SHA256)}"


def archive_place(environ: Mapping[str, str], folder: str | None = None) -> Path:
    """Where the archive is looked for: in `folder`, else where the environment says, else where Chroma keeps it."""
    named = folder or environ.get(VARIABLE)
    chroma = Path.home() / ".cache" / "chroma" / "onnx_models" / "all-MiniLM-L6-v2"
    return (Path(named).expanduser() if named else chroma) / ARCHIVE


class MiniLM:
    """The model, loaded. Safe to use from several threads."""

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session = session
        self._tokenizer = tokenizer

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A float32 array with a row of length 1 for each text."""
        import numpy as np

        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        import numpy as np

        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, given)[0][0].astype(np.float64)
        mean = states.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


def load(archive: Path, sha256: str | None = None) -> MiniLM:
    """The model in this archive, if it has this hash, or the known one; loaded once per process.

    Raises UnavailableError when there is no such file, IntegrityError when it is not the known one.
    """
    with _loading:
        return _load(archive, sha256 or SHA256)


@cache
def _load(archive: Path, sha256: str) -> MiniLM:
    import onnxruntime
    from tokenizers import Tokenizer

    try:
        with archive.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise IntegrityError(f"{str(archive)!r} is not the model that {NAME} stands for.", hint=_HOW_TO_FETCH)
            file.seek(0)
            parts = _read(file)
    except FileNotFoundError as error:
        raise missing(archive) from error
    except OSError as error:
        raise UnavailableError(f"{str(archive)!r} cannot be read: {error}.", hint=_HOW) from error
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise IntegrityError(f"{str(archive)!r} holds no model: {error}.", hint=_HOW_TO_FETCH) from error
    tokenizer = Tokenizer.from_str(parts[_TOKENIZER].decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=_MOST_TOKENS)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(parts[_MODEL], options, providers=["CPUExecutionProvider"])
    return MiniLM(session, tokenizer)


def missing(archive: Path) -> UnavailableError:
    """The error for an archive that is not there."""
    return UnavailableError(f"{NAME} needs a file that is not in {str(archive.parent)!r}.", hint=_HOW)


def _read(file: Any) -> dict[str, bytes]:
    parts = {}
    with tarfile.open(fileobj=file, mode="r:gz") as archive:
        for member in archive:
            if member.name.removeprefix("./") in (_MODEL, _TOKENIZER) and (content := archive.extractfile(member)):
                parts[member.name.removeprefix("./")] = content.read()
    if len(parts) < 2:
        raise KeyError(f"it lacks {_MODEL} or {_TOKENIZER}")
    return parts


_HOW_TO_FETCH = f"`workbench index fetch-embedder {NAME} --yes` fetches it ({SIZE}) from where Chroma publishes it."
_HOW = f"{_HOW_TO_FETCH} Without a network, copy {ARCHIVE} there, or name its folder in {VARIABLE}."
