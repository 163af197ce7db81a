"""A gate's result as Markdown, fit for a pull request. Whatever comes from outside stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.domain.gate import GateVerdict
from workbench.hashing import short
from workbench.workspace.gates.result import GateResult, RuleResult

_SIGNS: dict[GateVerdict, str] = {"pass": "✅", "fail": "❌", "cannot tell yet": "❔"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#|<>~&$@]|(?<=www)\.|:(?=//)|^[-+=]|(?<=^\d)[.)])", re.IGNORECASE)
_CALLS = re.compile(r"(?<!\w)(\\[@#])(?=\w)")
"""What a forge turns into the mention of a person or an issue, escaped or not."""
_BLANK = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def markdown(results: Sequence[GateResult]) -> str:
    """The results one after another: verdict first, then the rules as a table, then what a reader must know."""
    return "\n".join(_one(result) for result in results)


def _one(result: GateResult) -> str:
    several = len(result.arms) > 1
    heads = ["", "Rule", *(["Arm"] if several else []), "Found", "What would settle it"]
    lines = [
        f"### {_SIGNS[result.verdict]} {text(result.headline)}",
        "",
        *(f"**{text(problem)}**\n" for problem in result.problems),
        f"| {' | '.join(heads)} |",
        f"|{' --- |' * len(heads)}",
        *(_row(rule, several=several) for rule in result.rules),
        "",
    ]
    if result.changed:
        lines += [f"⚠️ {text(result.changed)}", ""]
    lines += [f"- {text(note)}" for note in result.notes]
    lines += [""] if result.notes else []
    against = "" if result.baseline is None else f", against {text(_baseline(result))}"
    lines.append(
        f"Run {text(result.run)} on {text(result.dataset)}{against}. "
        f"Prompt {text(short(result.prompt_hash))}, golden set {text(short(result.dataset_hash))}, "
        f"gate {text(short(result.hash))}" + (f", evidence {text(short(result.evidence))}." if result.evidence else ".")
    )
    return "\n".join(lines) + "\n"


def _baseline(result: GateResult) -> str:
    against = result.baseline
    if against is None:
        return ""
    return f"{against.label} ({against.release})" if against.release else against.label


def _row(rule: RuleResult, *, several: bool) -> str:
    cells = [_SIGNS[rule.verdict], text(rule.title), *([text(rule.arm)] if several else []), text(rule.found)]
    return f"| {' | '.join([*cells, text(rule.settle)])} |"


def text(value: str) -> str:
    """Text as Markdown shows it: no markup, no link, no mention, no HTML, in one line."""
    return _CALLS.sub("\\1\u200b", _SPECIAL.sub(r"\\\1", _BLANK.sub(" ", value).strip()))
