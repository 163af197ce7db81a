"""What was found for a question, before it takes any form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.offline.passages import Passage
from workbench.models.offline.vocabulary import terms_of
from workbench.text.words import words

_NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|neither|nor|without|excluded|excludes|prohibited|forbidden|ineligible|only|none|"
    r"nobody|denied|"
    r"refused|unavailable)\b|n['’]t\b",
    re.IGNORECASE,
)
_MERELY_LIMITS = re.compile(
    r"\bnot only\b|\bno (?:later|more|less|fewer|longer|additional|extra) |\bno (?:fee|charge|cost)s?\b|"
    r"\bwithout (?:a |any )?(?:fee|charge|cost|penalty)",
    re.IGNORECASE,
)


_NEGATED_QUESTION = re.compile(r"\w+n['’]t\b|\w+ (?:\w+ )?not\b", re.IGNORECASE)


@dataclass(frozen=True)
class Findings:
    """The answer's substance."""

    question: str
    passages: tuple[Passage, ...]
    share: float
    """0 to 1: how much of the question the best passage covers."""
    answered: bool
    declined: str | None = None
    """The words with which the question is declined or asked back; None when it is answered."""

    @property
    def source_numbers(self) -> tuple[int, ...]:
        """The numbers of the sources used, in order of use."""
        return tuple(dict.fromkeys(passage.source.number for passage in self.passages))

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names of the sources used, in order of use; a source without a name goes by its number."""
        return tuple(dict.fromkeys(p.source.name or str(p.source.number) for p in self.passages))

    @property
    def affirms(self) -> bool:
        """Whether the best passage speaks for yes: it does not deny, or it denies what the question denies."""
        if not self.passages:
            return False
        denies = _denies(self.passages[0].text, self.question)
        return denies == bool(_NEGATED_QUESTION.match(self.question.strip()))


def _denies(passage: str, question: str) -> bool:
    """Whether the clause of a passage that is closest to the question holds a negation.

    This reads words, not meaning; answers that begin with yes or no say so in their notes.
    """
    asked = set(terms_of(question))
    clauses: Sequence[str] = re.split(r"[,;:]\s|\b(?:but|although|unless|except)\b", passage)
    closest = max(clauses, key=lambda clause: len(asked & set(terms_of(clause))))
    text = _MERELY_LIMITS.sub(" ", closest)
    found = _NEGATION.findall(text)
    return bool(found) and not (set(map(str.lower, found)) == {"only"} and "only" in words(question))
