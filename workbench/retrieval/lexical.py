"""`offline/lexical`: an embedding by shared words. No download, no network, the same numbers on every machine.

Each text becomes a vector of word stems, weighted by the square root of how rare they are in the index: a word that two
texts share then counts by its rarity once, as in BM25 (Robertson and Zaragoza 2009). Repetitions count less and less.
The most frequent stems have a coordinate each. Each rarer one is spread with signs over several coordinates, where the
others average out (sparse random projection; Li, Hastie and Church 2006, Very sparse random projections). A quarter of
a stem is the pieces of four letters in it (Bojanowski et al. 2017, Enriching word vectors with subword information):
so a mistyped word is still near to the right one. Sums are made of integers, so that no rounding depends on the
processor or the order of adding.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import IntegrityError
from workbench.hashing import content_hash, short
from workbench.text.words import stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "offline/lexical"
DIMENSION = 1536
ALGORITHM = 3
"""Raised whenever the same fitted state would give other vectors; what versions begin with."""

_UNSEEN = 0
"""The coordinate of what the index does not hold: a query of such words is near to nothing."""
_WORDLESS = 1
"""The coordinate of texts without words, which must have a direction too."""
_FIRST_OWN = 2
_FIRST_SHARED = 512
_STEM_SPREAD = 8
_PIECE_SPREAD = 2
"""Over how many of the shared coordinates a rare stem and a piece are spread."""
_PIECE_LETTERS = 4
_PIECES_SHARE = 0.25
"""Of a stem's squared length; measured: more finds mistyped words better and others worse."""
_RARITY_STEPS = 256
_REPEAT_STEPS = 64
_PLACE_STEPS = 256
"""Weights are whole multiples of one part in so many."""
_ROUNDING_BITS = 10
"""Dropped from sums, so that no square of one is too large."""

_STATE_FILE = "lexical.json"

_Places = Iterable[tuple[int, int]]
"""Coordinates with whole values; the squares of a stem's values add up alike for each stem."""


@dataclass(frozen=True)
class _Feature:
    """What a stem adds to a vector."""

    rarity: int
    places: NDArray[np.int64]
    """Coordinates with values, one a row."""


class LexicalEmbedder:
    """The embedding as fitted on the texts of one index."""

    def __init__(self, texts: int, frequencies: Mapping[str, int]) -> None:
        """`texts` is how many were fitted; `frequencies` in how many of them each stem occurs."""
        self._texts = texts
        self._frequencies = dict(sorted(frequencies.items()))
        ordered = sorted(self._frequencies, key=lambda stem: (-self._frequencies[stem], stem))
        self._own = {stem: _FIRST_OWN + rank for rank, stem in enumerate(ordered[: _FIRST_SHARED - _FIRST_OWN])}
        self._known: dict[str, _Feature] = {}
        state = {"algorithm": ALGORITHM, "dimension": DIMENSION, "state": self._state()}
        self._version = f"{ALGORITHM}-{short(content_hash(state))}"

    @property
    def name(self) -> str:
        """`offline/lexical`."""
        return NAME

    @property
    def version(self) -> str:
        """The algorithm's number and a hash of the fitted state."""
        return self._version

    def embed(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:  # noqa: ARG002
        """A float32 array of shape (len(texts), 1536), rows of length 1; questions are embedded like documents."""
        import numpy as np

        starts: list[int] = []
        weights: list[int] = []
        features = []
        for row, text in enumerate(texts):
            for stem, times in Counter(stems(text)).items():
                feature = self._feature(stem)
                starts.append(row * DIMENSION)
                weights.append(feature.rarity * round(_REPEAT_STEPS * times / (times + 1)))
                features.append(feature.places)
        sums = np.zeros((len(texts), DIMENSION), dtype=np.int64)
        if features:
            widths = np.fromiter(map(len, features), dtype=np.int64, count=len(features))
            places, values = np.concatenate(features).T
            # Exact, as whole numbers below 2 to the power of 53 are in double precision, in whatever order they are added.
            added = np.bincount(
                places + np.repeat(starts, widths), weights=values * np.repeat(weights, widths), minlength=sums.size
            )
            sums = added.astype(np.int64).reshape(sums.shape) >> _ROUNDING_BITS
        sums[~sums.any(axis=1), _WORDLESS] = 1
        lengths = np.sqrt((sums * sums).sum(axis=1).astype(np.float64))
        return np.asarray(sums / lengths[:, np.newaxis], dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the fitted state into a folder."""
        (folder / _STATE_FILE).write_text(json.dumps(self._state(), ensure_ascii=False), encoding="utf-8")

    def _state(self) -> dict[str, Any]:
        return {"texts": self._texts, "frequencies": self._frequencies}

    def _feature(self, stem: str) -> _Feature:
        frequency = self._frequencies.get(stem)
        if frequency is None:
            return _feature(self._rarity(0), self._unseen_places(stem))
        known = self._known.get(stem)
        if known is None:
            known = self._known[stem] = _feature(self._rarity(frequency), self._known_places(stem))
        return known

    def _rarity(self, frequency: int) -> int:
        return round(_RARITY_STEPS * math.sqrt(math.log1p(self._texts / (frequency + 0.5))))

    def _known_places(self, stem: str) -> _Places:
        pieces = _pieces(stem)
        share = 1 - _PIECES_SHARE if pieces else 1.0
        own = self._own.get(stem)
        if own is None:
            yield from _spread(stem, _STEM_SPREAD, share)
        else:
            yield own, _value(share)
        for piece in pieces:
            yield from _spread(piece, _PIECE_SPREAD, _PIECES_SHARE / len(pieces))

    def _unseen_places(self, stem: str) -> _Places:
        pieces = _pieces(stem)
        seen = [piece for piece in pieces if piece in self._seen_pieces]
        yield _UNSEEN, _value(1 - (_PIECES_SHARE * len(seen) / len(pieces) if pieces else 0))
        for piece in seen:
            yield from _spread(piece, _PIECE_SPREAD, _PIECES_SHARE / len(pieces))

    @cached_property
    def _seen_pieces(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(map(_pieces, self._frequencies)))


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


def _feature(rarity: int, places: _Places) -> _Feature:
    import numpy as np

    return _Feature(rarity, np.array(list(places), dtype=np.int64))


def _pieces(stem: str) -> tuple[str, ...]:
    """The runs of four letters in a stem with its two ends marked; none of short stems and of numbers."""
    if len(stem) < _PIECE_LETTERS or not stem.isalpha():
        return ()
    marked = f"<{stem}>"
    return tuple(marked[at : at + _PIECE_LETTERS] for at in range(len(marked) - _PIECE_LETTERS + 1))


def _spread(feature: str, over: int, share: float) -> _Places:
    """A share of a stem's squared length, spread over some of the shared coordinates with signs."""
    value = _value(share / over)
    for place, sign in _drawn(feature, over):
        yield place, sign * value


@lru_cache(maxsize=65_536)
def _drawn(feature: str, count: int) -> tuple[tuple[int, int], ...]:
    """So many shared coordinates with signs, drawn by hash."""
    digest = hashlib.blake2b(feature.encode(), digest_size=4 * count).digest()
    numbers = (int.from_bytes(digest[first : first + 4], "little") for first in range(0, len(digest), 4))
    shared = DIMENSION - _FIRST_SHARED
    return tuple((_FIRST_SHARED + (number >> 1) % shared, 1 if number & 1 else -1) for number in numbers)


def _value(share: float) -> int:
    return round(_PLACE_STEPS * math.sqrt(share))
