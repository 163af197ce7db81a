"""Settings of a grid as people read them: what is the same everywhere is said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workbench.domain.evaluation import Setting
from workbench.domain.prompt import SearchMode

CUTS: Mapping[str, str] = {"headings": "at headings", "sentences": "at sentences", "tokens": "by length"}
SEARCHES: Mapping[SearchMode, str] = {"hybrid": "meaning and words", "dense": "meaning", "bm25": "words"}


def _shown(setting: Setting) -> str:
    return f"{setting.k} shown"


_PARTS: Sequence[Callable[[Setting], str]] = (
    lambda setting: SEARCHES[setting.way.search],
    lambda setting: f"chunks of {setting.way.index.chunk_size:,}",
    lambda setting: CUTS.get(setting.way.index.chunker, setting.way.index.chunker),
    lambda setting: f"{setting.way.index.chunk_overlap:,} repeated",
    lambda setting: setting.way.index.embedder,
    lambda setting: "not reordered" if setting.way.rerank is None else f"reordered by {setting.way.rerank}",
    lambda setting: "no floor" if setting.way.min_score is None else f"floor {setting.way.min_score:g}",
    _shown,
)


def short_names(settings: Sequence[Setting]) -> dict[str, str]:
    """A name for each setting, by label, of the parts in which they differ; how it searches is always among them.

    How many chunks are shown comes early: tables and charts cut long names off at the end.
    """
    parts = sorted((_PARTS[0], *_differing(settings)), key=lambda part: part not in {_PARTS[0], _shown})
    return {setting.label: ", ".join(part(setting) for part in parts) for setting in settings}


def common_words(settings: Sequence[Setting]) -> str:
    """What is the same in all settings."""
    same = [part(settings[0]) for part in _PARTS[1:] if len({part(setting) for setting in settings}) == 1]
    return ", ".join(same)


def in_a_sentence(setting: Setting, settings: Sequence[Setting]) -> str:
    """A setting as the subject of a sentence: `Search by words with chunks of 200 and 4 shown`."""
    others = [part(setting) for part in _differing(settings)]
    listed = ", ".join(others[:-1]) + (" and " if len(others) > 1 else "") + others[-1] if others else ""
    return f"Search by {_PARTS[0](setting)}" + (f" with {listed}" if listed else "")


def _differing(settings: Sequence[Setting]) -> list[Callable[[Setting], str]]:
    return [part for part in _PARTS[1:] if len({part(setting) for setting in settings}) > 1]
