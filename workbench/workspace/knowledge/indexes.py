"""Indexes: build from documents, open, query, rebuild when deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.index import Chunk, Document, IndexInfo, IndexSettings, Reading, RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.protocols import Retriever
from workbench.domain.scan import IndexScan
from workbench.errors import InputError, IntegrityError, OutdatedIndexError, UnavailableError
from workbench.retrieval import filters
from workbench.retrieval.reranking import RerankingRetriever
from workbench.store import indexes, prompts
from workbench.store.session import Session
from workbench.workspace import uploads
from workbench.workspace.context import Context
from workbench.workspace.job_book import OnProgress
from workbench.workspace.knowledge import risks, source_changes, source_facts
from workbench.workspace.knowledge.building import Build, Building, under_way
from workbench.workspace.knowledge.cuts import Cuts, cuts
from workbench.workspace.knowledge.embedders import ByWords, EmbeddingCost, FoundEmbedder, ProjectEmbedders
from workbench.workspace.knowledge.index_search import Found, explain
from workbench.workspace.knowledge.reranking import AsksApart, Rerankers
from workbench.workspace.knowledge.source_changes import SourceChanges, recorded, source_paths
from workbench.workspace.uploads import Kept

if TYPE_CHECKING:
    from workbench.retrieval.documents import Loaded

LONGEST_NAME = 100
"""Characters of the name of an index."""


@dataclass(frozen=True)
class Indexes:
    """The project's indexes. A name points at the newest index built under it."""

    context: Context
    rerankers: Rerankers | None = None
    """Who reranks and pays; None: this object's users do, call by call, within the month's budget."""

    def load(self, paths: Sequence[Path], reading: Reading | None = None) -> Loaded:
        """Read documents without building anything: what would be indexed, and what left out and why."""
        from workbench.retrieval.documents import load

        return load(paths, reading)

    def build(
        self,
        name: str,
        paths: Sequence[Path],
        settings: IndexSettings | None = None,
        *,
        reading: Reading | None = None,
        on_cost: Callable[[EmbeddingCost], None] | None = None,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> IndexInfo:
        """Cut, embed and store documents as an immutable index under a name.

        The same documents with the same settings are the same index: nothing is built twice. Once `stop` is set,
        CancelledError ends it, and what was embedded is kept. `on_cost` hears what embedding takes before it begins.
        """
        self.context.require("engineer", "build an index")
        loaded = self.load(paths, reading)
        if on_cost is not None:
            on_cost(self.embedding_cost(loaded.documents, settings or IndexSettings()))
        info = self.build_from(
            name,
            loaded.documents,
            settings,
            sources=recorded(paths, self.context.root),
            skipped=loaded.skipped,
            reading=reading,
            on_progress=on_progress,
            stop=stop,
        )
        source_facts.keep(self.context.state, info, loaded.facts)
        return info

    def build_from(
        self,
        name: str,
        documents: Sequence[Document],
        settings: IndexSettings | None = None,
        *,
        sources: tuple[str, ...] = (),
        skipped: tuple[tuple[str, str], ...] = (),
        reading: Reading | None = None,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> IndexInfo:
        """Build from documents already read."""
        from workbench.retrieval import index

        ctx = self.context
        ctx.require("engineer", "build an index")
        if not name.strip() or "@" in name or not name.isprintable() or len(name) > LONGEST_NAME:
            raise InputError(f"{name!r} is no name for an index.", hint="Use letters, digits, '-' and '_'.")
        info = index.build(
            ctx.index_root,
            name,
            documents,
            settings or IndexSettings(),
            sources=sources,
            skipped=skipped,
            reading=reading,
            now=ctx.clock.now(),
            embedding=ProjectEmbedders(ctx),
            on_progress=on_progress,
            stop=stop,
        )

        def change(session: Session) -> None:
            known = [i for i in indexes.latest(session) if i.name == name]
            indexes.add(session, info, documents)
            if known and known[0].fingerprint == info.fingerprint:
                return
            ctx.record(session, "index built", name, fingerprint=info.fingerprint, chunks=info.chunks)

        ctx.write(change)
        risks.scanned(ctx, info.fingerprint, lambda: documents)
        return info

    def build_apart(
        self,
        base: IndexInfo,
        documents: Sequence[Document],
        settings: IndexSettings,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> IndexInfo:
        """The index that the documents of `base` give with these settings. It takes no name and is not listed."""
        from workbench.retrieval import index

        return index.build(
            self.context.index_root,
            base.name,
            documents,
            settings,
            sources=base.sources,
            skipped=base.skipped,
            reading=base.reading,
            now=self.context.clock.now(),
            embedding=ProjectEmbedders(self.context),
            on_progress=on_progress,
            stop=stop,
        )

    def prune(self) -> Sequence[str]:
        """Delete the folders of indexes that no name points at and no run searched; returns the folders' names.

        Evaluations leave such indexes behind. Nothing is lost: what an evaluation found is stored, and an index that is
        wanted again is built again from the documents.
        """
        from workbench.retrieval import index

        self.context.require("engineer", "delete indexes")
        return index.prune(self.context.index_root, self.context.read(indexes.in_use))

    def list(self) -> Sequence[IndexInfo]:
        """The newest index of every name."""
        return self.context.read(indexes.latest)

    def get(self, name: str) -> IndexInfo:
        """The newest index of a name."""
        return self.context.read(lambda s: indexes.get(s, name))

    def versions(self, name: str) -> Sequence[IndexInfo]:
        """All indexes that ever had this name, newest first. Runs go on using the one they were made with."""
        return self.context.read(lambda s: indexes.versions(s, name))[::-1]

    def missing(self) -> Sequence[str]:
        """Names that the newest versions of prompts look their sources up in, and that no index has."""

        def query(session: Session) -> Sequence[str]:
            there = {info.name for info in indexes.latest(session)}
            settings = [version.content.retrieval for version in prompts.latest(session)]
            return list(dict.fromkeys(one.index for one in settings if one is not None and one.index not in there))

        return self.context.read(query)

    def documents(self, info: IndexInfo) -> tuple[Document, ...]:
        """The documents an index was built from, as they were then."""
        return self.context.read(lambda s: indexes.documents(s, info.fingerprint))

    def require_filter(self, info: IndexInfo, wanted: Mapping[str, Any]) -> None:
        """Raise InputError for a retrieval filter that no search of the index can follow."""
        if wanted:
            filters.matching(self._metadata(info), wanted)

    def _metadata(self, info: IndexInfo) -> dict[str, Mapping[str, Any]]:
        documents = self.context.read(lambda s: indexes.document_hashes(s, info.fingerprint))
        return {name: metadata for name, _, metadata in documents}

    def open(self, info: IndexInfo) -> Retriever:
        """Open an index; one whose folder was deleted is rebuilt from the store first.

        What is found in it is reranked where the settings of a search name a reranker, which may cost.
        """
        rerankers = self.rerankers or Rerankers(self.context, AsksApart(self.context))
        return RerankingRetriever(self._searched(info), rerankers.named)

    def _searched(self, info: IndexInfo) -> Retriever:
        from workbench.retrieval import embedders, index

        embedding = ProjectEmbedders(self.context)
        try:
            return index.open_index(self.context.index_root, info, embedding)
        except OutdatedIndexError:
            raise
        except UnavailableError:
            embedders.require_current(info)
            embedding.require_same(info.settings.embedder, info.embedder_version)
            again = self.build_apart(info, self.documents(info), info.settings)
            if again.fingerprint != info.fingerprint:
                raise IntegrityError(
                    f"The index {info.name!r} cannot be made again as it was: its documents give another one now.",
                    hint=f"Build it anew: workbench index build {info.name}",
                ) from None
            return index.open_index(self.context.index_root, info, embedding)

    def let_go(self, info: IndexInfo) -> None:
        """Close an index, for the memory it takes. It can be opened again."""
        from workbench.retrieval import index

        index.close_index(self.context.index_root, info.fingerprint)

    def open_fingerprint(self, fingerprint: str) -> Retriever:
        """Open the index that a run used."""
        return self.open(self.context.read(lambda s: indexes.by_fingerprint(s, fingerprint)))

    def open_without_asking(self, fingerprint: str) -> Retriever:
        """As `open_fingerprint`, for estimates: where a provider embeds the questions, it is searched by words."""
        info = self.context.read(lambda s: indexes.by_fingerprint(s, fingerprint))
        asks = ProjectEmbedders(self.context).asks(info.settings.embedder)
        return ByWords(self.open(info)) if asks else self.open(info)

    def query(self, name: str, text: str, settings: RetrievalSettings | None = None) -> tuple[RetrievedChunk, ...]:
        """The chunks nearest to a text."""
        if not text.strip():
            raise InputError("There is nothing to look for.", hint="Write a question or some words.")
        retriever = self.open(self.get(name))
        return retriever.retrieve(text, settings or RetrievalSettings(index=name))

    def explain(self, info: IndexInfo, text: str, settings: RetrievalSettings) -> Sequence[Found]:
        """As `query`, with the reasons: ranks by meaning and by words, and the words in common."""
        if not text.strip():
            raise InputError("There is nothing to look for.", hint="Write a question or some words.")
        return explain(self.open(info), text, settings)

    def cut(self, document: Document, settings: IndexSettings) -> Sequence[Chunk]:
        """The chunks that a document gives with these settings: as an index of it has, or would have."""
        from workbench.retrieval.chunking import cut

        return cut(document, settings)

    def filter_keys(self, info: IndexInfo) -> Mapping[str, Sequence[str | float]]:
        """What a search in this index can be filtered by besides names: each key of its documents, with the values."""
        return filters.keys_of(self._metadata(info))

    def cuts(self, documents: Sequence[Document], settings: IndexSettings) -> Cuts:
        """How many chunks documents would give with these settings, and how long they would be."""
        return cuts(documents, settings)

    def scan(self, info: IndexInfo) -> IndexScan:
        """What its documents hold that may harm: personal data, secrets, instructions aimed at a model."""
        return risks.scanned(self.context, info.fingerprint, lambda: self.documents(info))

    def changes(self, info: IndexInfo) -> SourceChanges:
        """How the files differ from what the index was built from. Raises InputError when they are gone.

        Quick enough to ask whenever a page is drawn: only files that were touched since are read.
        """
        return source_changes.changes(self.context, info)

    def stale(self) -> Sequence[tuple[IndexInfo, SourceChanges]]:
        """The newest indexes whose files have changed since, as far as it can be told without reading much."""
        return source_changes.stale(self.context, self.list())

    def sources(self, info: IndexInfo) -> Sequence[Path]:
        """The files and folders that an index was built from. Raises InputError when they are not known."""
        return source_paths(info, self.context.root)

    def rebuild(self, info: IndexInfo) -> Building:
        """Build again from the same files, as they are now, with the same settings, in the background."""
        return self.start(info.name, self.sources(info), info.settings, info.reading)

    def start(
        self, name: str, paths: Sequence[Path], settings: IndexSettings, reading: Reading | None = None
    ) -> Building:
        """Build in the background; `building` finds the build again."""
        self.context.require("engineer", "build an index")

        def build(report: OnProgress, stop: threading.Event) -> IndexInfo:
            return self.build(name, paths, settings, reading=reading, on_progress=report, stop=stop)

        return self.start_building(name, build)

    def start_building(self, name: str, build: Build) -> Building:
        """Carry a build of an index out in the background, unless one of that name goes on: then that is returned."""
        self.context.require("engineer", "build an index")
        return under_way.start(str(self.context.root), name, Building(name, build))

    def embedders(self) -> Sequence[FoundEmbedder]:
        """What could turn texts into vectors here, and what it costs. Contacts nobody."""
        return ProjectEmbedders(self.context).list()

    def embedding_cost(self, documents: Sequence[Document], settings: IndexSettings) -> EmbeddingCost:
        """What embedding documents would take, cut with these settings. Vectors that are kept cost nothing."""
        from workbench.retrieval.chunking import cut, searchable

        texts = [searchable(chunk) for document in documents for chunk in cut(document, settings)]
        return ProjectEmbedders(self.context).cost(settings.embedder, texts)

    def fetch_embedder(self, name: str, on_bytes: Callable[[int, int | None], None] | None = None) -> None:
        """Fetch the file that an embedder needs. To be called only when a person agreed: it contacts its publisher.

        `on_bytes` hears the bytes received and those in all, None where that is not known.
        """
        self.context.require("engineer", "fetch an embedder")
        ProjectEmbedders(self.context).fetch(name, on_bytes)

    def building(self, name: str) -> Building | None:
        """A build that was started in this process and not put away."""
        return under_way.find(str(self.context.root), name)

    def put_away(self, name: str) -> None:
        """Forget a build whose end was seen."""
        under_way.put_away(str(self.context.root), name)

    def keep_uploads(self, name: str, files: Sequence[tuple[str, bytes]], *, replace: bool = False) -> Kept:
        """Keep uploaded files, by path and content, in the project; with `replace`, instead of those of that name."""
        self.context.require("engineer", "bring documents")
        return uploads.keep(self.context.state, name, files, replace=replace)

    def take_back_uploads(self, name: str) -> None:
        """Undo what `keep_uploads` last changed under this name; once more, and it is done again."""
        self.context.require("engineer", "bring documents")
        uploads.take_back(self.context.state, name)

    def has_uploads_of_before(self, name: str) -> bool:
        """Whether there is something for `take_back_uploads` to take back."""
        return uploads.has_before(self.context.state, name)

    def has_uploads(self, name: str) -> bool:
        """Whether uploaded files are kept under this name."""
        return uploads.is_kept(self.context.state, name)
