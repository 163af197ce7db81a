"""`offline/lexical`: an embedding by shared words. No download, no network, the same numbers on every machine.

Each text becomes a vector of word stems weighted by how often they occur here and how rare they are in the index
(sublinear TF-IDF; Salton and Buckley 1988, Term-weighting approaches in automatic text retrieval). The most frequent
stems have a coordinate each; rarer ones share coordinates by signed hashing (Weinberger et al. 2009, Feature hashing for
large scale multitask learning), where they seldom meet. Sums are made of integers, so that no rounding depends
on the processor or the order of adding.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import IntegrityError
from workbench.hashing import content_hash, short
from workbench.text.words import stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "offline/lexical"
DIMENSION = 1024
_ALGORITHM = 2
"""Raised whenever the same fitted state would give other vectors."""

_UNSEEN = 0
"""The coordinate of words that the index does not hold: a query of such words is near to nothing."""
_WORDLESS = 1
"""The coordinate of texts without words, which must have a direction too."""
_FIRST_OWN = 2
_FIRST_SHARED = DIMENSION // 2
_FREQUENCY_STEPS = 256
_RARITY_STEPS = 1024
"""Weights are whole multiples of one part in so many."""

_STATE_FILE = "lexical.json"


class LexicalEmbedder:
    """The embedding as fitted on the texts of one index."""

    def __init__(self, texts: int, frequencies: Mapping[str, int]) -> None:
        """`texts` is how many were fitted; `frequencies` in how many of them each stem occurs."""
        self._texts = texts
        self._frequencies = dict(sorted(frequencies.items()))
        self._rarity = {stem: _rarity(texts, frequency) for stem, frequency in self._frequencies.items()}
        self._unseen_rarity = _rarity(texts, 0)
        self._places = _places(self._frequencies)
        state = {"algorithm": _ALGORITHM, "dimension": DIMENSION, "state": self._state()}
        self._version = f"{_ALGORITHM}-{short(content_hash(state))}"

    @property
    def name(self) -> str:
        """`offline/lexical`."""
        return NAME

    @property
    def version(self) -> str:
        """The algorithm's number and a hash of the fitted state."""
        return self._version

    def embed(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:  # noqa: ARG002
        """A float32 array of shape (len(texts), 1024), rows of length 1; questions are embedded like documents."""
        import numpy as np

        sums = np.zeros((len(texts), DIMENSION), dtype=np.int64)
        for row, text in zip(sums, texts, strict=True):
            for stem, times in Counter(stems(text)).items():
                place, sign = self._places.get(stem, (_UNSEEN, 1))
                rarity = self._rarity.get(stem, self._unseen_rarity)
                row[place] += sign * rarity * round(_FREQUENCY_STEPS * (1 + math.log(times)))
            if not row.any():
                row[_WORDLESS] = 1
        wide = sums.astype(np.float64)
        lengths = np.sqrt((sums * sums).sum(axis=1).astype(np.float64))
        return np.asarray(wide / lengths[:, np.newaxis], dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the fitted state into a folder."""
        (folder / _STATE_FILE).write_text(json.dumps(self._state(), ensure_ascii=False), encoding="utf-8")

    def _state(self) -> dict[str, Any]:
        return {"texts": self._texts, "frequencies": self._frequencies}


def fit(texts: Sequence[str]) -> LexicalEmbedder:
    """Fit on the texts of an index."""
    frequencies: Counter[str] = Counter()
    for text in texts:
        frequencies.update(set(stems(text)))
    return LexicalEmbedder(len(texts), frequencies)


def load(folder: Path) -> LexicalEmbedder:
    """Read what `save` wrote. Raises IntegrityError when it is not that."""
    path = folder / _STATE_FILE
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        return LexicalEmbedder(int(state["texts"]), {str(s): int(n) for s, n in state["frequencies"].items()})
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise IntegrityError(f"{str(path)!r} is not the state of {NAME}.", hint="Build the index again.") from error


def _rarity(texts: int, frequency: int) -> int:
    return round(_RARITY_STEPS * math.log1p(texts / (frequency + 0.5)))


def _places(frequencies: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Coordinate and sign of each stem."""
    places: dict[str, tuple[int, int]] = {}
    ordered = sorted(frequencies, key=lambda stem: (-frequencies[stem], stem))
    for rank, stem in enumerate(ordered):
        if _FIRST_OWN + rank < _FIRST_SHARED:
            places[stem] = (_FIRST_OWN + rank, 1)
        else:
            digest = int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=8).digest(), "little")
            sign = 1 if digest >> 63 else -1
            places[stem] = (_FIRST_SHARED + digest % (DIMENSION - _FIRST_SHARED), sign)
    return places
