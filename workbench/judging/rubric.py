"""What a judge asks and how its verdict becomes a score: the part of a judge that knows no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from workbench.domain.model import CompletionRequest
from workbench.domain.prompt import Message
from workbench.domain.score import Kind, ScoreInput, ScoreResult


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

    @property
    def aspect(self) -> str:
        """What makes one answer better than another, for a judge that compares two; empty when it judges no answer."""
        ...

    def content(self, *, reasons_first: bool) -> Mapping[str, Any]:
        """Everything fixed that a judge is told and held to; its hash is the rubric's version."""
        ...

    def without_asking(self, given: ScoreInput) -> ScoreResult | None:
        """What can be said without a model: mostly why this output is not for this rubric. None when one is asked."""
        ...

    def request(
        self, given: ScoreInput, *, reasons_first: bool, parameters: Mapping[str, Any], timeout_s: float
    ) -> CompletionRequest:
        """What to ask the model about an output."""
        ...

    def read(self, text: str, given: ScoreInput) -> ScoreResult:
        """The score that the model's text gives. Never raises: what cannot be read is unscored, raw text kept."""
        ...


def request_of(
    told: str, shown: str, schema: Mapping[str, Any], *, parameters: Mapping[str, Any], timeout_s: float
) -> CompletionRequest:
    """The instructions as system message, the fenced material as user message, the schema of the reply beside them."""
    return CompletionRequest(
        messages=(Message("system", told), Message("user", shown)),
        parameters=parameters,
        response_schema=schema,
        timeout_s=timeout_s,
    )
