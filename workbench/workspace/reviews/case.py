"""What a reviewer is shown of an answer: no prompt, no model, no score."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.dataset import Example
from workbench.domain.run import RunPlan, TrialOutput
from workbench.errors import InputError
from workbench.hashing import content_hash
from workbench.metrics.citations import Citation, find_citations
from workbench.store import runs, trials
from workbench.store.session import Session

REFUSAL_EXPECTED = "The documents do not answer this: the right answer is to say so."


@dataclass(frozen=True)
class ReviewCase:
    """One answer with everything needed to judge it."""

    trial_id: str
    example: Example
    answer: str
    sources: Sequence[tuple[str, str]]
    """Where from, and the text; the first is what [1] cites."""
    citations: Sequence[Citation]
    """Where the answer cites, and which of the sources, counted from 1."""

    @property
    def asked(self) -> Sequence[tuple[str, str]]:
        """What was asked, each input with its heading; the only one is the question, whatever it is called."""
        inputs = self.example.inputs
        return [(_title(name, inputs), _text(value)) for name, value in inputs.items()]

    @property
    def cited(self) -> frozenset[int]:
        """The sources that the answer cites, counted from 1."""
        return frozenset(number for citation in self.citations for number in citation.sources)

    @property
    def broken(self) -> Sequence[str]:
        """What the answer cites that is no source it was shown, each once."""
        return list(dict.fromkeys(citation.target for citation in self.citations if not citation.valid))

    @property
    def expected(self) -> str:
        """What a right answer is; empty when the golden set does not say."""
        expectation = REFUSAL_EXPECTED if self.example.expect == "refuse" else ""
        return "\n".join(part for part in (expectation, self.example.expected) if part)

    @property
    def content(self) -> Mapping[str, Any]:
        """Everything that the reviewer is shown."""
        example = self.example
        return {
            "id": self.trial_id,
            "inputs": example.inputs,
            "history": example.history,
            "answer": self.answer,
            "sources": self.sources,
            "expect": example.expect,
            "expected": example.expected,
        }

    @property
    def shown(self) -> str:
        """Its hash, by which a verdict says what it was given on."""
        return content_hash(self.content)


@dataclass(frozen=True)
class PairCase:
    """Two answers to one question, side by side."""

    left: ReviewCase
    right: ReviewCase

    @property
    def shown(self) -> str:
        """The hash of both and of their sides."""
        return content_hash([self.left.content, self.right.content])


def case_of(output: TrialOutput, plan: RunPlan) -> ReviewCase:
    """One answer of a run as a reviewer sees it."""
    return ReviewCase(
        trial_id=output.trial_id,
        example=next(example for example in plan.examples if example.id == output.example_id),
        answer=output.completion.text,
        sources=[(found.chunk.source, found.chunk.text) for found in output.retrieved],
        citations=_citations(output, plan),
    )


def cases_of(session: Session, trial_ids: Sequence[str]) -> dict[str, ReviewCase]:
    """Answers by trial as a reviewer sees them, with no more of their run read than they need.

    Raises InputError where one is not there.
    """
    outputs = {output.trial_id: output for output in trials.outputs_of(session, trial_ids)}
    if set(outputs) < set(trial_ids):
        raise InputError("This answer is not there any more.", hint="Go back to the queue.")
    by_run: dict[str, list[TrialOutput]] = {}
    for output in outputs.values():
        by_run.setdefault(output.run, []).append(output)
    found = {}
    for run, group in by_run.items():
        plan = runs.plan_for(session, run, sorted({output.example_id for output in group}))
        found.update({output.trial_id: case_of(output, plan) for output in group})
    return found


def _citations(output: TrialOutput, plan: RunPlan) -> Sequence[Citation]:
    """Where it cites; nowhere if the prompt's citation pattern cannot be used: it is still there to be judged."""
    arm = plan.arm(output.arm)
    try:
        return find_citations(output.completion.text, arm.prompt.content.policy.citations, output.retrieved)
    except InputError:
        return ()


def _title(name: str, inputs: Mapping[str, Any]) -> str:
    return "Question" if len(inputs) == 1 else name.replace("_", " ").capitalize()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
