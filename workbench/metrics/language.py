"""The language of answers: whether it is that of the question, or the one that is asked for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.asked import asked
from workbench.metrics.citations import citation_spans
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import without

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

FEWEST_LETTERS = 12
"""Shorter texts could be of many languages; where a sign is a word, a third of it is enough."""
SURE = 0.8
"""The least probability with which a language counts as recognised."""
LONGEST = 2_000
"""Characters of a text that are looked at."""
VERSION = "1"

# Code, addresses and marks are of no language.
_NOT_SAID = re.compile(r"```.{0,2000}?```|`[^`\n]{0,200}`|https?://\S{1,500}|[^\W\d_]*[\d_@]\S*", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SAME = {"nb": "no", "nn": "no"}


def code_of(locale: str) -> str:
    """The language of a locale, such as `de` of `de-AT`."""
    language = re.split(r"[-_]", locale.strip().lower())[0]
    return _SAME.get(language, language)


@lru_cache(maxsize=256)
def detected(text: str) -> str | None:
    """The language that a text is written in, as its code of two letters; None where that cannot be told."""
    said = " ".join(_NOT_SAID.sub(" ", text[:LONGEST]).split())
    if len(_LETTER.findall(said)) + 2 * len(_DENSE.findall(said)) < FEWEST_LETTERS:
        return None
    language, probability = _identifier().classify(said)
    return code_of(language) if probability >= SURE else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Codes of three letters are dialects and creoles of a language that has two: close enough to be taken for it.
    identifier.set_languages([language for language in identifier.labels if len(language) == 2])
    return identifier


def wanted_by(given: ScoreInput) -> str | None:
    """The language that a row asks for in its metadata, as `locale` or `language`; None where it names none."""
    named = given.example.metadata.get("locale") or given.example.metadata.get("language")
    return code_of(named) if isinstance(named, str) and named.strip() else None


def in_language(given: ScoreInput, wanted: str) -> ScoreResult:
    """Whether the answer is written in a language; unscored where its language cannot be told."""
    text = given.completion.text
    found = detected(without(text, citation_spans(text, given.prompt.policy.citations)))
    if found is None:
        return Unscored("the answer is too short, or too mixed, to tell its language")
    return Scored(float(found == wanted), f"in {found}" if found == wanted else f"in {found}, not in {wanted}")


def _language(given: ScoreInput) -> ScoreResult:
    if given.example.expect == "ignore":
        return Unscored("the row says that its answer is not to be scored")
    wanted = wanted_by(given) or detected(asked(given))
    if wanted is None:
        return Unscored("the question is too short, or too mixed, to tell its language, and the row has no locale")
    return in_language(given, wanted)


LANGUAGE = RuleMetric(
    MetricInfo(
        name="language",
        version=VERSION,
        kind="pass_fail",
        direction="higher",
        title="In the asker's language",
        meaning="Whether the answer is in the language that the row's metadata names (locale or language), else in that of "
        "the question. Unscored where either cannot be told with 80% certainty, as with a few words, and for rows to be "
        "ignored.",
    ),
    _language,
)
