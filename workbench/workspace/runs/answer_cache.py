"""Answers of earlier runs, replayed where the very same request is to be asked again.

A request is the same when everything that is sent is, to the same address, for the same repeat: so repeats are never
made identical by accident. Models of the user's own are never replayed, because nobody can tell whether their code
is still the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.domain.protocols import AnswerCache
from workbench.domain.run import Replayed, RunPlan
from workbench.models.registry import is_own_code
from workbench.store import replays
from workbench.workspace.context import Context

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class StoredAnswers:
    """The answers of all runs but one. Its fingerprints, read once, spare the store nearly all questions."""

    context: Context
    run: str
    fingerprints: np.ndarray[Any, Any]

    def find(self, request_keys: Sequence[str]) -> Mapping[str, Replayed]:
        """Those of the keys that were answered before. Blocking."""
        import numpy as np

        asked = np.fromiter(map(replays.fingerprint, request_keys), dtype="int64", count=len(request_keys))
        places = np.searchsorted(self.fingerprints, asked) % len(self.fingerprints)
        known = [key for key, hit in zip(request_keys, self.fingerprints[places] == asked, strict=True) if hit]
        if not known:
            return {}
        return self.context.read_patiently(lambda s: replays.answers(s, known, but_of=self.run))


def open_caches(context: Context, plan: RunPlan, run: str) -> Mapping[str, AnswerCache]:
    """The cache of each model of a plan by alias; none for models that are not replayed. Blocking."""
    aliases = {arm.model.alias for arm in plan.arms if not is_own_code(arm.model)}
    if not plan.use_cache or not aliases:
        return {}
    known = context.read(lambda s: replays.fingerprints(s, but_of=run))
    return dict.fromkeys(aliases, StoredAnswers(context, run, known)) if len(known) else {}
