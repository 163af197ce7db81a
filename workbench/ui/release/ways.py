"""Where a click leads that settles or mends a rule of a gate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_BOTH = re.compile(r"--prompt (\S+)")
_COUNT = re.compile(r"([\d,]+) more (?:rows?|attacks?)")
_COMMAND = re.compile(r":? `?workbench [^`]*`?$")


@dataclass(frozen=True)
class Way:
    """A link."""

    label: str
    place: str
    address: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """What the rules were put to."""

    prompt: str
    """NAME@N."""
    run: str
    dataset: str
    """NAME@N."""
    newest: str
    """The newest version of that golden set."""
    more_rows: int = 0
    """Rows that it has more."""

    def run_again(self, label: str, *prompts: str) -> Way:
        """The Run page, with everything chosen."""
        return Way(label, "run", {"prompt": list(prompts or (self.prompt,)), "dataset": self.newest})


def way_on(rule: Mapping[str, Any], judged: Judged) -> Way | None:
    """The link beside a rule; None where it holds, or where no click helps."""
    if rule["verdict"] == "pass":
        return None
    settle = str(rule["settle"])
    match rule["kind"]:
        case "complete":
            if settle.startswith("Ask the rest"):
                return Way("Go on with the run", "run", {"run": judged.run})
            return judged.run_again("Run all rows")
        case "labels":
            return Way("Review answers", "review", {"run": judged.run})
        case "calibrated":
            return Way("Look at the judge", "judges", {"run": judged.run, "judge": str(rule["metric"])})
        case _:
            return _of_rows(rule, settle, judged)


def settle_words(settle: str) -> str:
    """What settles a rule, without the command that does it where a link stands beside it."""
    short = _COMMAND.sub("", settle)
    return short if short == settle or short.endswith(".") else f"{short}."


def _of_rows(rule: Mapping[str, Any], settle: str, judged: Judged) -> Way | None:
    both = _BOTH.findall(settle)
    if both:
        return judged.run_again("Run both", *both)
    if "review" in settle:
        return Way("Review answers", "review", {"run": judged.run})
    if rule["verdict"] == "fail":
        return Way("Read the answers", "compare", {"run": judged.run})
    more = _COUNT.search(settle)
    if more is not None and judged.more_rows:
        return judged.run_again(f"Run {judged.more_rows:,} more")
    if more is not None:
        return Way(f"Add {more[1]} more", "datasets", {"set": judged.dataset.partition("@")[0]})
    if "Score" in settle or "score" in settle:
        return judged.run_again("Run and score it")
    return Way("Look at the golden set", "datasets", {"set": judged.dataset.partition("@")[0]})
