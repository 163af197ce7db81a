"""How long the prompts of a plan are: rendered, and counted without the models' tokenizers.

All rows are rendered where that is quick; of a large plan, or where an index has to be searched, a sample drawn by the
golden set's own hash, so that the same plan always gives the same estimate. Tokens are counted in some of the rendered
prompts; in the others they are taken in proportion to characters.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.ceiling import asked_answer_tokens
from workbench.domain.dataset import Example
from workbench.domain.model import CompletionRequest
from workbench.domain.protocols import Retriever, ShownChunks
from workbench.domain.run import Arm, Cell, ChunksOf, RunPlan
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.hashing import content_hash
from workbench.models.registry import is_offline
from workbench.retrieval.reranking import unreranked
from workbench.runner.context_window import beyond, texts, window_of
from workbench.runner.requests import Sources, build_request, find_sources, retrieval_key
from workbench.stats.forecast import Range, exactly
from workbench.stats.quantiles import t_value
from workbench.text import tokens
from workbench.text.token_bounds import TokenBounds, bounds_of
from workbench.workspace.runs.fitting import TooLong

ALL_RENDERED = 2_000
"""Prompts of a whole plan that are all rendered; of a larger one a sample is."""
ROWS_RENDERED = 200
ROWS_SEARCHED = 40
"""Rows for which an index is searched, shared among the plan's ways of searching."""
FEWEST_ROWS = 10
CHARACTERS_COUNTED = 2_000_000
CHARACTERS_BOUNDED = 600_000
"""What is counted at most, so that long prompts take no longer than many."""
TOKENS_PER_MESSAGE = 4.0
"""What providers put around a message."""
PAIRS_NEEDED = 3
"""Prompts whose tokens a provider has counted, without which its counting is not known."""
OTHER_PROMPTS = 0.1
"""How far, as a share, tokens per character may differ between prompts on one model."""
SHOWN_TO_JUDGES = 5

FindRetriever = Callable[[str], Retriever]
FindLender = Callable[[ChunksOf], ShownChunks]


@dataclass(frozen=True)
class Rendered:
    """One rendered row of an arm."""

    example: Example
    characters: int
    messages: int


@dataclass
class ArmPrompts:
    """What was seen of an arm's prompts."""

    arm: Arm
    planned: int
    """How many rows there are, rendered or not."""
    rows: list[Rendered] = field(default_factory=list)
    counted: dict[str, TokenBounds] = field(default_factory=dict)
    """Tokens by example, of those prompts in which they were counted."""
    shown: list[tuple[Example, Sources]] = field(default_factory=list)
    """A few rows with their sources, for judges."""

    @property
    def characters(self) -> float:
        """Of a prompt, on average."""
        return sum(row.characters for row in self.rows) / len(self.rows)

    def tokens(self, reported: Mapping[str, float], of_model: Range | None) -> tuple[Range, str]:
        """Tokens of a prompt, on average, and how they were counted.

        `reported` are tokens by example as the provider counted them for the very same prompt, `of_model` tokens per
        character in other prompts on this model. Without either, the range is that of known tokenizers.
        """
        per_character = per_character_of([self], [reported])
        if per_character is None and of_model is not None:
            per_character = of_model.scaled(Range(1 - OTHER_PROMPTS, 1.0, 1 + OTHER_PROMPTS))
        if is_offline(self.arm.model) or per_character is None:
            average = self._by_characters()
            counted = Range(average.low, average.middle, average.high) + exactly(self._marks())
            how = (
                "counted as the model counts" if is_offline(self.arm.model) else "counted without the model's tokenizer"
            )
        else:
            counted, how = per_character.scaled(self.characters), "as the provider counted earlier prompts"
        return counted.scaled(self._sampling_error()), how

    def longest(self, tokens: Range) -> float:
        """Tokens of the longest rendered prompt at most, when a prompt has `tokens` on average."""
        return tokens.high * max(row.characters for row in self.rows) / self.characters

    def too_long(self) -> list[TooLong]:
        """Rendered rows that do not, or may not, fit the model's window with their sources."""
        window, room = window_of(self.arm.model), asked_answer_tokens(self.arm.parameters) or 0
        if window is None:
            return []
        average, found = self._by_characters(), []
        for row in self.rows:
            over = beyond(window, average.scaled(row.characters / self.characters), room)
            if over is not None:
                found.append(TooLong(self.arm.label, row.example.id, over.tokens, over.window, over.certain))
        return found

    def _by_characters(self) -> TokenBounds:
        """Tokens of a prompt on average, where those that were counted are like the others."""
        counted = sum(row.characters for row in self.rows if row.example.id in self.counted)
        return sum(self.counted.values(), TokenBounds(0.0, 0.0)).scaled(self.characters / counted if counted else 0.0)

    def _marks(self) -> float:
        if is_offline(self.arm.model):
            return 0.0
        return TOKENS_PER_MESSAGE * sum(row.messages for row in self.rows) / len(self.rows)

    def _sampling_error(self) -> Range:
        lengths = [row.characters for row in self.rows]
        mean, n = self.characters, len(lengths)
        if n < 2 or not mean:
            return exactly(1.0)
        sd = math.sqrt(sum((length - mean) ** 2 for length in lengths) / (n - 1))
        error = sd / math.sqrt(n) * math.sqrt(1 - n / self.planned)
        half = min(1.0, t_value(n - 1) * error / mean)
        return Range(1 - half, 1.0, 1 + half)


def render_prompts(plan: RunPlan, find_retriever: FindRetriever, find_lender: FindLender) -> dict[str, ArmPrompts]:
    """Render a plan's prompts, or a sample, by arm. Opens the indexes that they need."""
    shuffled = shuffled_rows(plan)
    ways = {content_hash((arm.index_fingerprint, arm.retrieval)) for arm in plan.arms if _searches(arm)}
    renderer = _Renderer(plan, find_retriever, find_lender)
    return {arm.label: renderer.arm(arm, shuffled[: _rows(plan, arm, len(ways))]) for arm in plan.arms}


def shuffled_rows(plan: RunPlan) -> list[Example]:
    """The rows of a plan in an order that is random and always the same: the first few are a sample."""
    rows = list(plan.examples)
    random.Random(plan.dataset_hash).shuffle(rows)  # noqa: S311 (a sample, not a secret)
    return rows


def per_character_of(prompts: Sequence[ArmPrompts], reported: Sequence[Mapping[str, float]]) -> Range | None:
    """Tokens per character as a provider counts them, from requests that it answered; None for too few."""
    pairs = [
        (row.characters, counts[row.example.id])
        for arm, counts in zip(prompts, reported, strict=True)
        for row in arm.rows
        if row.example.id in counts and row.characters
    ]
    if len(pairs) < PAIRS_NEEDED:
        return None
    mean = sum(count for _, count in pairs) / sum(length for length, _ in pairs)
    spread = math.sqrt(sum((count / length - mean) ** 2 for length, count in pairs) / (len(pairs) - 1))
    half = t_value(len(pairs) - 1) * spread / math.sqrt(len(pairs))
    return Range(max(0.0, mean - half), mean, mean + half)


@dataclass
class _Renderer:
    plan: RunPlan
    find_retriever: FindRetriever
    find_lender: FindLender
    _retrievers: dict[str, Retriever] = field(default_factory=dict)
    _sources: dict[str, Sources] = field(default_factory=dict)

    def arm(self, arm: Arm, examples: Sequence[Example]) -> ArmPrompts:
        made = ArmPrompts(arm, len(self.plan.examples))
        budget = (CHARACTERS_COUNTED if is_offline(arm.model) else CHARACTERS_BOUNDED) // len(self.plan.arms)
        lent = {} if arm.borrowed is None else self.find_lender(arm.borrowed).find([(e.id, 1) for e in examples])
        for example in examples:
            sources = (
                Sources(lent.get((example.id, 1), ()), None) if _borrows(arm, example) else self._find(arm, example)
            )
            request = build_request(Cell(arm, example, 1), sources, timeout_s=self.plan.timeout_s)
            characters = sum(map(len, texts(request)))
            made.rows.append(Rendered(example, characters, len(request.messages)))
            if not made.counted or budget >= characters:
                made.counted[example.id] = _count(arm, request)
                budget -= characters
            if len(made.shown) < SHOWN_TO_JUDGES:
                made.shown.append((example, sources))
        return made

    def _find(self, arm: Arm, example: Example) -> Sources:
        if example.context is not None:
            return find_sources(arm.retrieval, example, None)
        fingerprint = arm.index_fingerprint
        if fingerprint is None or not _shows_sources(arm, example):
            return Sources((), None)
        key = f"{fingerprint} {retrieval_key(arm.retrieval, example)}"
        if key not in self._sources:
            if fingerprint not in self._retrievers:
                self._retrievers[fingerprint] = self.find_retriever(fingerprint)
            # Reranking costs money and changes which chunks come first, not how long they are.
            searched = None if arm.retrieval is None else unreranked(arm.retrieval)
            self._sources[key] = find_sources(searched, example, self._retrievers[fingerprint])
        return self._sources[key]


def _rows(plan: RunPlan, arm: Arm, ways: int) -> int:
    """How many rows of an arm are rendered."""
    if _searches(arm) and any(_shows_sources(arm, example) for example in plan.examples):
        return max(FEWEST_ROWS, ROWS_SEARCHED // ways)
    if len(plan.examples) * len(plan.arms) <= ALL_RENDERED:
        return len(plan.examples)
    return max(FEWEST_ROWS, min(ROWS_RENDERED, ALL_RENDERED // len(plan.arms)))


def _searches(arm: Arm) -> bool:
    return arm.retrieval is not None and arm.borrowed is None and CONTEXT_VARIABLE in arm.prompt.content.variables


def _borrows(arm: Arm, example: Example) -> bool:
    return arm.borrowed is not None and example.context is None


def _shows_sources(arm: Arm, example: Example) -> bool:
    """Whether an index has to be searched for the row's prompt."""
    return _searches(arm) and example.context is None and CONTEXT_VARIABLE not in example.inputs


def _count(arm: Arm, request: CompletionRequest) -> TokenBounds:
    if is_offline(arm.model):
        exact = float(sum(tokens.count(message.content) for message in request.messages))
        return TokenBounds(exact, exact)
    return bounds_of(texts(request))
