"""The arms of a plan: every prompt version on every model, and where they are several, with every index or lender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import Any

from workbench.domain.index import IndexInfo
from workbench.domain.model import ModelSpec
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.run import Arm
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import InputError, NotFoundError
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.models import Models
from workbench.workspace.runs.borrowing import Lender

SourcesFrom = str | Lender | None
"""The name of an index, an arm whose chunks are shown again, or what the prompt itself says."""


@dataclass
class ArmMaker:
    """Makes the arms of one plan."""

    indexes: Indexes
    models: Models
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Overrule the prompts' parameters in every arm."""
    concurrency: int | None = None
    """Calls in flight per model; None: the model's own limit."""
    _opened: dict[str, IndexInfo] = field(default_factory=dict)

    def arms(
        self, versions: Sequence[PromptVersion], models: Sequence[str], sources: Sequence[SourcesFrom], otherwise: str
    ) -> tuple[Arm, ...]:
        """Versions outermost, then models, then sources. A prompt that shows no sources is asked once per model.

        Without `models`, each version is asked on its own model, else on `otherwise`.
        """
        made = [
            self.arm(version, self.models.resolve(name), origin)
            for version in versions
            for name in dict.fromkeys(models or (version.content.model or otherwise,))
            for origin in (sources if shows_sources(version) else (None,))
        ]
        return _told_apart(list({(arm.label, _variant(arm)): arm for arm in made}.values()))

    def arm(self, version: PromptVersion, spec: ModelSpec, origin: SourcesFrom = None) -> Arm:
        """One version on one model."""
        if self.concurrency is not None:
            spec = replace(spec, limits=replace(spec.limits, concurrency=self.concurrency))
        arm = Arm(
            prompt=version,
            model=spec,
            parameters={**spec.parameters, **version.content.parameters, **self.parameters},
            index_fingerprint=None,
            price=self.models.price(spec),
            retrieval=version.content.retrieval,
        )
        if isinstance(origin, Lender):
            return replace(
                arm, index_fingerprint=origin.index_fingerprint, retrieval=origin.retrieval, borrowed=origin.chunks
            )
        if origin is not None:
            arm = replace(arm, retrieval=_on_index(arm.retrieval, origin))
        return (
            arm if arm.retrieval is None else replace(arm, index_fingerprint=self._fingerprint(version, arm.retrieval))
        )

    def _newest(self, index: str) -> IndexInfo:
        try:
            return self.indexes.get(index)
        except NotFoundError as error:
            build = f"To build it: `workbench index build {quote(index)} FOLDER`."
            raise NotFoundError("index", index, hint=f"{error.hint or ''} {build}".strip()) from error

    def _fingerprint(self, version: PromptVersion, retrieval: RetrievalSettings) -> str:
        if retrieval.index not in self._opened:
            self._opened[retrieval.index] = self._newest(retrieval.index)
        info = self._opened[retrieval.index]
        try:
            self.indexes.require_filter(info, retrieval.filter)
        except InputError as error:
            raise InputError(
                f"{version.label} cannot search {info.name!r}: {error.message}", hint=error.hint
            ) from error
        return info.fingerprint


def shows_sources(version: PromptVersion) -> bool:
    """Whether the version's template has a place for sources."""
    return CONTEXT_VARIABLE in version.content.variables


def _on_index(settings: RetrievalSettings | None, index: str) -> RetrievalSettings:
    return RetrievalSettings(index=index) if settings is None else replace(settings, index=index)


def _told_apart(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """With a variant where several arms would have one label. The run that chunks are from is named where it must be."""
    times, runs = Counter(arm.label for arm in arms), {arm.borrowed.run for arm in arms if arm.borrowed is not None}

    def variant(arm: Arm) -> str:
        if arm.borrowed is not None and len(runs) == 1:
            return f"chunks of {arm.borrowed.arm}"
        return _variant(arm)

    return tuple(arm if times[arm.label] == 1 else replace(arm, variant=variant(arm)) for arm in arms)


def _variant(arm: Arm) -> str:
    """Where its sources are from, within a run in which nothing else may tell it from other arms."""
    if arm.borrowed is not None:
        return f"chunks of {arm.borrowed.arm} in {arm.borrowed.run}"
    return "" if arm.retrieval is None else arm.retrieval.index
