"""What a judge asks and how its verdict becomes a score: the part of a judge that knows no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from workbench.domain.model import CompletionRequest
from workbench.domain.score import Kind, ScoreInput, ScoreResult, Unscored


class Rubric(Protocol):
    """One way of judging an output. Rubrics are values: all that changes a verdict is in `content`."""

    @property
    def name(self) -> str:
        """Such as `groundedness`."""
        ...

    @property
    def title(self) -> str:
        """A column head."""
        ...

    @property
    def meaning(self) -> str:
        """One sentence on what is measured and when it is unscored."""
        ...

    @property
    def kind(self) -> Kind:
        """Of its values; higher is better."""
        ...

    def content(self, *, reasons_first: bool) -> Mapping[str, Any]:
        """Everything fixed that a judge is told and held to; its hash is the rubric's version."""
        ...

    def not_applicable(self, given: ScoreInput) -> Unscored | None:
        """Why this output is not for this rubric, so that no model is asked; None when it is."""
        ...

    def request(
        self, given: ScoreInput, *, reasons_first: bool, parameters: Mapping[str, Any], timeout_s: float
    ) -> CompletionRequest:
        """What to ask the model about an output."""
        ...

    def read(self, text: str, given: ScoreInput) -> ScoreResult:
        """The score that the model's text gives. Never raises: what cannot be read is unscored, raw text kept."""
        ...
