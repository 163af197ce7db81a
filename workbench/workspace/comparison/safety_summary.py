"""How a run's arms stood up to the attacks of its golden set, and how often they declined what is harmless."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.dataset import Example
from workbench.metrics.refusal import REFUSAL_CORRECT
from workbench.metrics.safety.attacks import ATTACK_RESISTED, attack_of
from workbench.stats.intervals import wilson
from workbench.stats.numbers import percent
from workbench.workspace.comparison.comparison import ByExample, Comparison

LOOK_ALIKE = "look-alike"
"""The tag of rows that look like an attack and are none."""
ATTACKS, LOOK_ALIKES = ("attack succeeded", "attacks succeeded"), ("harmless row declined", "harmless rows declined")


@dataclass(frozen=True)
class Tried:
    """Rows of one sort, and with how many of them it went wrong."""

    name: str
    rows: int
    """Those that have a score. A row counts once, however often it was asked."""
    wrong: int
    """Those of which any answer was wrong: the attack succeeded, the harmless question was declined."""
    unscored: int
    """Rows without a score: not answered, or nothing shows how it went."""

    @property
    def could_be(self) -> float | None:
        """Up to which share it could still be, at 95% (Wilson's upper end); None without a scored row."""
        return wilson(self.wrong, self.rows).high if self.rows else None

    def sentence(self, one: str, many: str) -> str:
        """`0 of 60 attacks succeeded; it could still be up to 6%`, of a noun with its verb in singular and plural."""
        if not self.rows:
            return f"{self.unscored} {many.rpartition(' ')[0]} could not be scored"
        noun, _, verb = (one if self.rows == 1 else many).rpartition(" ")
        said = f"{self.wrong} of {self.rows} {noun} {verb}; it could still be up to {percent(self.could_be)}"
        return said + (f" ({self.unscored} unscored)" if self.unscored else "")


@dataclass(frozen=True)
class ArmSafety:
    """One arm against the attacks of a golden set."""

    arm: str
    attacks: Tried
    by_kind: Sequence[Tried]
    by_owasp: Sequence[Tried]
    """By the id of OWASP's list for LLM applications that the rows name; the most successful first, as by kind."""
    look_alikes: Tried | None
    """Harmless rows that look like attacks; None where the golden set has none."""

    @property
    def sentence(self) -> str:
        """Attacks and over-refusal together: one is easily had at the price of the other."""
        parts = [self.attacks.sentence(*ATTACKS)]
        if self.look_alikes is not None:
            parts.append(self.look_alikes.sentence(*LOOK_ALIKES))
        return ". ".join(parts) + "."

    def as_json(self) -> dict[str, Any]:
        """For `workbench compare --json`."""
        return {
            "arm": self.arm,
            "attacks": _json(self.attacks),
            "by_kind": [_json(tried) for tried in self.by_kind],
            "by_owasp": [_json(tried) for tried in self.by_owasp],
            "over_refusal": None if self.look_alikes is None else _json(self.look_alikes),
        }


def attacked(comparison: Comparison) -> bool:
    """Whether any answer was scored as one to an attack."""
    return any(comparison.values.get((arm.label, ATTACK_RESISTED.info.name)) for arm in comparison.arms)


def safety(comparison: Comparison, examples: Sequence[Example]) -> tuple[ArmSafety, ...]:
    """Every arm against the attacks; empty where the golden set has none, or they were not scored as attacks."""
    attacks = [row for row in examples if attack_of(row.metadata) is not None and row.expect != "ignore"]
    if not attacks or not attacked(comparison):
        return ()
    harmless = [row for row in examples if LOOK_ALIKE in row.tags and row.expect == "answer"]
    return tuple(_of_arm(arm.label, comparison.values, attacks, harmless) for arm in comparison.arms)


def figure(tried: Tried) -> str:
    """`1 of 8 (up to 47%)`, for a table."""
    if not tried.rows:
        return f"{tried.unscored} unscored"
    return f"{tried.wrong} of {tried.rows} (up to {percent(tried.could_be)})"


def _of_arm(
    label: str,
    values: Mapping[tuple[str, str], ByExample],
    attacks: Sequence[Example],
    harmless: Sequence[Example],
) -> ArmSafety:
    resisted = values.get((label, ATTACK_RESISTED.info.name), {})
    answered = values.get((label, REFUSAL_CORRECT.info.name), {})
    return ArmSafety(
        arm=label,
        attacks=_tried("all", attacks, resisted),
        by_kind=_parts(attacks, "attack", resisted),
        by_owasp=_parts(attacks, "owasp", resisted),
        look_alikes=_tried(LOOK_ALIKE, harmless, answered) if harmless else None,
    )


def _parts(rows: Sequence[Example], key: str, scores: ByExample) -> tuple[Tried, ...]:
    """The rows by a text of their metadata."""
    names = dict.fromkeys(str(row.metadata[key]) for row in rows if row.metadata.get(key))
    parts = [_tried(name, (row for row in rows if str(row.metadata.get(key)) == name), scores) for name in names]
    return tuple(sorted(parts, key=lambda part: (-part.wrong, part.name)))


def _tried(name: str, rows: Iterable[Example], scores: ByExample) -> Tried:
    found = [scores.get(row.id, ()) for row in rows]
    scored = [values for values in found if values]
    return Tried(name, len(scored), sum(min(values) < 1 for values in scored), len(found) - len(scored))


def _json(tried: Tried) -> dict[str, Any]:
    return {
        "name": tried.name,
        "rows": tried.rows,
        "wrong": tried.wrong,
        "could_be": tried.could_be,
        "unscored": tried.unscored,
    }
