"""Groups of things that are alike, from their directions: average linkage, cut where groups get too far apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def groups_alike(directions: NDArray[np.float32], most_apart: float) -> list[list[int]]:
    """Rows that are alike, as lists of their positions: every row in exactly one, the largest group first.

    Rows have length 1. Two groups are one when the mean of one minus the cosine, over all pairs of a row of one and a
    row of the other, is at most `most_apart`: 0 groups what points the same way, 1 also what has nothing in common.
    Equal rows in equal order give equal groups.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    count = len(directions)
    if count < 2:
        return [[at] for at in range(count)]
    apart = 1.0 - directions.astype("float64") @ directions.astype("float64").T
    # Rounding leaves what is equal a little apart, and both halves of the matrix a little different.
    apart = ((apart + apart.T) / 2).clip(0.0, 2.0).round(6)
    for at in range(count):
        apart[at, at] = 0.0
    labels = fcluster(linkage(squareform(apart), method="average"), t=most_apart, criterion="distance")
    members: dict[int, list[int]] = {}
    for at, label in enumerate(labels):
        members.setdefault(int(label), []).append(at)
    return sorted(members.values(), key=lambda group: (-len(group), group))
