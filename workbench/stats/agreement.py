"""How far two raters agree beyond what chance would give: a judge and a person, or two people.

Raw agreement says nothing alone when nearly everything passes, and kappa says too little then; so both are shown, beside
Gwet's AC1. What is undefined, because all ratings are the same, is None: neither 0 nor 1.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from workbench.errors import InputError
from workbench.stats.intervals import Interval
from workbench.stats.quantiles import LEVEL, z_value

Table = Sequence[Sequence[float]]
"""Counts: a row for each category of the first rater, a column for each of the second, in one order."""


def table_of(first: Sequence[Hashable], second: Sequence[Hashable], categories: Sequence[Hashable]) -> list[list[int]]:
    """The counts of two raters' labels of the same items. Raises InputError for lists that do not fit."""
    if len(first) != len(second):
        raise InputError(f"One rater has {len(first)} labels and the other {len(second)}.")
    place = {category: at for at, category in enumerate(categories)}
    table = [[0] * len(place) for _ in place]
    for one, other in zip(first, second, strict=True):
        if one not in place or other not in place:
            raise InputError(f"{one!r} or {other!r} is none of the categories.")
        table[place[one]][place[other]] += 1
    return table


def cohen_kappa(table: Table, *, linear: bool = False, level: float = LEVEL) -> Interval | None:
    """Cohen's kappa with its large-sample interval; `linear` weighs a near miss by how near it is.

    None when it is undefined. Sources: Cohen 1960, Educational and Psychological Measurement 20; weights 1 - |i - j| /
    (k - 1) of Cicchetti and Allison 1971; standard error of Fleiss, Cohen and Everitt 1969, Psychological Bulletin 72.
    Raises InputError unless the table is square and holds a count.
    """
    shares, n = _shares(table)
    size = len(shares)
    weights = [
        [1 - abs(i - j) / max(1, size - 1) if linear else float(i == j) for j in range(size)] for i in range(size)
    ]
    rows, columns = _margins(shares)
    cells = [(i, j) for i in range(size) for j in range(size)]
    observed = math.fsum(weights[i][j] * shares[i][j] for i, j in cells)
    expected = math.fsum(weights[i][j] * rows[i] * columns[j] for i, j in cells)
    if expected == 1:
        return None
    kappa = (observed - expected) / (1 - expected)
    by_row = [math.fsum(columns[j] * weights[i][j] for j in range(size)) for i in range(size)]
    by_column = [math.fsum(rows[i] * weights[i][j] for i in range(size)) for j in range(size)]
    squares = math.fsum(
        shares[i][j] * (weights[i][j] - (by_row[i] + by_column[j]) * (1 - kappa)) ** 2 for i, j in cells
    )
    variance = (squares - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    name = "Cohen's kappa, linear weights" if linear else "Cohen's kappa"
    return _around(kappa, variance, n, name, level)


def gwet_ac1(table: Table, level: float = LEVEL) -> Interval | None:
    """Gwet's AC1 with its large-sample interval: agreement beyond chance that does not collapse on lopsided data.

    None when there is one category only. Source: Gwet 2008, British Journal of Mathematical and Statistical Psychology
    61, 29-48. Raises InputError unless the table is square and holds a count.
    """
    shares, n = _shares(table)
    size = len(shares)
    if size < 2:
        return None
    rows, columns = _margins(shares)
    prevalence = [(row + column) / 2 for row, column in zip(rows, columns, strict=True)]
    observed = math.fsum(shares[k][k] for k in range(size))
    expected = math.fsum(p * (1 - p) for p in prevalence) / (size - 1)
    ac1 = (observed - expected) / (1 - expected)
    diagonal = math.fsum(shares[k][k] * (1 - prevalence[k]) for k in range(size)) / (size - 1)
    spread = math.fsum(
        shares[k][m] * (1 - (prevalence[k] + prevalence[m]) / 2) ** 2 for k in range(size) for m in range(size)
    )
    variance = (
        observed * (1 - observed)
        - 4 * (1 - ac1) * (diagonal - observed * expected)
        + 4 * (1 - ac1) ** 2 * (spread / (size - 1) ** 2 - expected**2)
    ) / (n * (1 - expected) ** 2)
    return _around(ac1, variance, n, "Gwet's AC1", level)


def scott_pi(table: Table) -> float | None:
    """Scott's pi (1955): as kappa, with one distribution for both raters; None when it is undefined."""
    shares, _ = _shares(table)
    rows, columns = _margins(shares)
    return _beyond(
        math.fsum(shares[k][k] for k in range(len(shares))),
        math.fsum(((row + column) / 2) ** 2 for row, column in zip(rows, columns, strict=True)),
    )


def fleiss_kappa(counts: Table) -> float | None:
    """Fleiss' kappa (1971, Psychological Bulletin 76) of several raters: a row an item, a column a category.

    None when it is undefined. Raises InputError unless every item has the same number of ratings, two at least.
    """
    observed, ratings = _agreement_by_item(counts)
    total = len(counts) * ratings
    expected = math.fsum((math.fsum(column) / total) ** 2 for column in zip(*counts, strict=True))
    return _beyond(observed, expected)


def free_marginal_kappa(counts: Table) -> float | None:
    """Randolph's kappa (2005), which takes all categories for equally likely: a row an item, a column a category.

    None with one category. Raises InputError unless every item has the same number of ratings, two at least.
    """
    observed, _ = _agreement_by_item(counts)
    return _beyond(observed, 1 / len(counts[0]))


@dataclass(frozen=True)
class Reliability:
    """A judge's verdicts against people's, pass being what is looked for."""

    catches_passes: tuple[int, int]
    """Of the outputs that people pass: how many the judge passes, and of how many (the true positive rate)."""
    catches_failures: tuple[int, int]
    """Of the outputs that people fail: how many the judge fails, and of how many (the true negative rate)."""


def _shares(table: Table) -> tuple[list[list[float]], float]:
    if not table or any(len(row) != len(table) for row in table):
        raise InputError("A table of agreement has as many rows as columns, one a category.")
    n = math.fsum(math.fsum(row) for row in table)
    if not n > 0 or any(count < 0 for row in table for count in row):
        raise InputError("A table of agreement holds counts, and one at least.")
    return [[count / n for count in row] for row in table], n


def _margins(shares: Table) -> tuple[list[float], list[float]]:
    return [math.fsum(row) for row in shares], [math.fsum(column) for column in zip(*shares, strict=True)]


def _agreement_by_item(counts: Table) -> tuple[float, float]:
    """Mean share of agreeing pairs of ratings, and the ratings of each item."""
    sizes = [math.fsum(row) for row in counts]
    if not sizes or sizes[0] <= 1 or any(not math.isclose(size, sizes[0]) for size in sizes):
        raise InputError("Every item needs the same number of ratings, two at least.")
    ratings = sizes[0]
    pairs = [math.fsum(count * (count - 1) for count in row) / (ratings * (ratings - 1)) for row in counts]
    return math.fsum(pairs) / len(pairs), ratings


def _beyond(observed: float, expected: float) -> float | None:
    """Agreement beyond chance."""
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _around(estimate: float, variance: float, n: float, method: str, level: float) -> Interval:
    half = z_value(level) * math.sqrt(max(0.0, variance))
    return Interval(estimate, max(-1.0, estimate - half), min(1.0, estimate + half), round(n), method)
