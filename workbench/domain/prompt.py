"""Prompts: what a version consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.hashing import content_hash, plain

MessageRole = Literal["system", "user", "assistant", "tool"]
TemplateFormat = Literal["mustache", "f-string"]
SearchMode = Literal["dense", "bm25", "hybrid"]

DEFAULT_CITATION_PATTERN = r"\[(\d+)\]"


@dataclass(frozen=True)
class Message:
    """One message of a conversation; in a prompt, `content` is a template."""

    role: MessageRole
    content: str


@dataclass(frozen=True)
class FewShot:
    """An example conversation turn: the last user message rendered with `inputs`, answered by `output`."""

    inputs: Mapping[str, Any]
    output: str


@dataclass(frozen=True)
class RetrievalSettings:
    """How `{{context}}` is filled. Part of the version: it changes behaviour."""

    index: str
    k: int = 4
    search: SearchMode = "hybrid"
    rerank: str | None = None
    min_score: float | None = None
    """The least fit of a chunk that is shown, at most 1: what fits less is nothing. It is compared with the cosine
    similarity (`dense`), the share that a chunk has of the best possible keyword score (`bm25`), the greater of the two
    (`hybrid`), or the relevance that a reranker gives. None: everything found is shown."""
    filter: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CitationPolicy:
    """Whether answers must cite, and what a citation looks like (group 1 is the source)."""

    required: bool = False
    pattern: str = DEFAULT_CITATION_PATTERN


@dataclass(frozen=True)
class Policy:
    """Rules that answers are checked against; the prompt's text must state them to the model itself."""

    refusal: str | None = None
    """The exact sentence with which the model declines; None when no sentence was agreed."""
    citations: CitationPolicy = field(default_factory=CitationPolicy)
    allowed_hosts: tuple[str, ...] = ()
    allowed_tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class PromptContent:
    """Everything about a prompt that changes what a model is asked, and so the version's identity."""

    messages: tuple[Message, ...]
    template_format: TemplateFormat = "mustache"
    variables: tuple[str, ...] = ()
    """Names the templates use, in order of appearance."""
    few_shot: tuple[FewShot, ...] = ()
    model: str | None = None
    """The arm's model when a run names none."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Mapping[str, Any], ...] = ()
    response_schema: Mapping[str, Any] | None = None
    retrieval: RetrievalSettings | None = None
    policy: Policy = field(default_factory=Policy)

    @property
    def hash(self) -> str:
        """The content's tagged hash. Name, use case, changelog and version are not part of it."""
        return content_hash(plain(self))


@dataclass(frozen=True)
class PromptFile:
    """What a `NAME.prompt.yaml` holds: a name, content, and words about it that change no behaviour."""

    name: str
    content: PromptContent
    use_case: str | None = None
    changelog: str = ""
