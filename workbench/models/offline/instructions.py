"""What a prompt asks of the answer, as the embedded reader understands it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

KeyKind = Literal["string", "array", "boolean", "number", "unknown"]
Placement = Literal["each", "end"]
Shape = Literal["prose", "bullets", "numbered", "json"]
YesNo = Literal["first", "only"]
Brevity = Literal["brief", "detailed"]

DEFAULT_REFUSAL = "I can't find that in the sources."
"""Said when a prompt asks to decline but gives no words for it."""


@dataclass(frozen=True)
class Span:
    """How many of something. None: no bound on that side."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class CitationStyle:
    """What a citation looks like and where it stands."""

    template: str = "[{n}]"
    """`{n}` stands for the source's number, `{name}` for its document's name."""
    placement: Placement = "each"


@dataclass(frozen=True)
class JsonKey:
    """A key that the answer's object must have."""

    name: str
    kind: KeyKind = "unknown"


@dataclass
class Instructions:
    """Everything the reader can follow. None: the prompt does not say."""

    sentences: Span | None = None
    words: Span | None = None
    words_per_item: int | None = None
    """The most words a single sentence or bullet may have."""
    characters: int | None = None
    items: Span | None = None
    """How many bullets or list items."""
    one_paragraph: bool = False
    brevity: Brevity | None = None

    cite: bool | None = None
    citation: CitationStyle | None = None

    grounded: bool = False
    """Answer from the sources only: what they do not hold is declined."""
    refusal: str | None = None
    """The sentence to decline with. Giving one is asking to decline."""
    never_refuse: bool = False
    own_knowledge: bool = False
    """The prompt allows or wants knowledge from outside the sources, which the reader does not have."""
    ignore_sources: bool = False
    clarify: bool = False

    shape: Shape | None = None
    json_keys: tuple[JsonKey, ...] = ()
    bullet_mark: str = "-"
    plain_text: bool = False
    yes_no: YesNo | None = None
    quote: bool = False
    opening: str | None = None
    closing: str | None = None

    not_understood: list[str] = field(default_factory=list)
    """Sentences that ask for something the reader does not follow, in whole or in part."""

    @property
    def declines(self) -> bool:
        """Whether a question that the sources do not answer is declined rather than answered with a best guess."""
        return (self.refusal is not None or self.grounded) and not self.never_refuse

    @property
    def refusal_text(self) -> str:
        """The words to decline with."""
        return self.refusal or DEFAULT_REFUSAL
