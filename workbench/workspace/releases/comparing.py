"""Two releases beside each other: what changed in the prompt, and what became of the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workbench.domain.release import Release
from workbench.errors import NotFoundError
from workbench.store import releases
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.prompts.prompts import Prompts


@dataclass(frozen=True)
class ReleaseFigure:
    """One measure of one model in both releases, as their evidence gives it."""

    model: str
    metric: str
    before: Mapping[str, Any] | None
    """Mean, low, high, n; None where the release was not measured by it."""
    after: Mapping[str, Any] | None

    @property
    def difference(self) -> float | None:
        """After minus before; None where one of them is not known. Whether it is more than chance, a run of both says."""
        if self.before is None or self.after is None:
            return None
        first, second = self.before.get("mean"), self.after.get("mean")
        return None if first is None or second is None else float(second) - float(first)


@dataclass(frozen=True)
class ReleaseComparison:
    """Two releases of a prompt."""

    before: Release
    after: Release
    diff: str
    """A unified diff of the prompts; empty when they are the same."""
    figures: Sequence[ReleaseFigure]
    same_rows: bool
    """Whether both were measured on the same golden set: otherwise the figures are of different questions."""

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench release compare --json` prints."""
        return {
            "name": self.before.prompt,
            "before": self.before.version,
            "after": self.after.version,
            "diff": self.diff,
            "same_rows": self.same_rows,
            "figures": [asdict(figure) | {"difference": figure.difference} for figure in self.figures],
        }


def compare_releases(context: Context, prompt: str, before: str, after: str) -> ReleaseComparison:
    """Compare two releases by their own versions. Raises NotFoundError."""
    first, second = context.read(lambda s: (_release(s, prompt, before), _release(s, prompt, after)))
    measured, again = _figures(first), _figures(second)
    return ReleaseComparison(
        before=first,
        after=second,
        diff=Prompts(context).diff(f"{prompt}@{first.number}", f"{prompt}@{second.number}"),
        figures=[
            ReleaseFigure(model, metric, measured.get((model, metric)), again.get((model, metric)))
            for model, metric in dict.fromkeys([*measured, *again])
        ],
        same_rows=first.evidence.dataset_hash == second.evidence.dataset_hash is not None,
    )


def _release(session: Session, prompt: str, version: str) -> Release:
    found = releases.by_version(session, prompt, version)
    if found is None:
        raise NotFoundError(
            f"release of {prompt}", version, [one.version for one in releases.of_prompt(session, prompt)]
        )
    return found


def _figures(release: Release) -> dict[tuple[str, str], Mapping[str, Any]]:
    arms = release.document.get("evaluation", {}).get("arms", [])
    return {(arm["model"], metric): figure for arm in arms for metric, figure in arm["metrics"].items()}
