"""Judging by questions that are answered with yes or no; the score is the share of them answered yes.

Questions that decide one thing each agree better with people, and between judges, than marks on a scale (CheckEval,
arXiv 2403.18771); and each answer and its reason can be read afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.domain.model import CompletionRequest
from workbench.domain.score import Kind, Scored, ScoreInput, ScoreResult, Unscored
from workbench.judging.material import FENCES, fenced, numbered, question_of, sources_of
from workbench.judging.numbered_verdicts import NumberedVerdict, VerdictForm
from workbench.judging.rubric import request_of
from workbench.judging.verdicts import last_verdict, request_code, unreadable

FORM = VerdictForm("questions", "question", "yes")

Shown = Literal["prompt", "sources", "reference"]
"""What a judge may be shown beside the question and the answer."""

INSTRUCTIONS = """\
You judge an answer by questions that can be answered with yes or no. You judge by these questions only.
{task}

These follow in the user's message: {shown}, {fences}.

These are the questions:
{questions}

Do this for each question by itself, in the order of their numbers:
1. Answer yes when the answer under judgement clearly earns it. When it does so in part only, answer no.
2. {order}

Reply with one JSON object and nothing else:
{shape}
`code` repeats the code of this request. `yes` is true for yes and false for no. Each question has exactly one entry.
If you cannot write JSON, give your reasons in words and end with this line alone:
VERDICT <code>: <numbers of the questions answered with yes, such as 1, 3, or none>"""

_NAMES: Mapping[Shown, str] = {
    "prompt": "any instructions that its writer was given",
    "sources": "any sources that its writer was shown",
    "reference": "any reference answer",
}


def answered(given: ScoreInput) -> Unscored | None:
    """Why an output cannot be judged at all: it is empty."""
    return None if given.completion.text.strip() else Unscored("the answer is empty")


@dataclass(frozen=True)
class Criteria:
    """A rubric of questions."""

    name: str
    title: str
    meaning: str
    questions: tuple[str, ...]
    """In plain words; yes is good."""
    task: str = ""
    """What the judge should know beside the questions."""
    shown: tuple[Shown, ...] = ()
    applies: Callable[[ScoreInput], Unscored | None] = answered
    """Says why an output is not for this rubric; None when it is."""

    @property
    def kind(self) -> Kind:
        """One question is passed or failed; of several, a share is met."""
        return "share" if len(self.questions) > 1 else "pass_fail"

    @property
    def aspect(self) -> str:
        """See `Rubric`."""
        asked = "; ".join(self.questions)
        return f"for which answer these questions are rather answered with yes: {asked} {self.task}".strip()

    def content(self, *, reasons_first: bool) -> Mapping[str, Any]:
        """The instructions and the schema of the reply."""
        return {
            "instructions": self.instructions(reasons_first=reasons_first),
            "schema": FORM.schema(reasons_first=reasons_first),
        }

    def instructions(self, *, reasons_first: bool) -> str:
        """What every request tells the judge."""
        return INSTRUCTIONS.format(
            task=self.task,
            shown=", ".join(["the question that was asked", *(_NAMES[part] for part in self.shown), "the answer"]),
            fences=FENCES,
            questions="\n".join(f"{number}. {question}" for number, question in enumerate(self.questions, 1)),
            order=FORM.order(reasons_first=reasons_first),
            shape=FORM.shape(reasons_first=reasons_first),
        )

    def without_asking(self, given: ScoreInput) -> ScoreResult | None:
        """See `Rubric`."""
        return self.applies(given)

    def request(
        self, given: ScoreInput, *, reasons_first: bool, parameters: Mapping[str, Any], timeout_s: float
    ) -> CompletionRequest:
        """See `Rubric`."""
        told, schema = self.instructions(reasons_first=reasons_first), FORM.schema(reasons_first=reasons_first)
        shown = fenced(self.code_of(given), self._parts(given))
        return request_of(told, shown, schema, parameters=parameters, timeout_s=timeout_s)

    def read(self, text: str, given: ScoreInput) -> ScoreResult:
        """Questions answered with yes / all questions; the reason says what was answered to each, and why."""
        verdict = last_verdict(text, self.code_of(given))
        found = FORM.verdicts(verdict, len(self.questions))
        return unreadable(text, verdict) if found is None else self._score(found)

    def code_of(self, given: ScoreInput) -> str:
        """The code of the request about this output."""
        return request_code(self.name, self.questions, self.task, self._parts(given))

    def _parts(self, given: ScoreInput) -> list[tuple[str, str]]:
        parts = []
        if "prompt" in self.shown:
            parts += numbered("INSTRUCTIONS", [m.content for m in given.prompt.messages if m.role == "system"])
        parts.append(("QUESTION", question_of(given)))
        if "sources" in self.shown:
            parts += numbered("SOURCE", sources_of(given))
        if "reference" in self.shown and given.example.expected:
            parts.append(("REFERENCE ANSWER", given.example.expected))
        return [*parts, ("ANSWER", given.completion.text)]

    def _score(self, found: Sequence[NumberedVerdict]) -> Scored:
        met = sum(verdict.yes for verdict in found)
        each = zip(self.questions, found, strict=True)
        # What is not met first: a reason may be cut where it is shown.
        said = sorted(
            (verdict.yes, number, _said(question, verdict)) for number, (question, verdict) in enumerate(each)
        )
        counted = f"{met} of {len(found)} questions answered with yes; " if len(found) > 1 else ""
        return Scored(met / len(found), counted + "; ".join(text for _, _, text in said))


def _said(question: str, verdict: NumberedVerdict) -> str:
    return f"{'yes' if verdict.yes else 'no'}: {question}{f' ({verdict.reason})' if verdict.reason else ''}"
