"""`chroma/minilm` for a project: its vectors are made on this machine, and kept like those that are paid for."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import InputError, UnavailableError
from workbench.retrieval import minilm
from workbench.retrieval.embedders import require_going_on
from workbench.workspace.context import Context
from workbench.workspace.knowledge.kept_embedders import VECTOR_TYPE, Keep

_BATCH = 32
"""Texts made between two looks at a wish to stop: about two seconds."""
_FOLDER = "folder"


@dataclass(frozen=True)
class LocalEmbedder:
    """Makes vectors by a model in this process. See `VectorMaker`."""

    context: Context
    name: str
    parameters: Mapping[str, object]

    @property
    def version(self) -> str:
        """Changes whenever equal text could give another vector."""
        return f"{minilm.NAME} {minilm.version()}"

    @property
    def archive(self) -> Path:
        """Where its file is, or would be. Raises InputError for parameters that it does not know."""
        folder = self.parameters.get(_FOLDER)
        unknown = sorted(set(self.parameters) - {_FOLDER})
        if unknown or not isinstance(folder, str | None):
            raise InputError(
                f"The embedder {self.name!r} has the parameter {unknown[0] if unknown else _FOLDER!r}.",
                hint=f"{minilm.NAME} takes only {_FOLDER!r}, the folder of its file, as text.",
            )
        return minilm.archive_place(self.context.environ, folder)

    def lacks(self) -> UnavailableError | None:
        """What is needed before it can be used; None when nothing is missing."""
        return None if self.archive.is_file() else minilm.missing(self.archive)

    def key(self, *, query: bool) -> str:  # noqa: ARG002 (questions are embedded like documents)
        """Under what its vectors are kept."""
        return self.version

    def make(self, texts: Mapping[str, str], keep: Keep, *, query: bool, stop: threading.Event) -> None:  # noqa: ARG002
        """See `VectorMaker.make`. Raises UnavailableError when its file is not there."""
        model = minilm.load(self.archive)
        for batch in _batches(list(texts.items())):
            require_going_on(stop)
            vectors = model.embed([text for _, text in batch]).astype(VECTOR_TYPE)
            keep({one: row.tobytes() for (one, _), row in zip(batch, vectors, strict=True)})


def _batches(items: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    return [items[first : first + _BATCH] for first in range(0, len(items), _BATCH)]
