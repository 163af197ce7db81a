"""Settings of a grid as people read them: what is the same everywhere is said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workbench.domain.evaluation import Setting
from workbench.domain.prompt import SearchMode

CUTS: Mapping[str, str] = {"headings": "at headings", "sentences": "at sentences", "tokens": "by length"}
SEARCHES: Mapping[SearchMode, str] = {"hybrid": "meaning and words", "dense": "meaning", "bm25": "words"}

_PARTS: Sequence[Callable[[Setting], str]] = (
    lambda setting: SEARCHES[setting.way.search],
    lambda setting: f"chunks of {setting.way.index.chunk_size:,}",
    lambda setting: CUTS.get(setting.way.index.chunker, setting.way.index.chunker),
    lambda setting: f"{setting.way.index.chunk_overlap:,} repeated",
    lambda setting: setting.way.index.embedder,
    lambda setting: "not reordered" if setting.way.rerank is None else f"reordered by {setting.way.rerank}",
    lambda setting: f"{setting.k} shown",
)


def short_names(settings: Sequence[Setting]) -> dict[str, str]:
    """A name for each setting, by label, of the parts in which they differ; how it searches is always among them."""
    differing = [part for part in _PARTS[1:] if len({part(setting) for setting in settings}) > 1]
    return {setting.label: ", ".join(part(setting) for part in (_PARTS[0], *differing)) for setting in settings}


def common_words(settings: Sequence[Setting]) -> str:
    """What is the same in all settings."""
    same = [part(settings[0]) for part in _PARTS[1:] if len({part(setting) for setting in settings}) == 1]
    return ", ".join(same)


def in_a_sentence(setting: Setting, settings: Sequence[Setting]) -> str:
    """A setting as the subject of a sentence: `Search by words with chunks of 200 and 4 shown`."""
    search, *others = short_names(settings)[setting.label].split(", ")
    listed = ", ".join(others[:-1]) + (" and " if len(others) > 1 else "") + others[-1] if others else ""
    return f"Search by {search}" + (f" with {listed}" if listed else "")
