"""The embedders of a project: by name, with what they cost and whether they can be used now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.index import RetrievedChunk
from workbench.domain.model import Price, Usage
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.protocols import Retriever
from workbench.errors import InputError, IntegrityError, UnavailableError, WorkbenchError
from workbench.models import embedders as models
from workbench.pricing import FREE, cost_usd
from workbench.retrieval import embedders as built_in
from workbench.retrieval import lexical, minilm
from workbench.retrieval.embedders import FittedEmbedder
from workbench.store import embeddings
from workbench.text import tokens
from workbench.workspace.context import Context
from workbench.workspace.knowledge.asking_embedders import AskedEmbedder
from workbench.workspace.knowledge.kept_embedders import STATE_FILE, KeptEmbedder, VectorMaker, text_hash
from workbench.workspace.knowledge.local_embedder import LocalEmbedder

OnBytes = Callable[[int, int | None], None]
"""Called with the bytes received and those in all; None where that is not known."""


@dataclass(frozen=True)
class FoundEmbedder:
    """An embedder that could be used. Finding one contacts nobody."""

    name: str
    ready: bool
    note: str
    """What it is, or what is missing before it can be used."""
    price: Price | None = None
    """None: unknown."""
    download: str | None = None
    """How much would be fetched once a person agrees, where it can be fetched; None otherwise."""


@dataclass(frozen=True)
class EmbeddingCost:
    """What embedding the chunks of an index would take. Tokens are estimated."""

    chunks: int
    kept: int
    """Of how many chunks the vectors are there already; they cost nothing."""
    tokens: int
    """Of the others."""
    usd: float | None
    """None: unknown."""


@dataclass(frozen=True)
class ProjectEmbedders:
    """Embedders by the names that a project knows. See `EmbedderSource`."""

    context: Context

    def embedder_for(self, name: str, chunk_texts: Sequence[str]) -> FittedEmbedder:
        """See `EmbedderSource.embedder_for`. Whether a model can be asked shows when it has to be."""
        maker = self.maker(name)
        return built_in.embedder_for(name, chunk_texts) if maker is None else KeptEmbedder(self.context, maker)

    def load_embedder(self, name: str, folder: Path, version: str) -> FittedEmbedder:
        """See `EmbedderSource.load_embedder`."""
        try:
            maker = self.maker(name)
        except WorkbenchError as error:
            return LostEmbedder(name, version, error)
        if maker is None:
            return built_in.load_embedder(name, folder, version)
        if maker.version != version:
            return LostEmbedder(name, version, other_now(name, version, maker.version))
        return KeptEmbedder(self.context, maker, _dimension(folder, version))

    def require_ready(self, name: str, version: str, questions: Sequence[str]) -> None:
        """Raise UnavailableError when questions to an index of this embedder and version cannot be embedded.

        Those whose vectors are kept need nothing.
        """
        self.require_same(name, version)
        maker = self.maker(name)
        lacking = None if maker is None else maker.lacks()
        if maker is not None and lacking is not None and not self._kept(maker, questions):
            raise lacking

    def _kept(self, maker: VectorMaker, questions: Sequence[str]) -> bool:
        wanted = {text_hash(question) for question in questions}
        return wanted <= self.context.read(lambda s: embeddings.known(s, maker.key(query=True), wanted))

    def require_same(self, name: str, version: str) -> None:
        """Raise UnavailableError when the embedder is not of this version any more: it would make another index."""
        maker = self.maker(name)
        if maker is not None and maker.version != version:
            raise other_now(name, version, maker.version)

    def maker(self, name: str) -> VectorMaker | None:
        """Where the vectors of an embedder come from; None for one that is fitted on each index.

        Raises NotFoundError and InputError for names that mean nothing here.
        """
        settings = self.context.settings
        configured = settings.embedders.get(name)
        if (configured.model if configured else name) == minilm.NAME:
            return LocalEmbedder(self.context, name, configured.parameters if configured else {})
        if configured and built_in.is_built_in(configured.model):
            raise InputError(f"{configured.model} needs no table in workbench.toml.", hint="Name it as it is.")
        if built_in.is_built_in(name):
            return None
        return AskedEmbedder(self.context, models.resolve(name, settings.embedders, settings.models))

    def asks(self, name: str) -> bool:
        """Whether a provider is asked for vectors, which costs money or time of somebody's server."""
        try:
            return isinstance(self.maker(name), AskedEmbedder)
        except WorkbenchError:
            return False

    def cost(self, name: str, chunk_texts: Sequence[str]) -> EmbeddingCost:
        """What embedding these chunks would take."""
        maker = self.maker(name)
        if maker is None:
            return EmbeddingCost(len(chunk_texts), 0, sum(map(tokens.count, chunk_texts)), 0.0)
        hashes = [text_hash(text) for text in chunk_texts]
        known = self.context.read(lambda s: embeddings.known(s, maker.key(query=False), hashes))
        missing = {one: text for one, text in zip(hashes, chunk_texts, strict=True) if one not in known}
        count = sum(map(tokens.count, missing.values()))
        price = maker.price if isinstance(maker, AskedEmbedder) else FREE
        usd = cost_usd(Usage(prompt_tokens=count, completion_tokens=0), price) if missing else 0.0
        return EmbeddingCost(len(hashes), sum(one in known for one in hashes), count, usd)

    def list(self) -> Sequence[FoundEmbedder]:
        """Those that need nothing first, then configured ones, then those for which the environment has a key."""
        found = [*self._built_in(), *self._configured()]
        names = {one.name for one in found}
        offered = models.offered(self.context.environ)
        return [*found, *(self._asked(name) for name in offered if name not in names)]

    def fetch(self, name: str, on_bytes: OnBytes | None = None) -> None:
        """Fetch the file that an embedder needs, where one can be fetched."""
        from workbench.retrieval.minilm_download import fetch

        maker = self.maker(name)
        if not isinstance(maker, LocalEmbedder):
            raise InputError(f"The embedder {name!r} needs no file.")
        fetch(maker.archive, on_bytes)

    def _built_in(self) -> Iterator[FoundEmbedder]:
        note = "Finds by shared words. No download, no key; fitted on each index."
        yield FoundEmbedder(lexical.NAME, ready=True, note=note, price=FREE)
        yield self._minilm(minilm.NAME, {})

    def _configured(self) -> Iterator[FoundEmbedder]:
        for name, settings in self.context.settings.embedders.items():
            if settings.model == minilm.NAME:
                yield self._minilm(name, settings.parameters)
            else:
                yield self._asked(name)

    def _minilm(self, name: str, parameters: Mapping[str, object]) -> FoundEmbedder:
        try:
            lacking = LocalEmbedder(self.context, name, parameters).lacks()
        except InputError as error:
            return FoundEmbedder(name, ready=False, note=str(error), price=FREE)
        if lacking is None:
            return FoundEmbedder(name, ready=True, note="A small model for meaning, run on this machine.", price=FREE)
        return FoundEmbedder(name, ready=False, note=lacking.message, price=FREE, download=minilm.SIZE)

    def _asked(self, name: str) -> FoundEmbedder:
        try:
            maker = self.maker(name)
        except WorkbenchError as error:
            return FoundEmbedder(name, ready=False, note=str(error))
        assert isinstance(maker, AskedEmbedder)  # noqa: S101 (those that come with the program are told apart above)
        lacking = maker.lacks()
        note = f"Asks {maker.spec.model.model}." if lacking is None else str(lacking)
        return FoundEmbedder(name, ready=lacking is None, note=note, price=maker.price)


@dataclass(frozen=True)
class ByWords:
    """An index searched by words alone, where nobody is to be asked for vectors. See `Retriever`."""

    retriever: Retriever

    @property
    def fingerprint(self) -> str:
        """Identity of the index."""
        return self.retriever.fingerprint

    def retrieve(self, query: str, settings: RetrievalSettings) -> tuple[RetrievedChunk, ...]:
        """The best by keywords, whatever the settings search by and however little they have in common."""
        return self.retriever.retrieve(query, replace(settings, search="bm25", min_score=None))


@dataclass(frozen=True)
class LostEmbedder:
    """The embedder of an index that cannot be asked any more: what needs no vectors of questions still works."""

    name: str
    version: str
    reason: WorkbenchError

    def embed(self, texts: Sequence[str], *, query: bool = False) -> object:  # noqa: ARG002
        """Raises the reason."""
        raise self.reason

    def save(self, folder: Path) -> None:  # noqa: ARG002
        """Raises the reason."""
        raise self.reason


def other_now(name: str, version: str, now: str) -> UnavailableError:
    """The error for an index whose embedder was changed."""
    return UnavailableError(
        f"The index was made with {version}; the embedder {name!r} is {now} now.",
        hint="Build the index anew, or set the embedder in workbench.toml as it was. Search by words (bm25) works.",
    )


def _dimension(folder: Path, version: str) -> int | None:
    path = folder / STATE_FILE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["version"] == version:
            return int(told["dimension"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise IntegrityError(
            f"{str(path)!r} is not the state of an embedder.", hint="Build the index again."
        ) from error
    raise IntegrityError(f"{str(path)!r} is the state of another embedder.", hint="Build the index again.")
