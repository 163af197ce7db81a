"""`[gates.NAME]`: reading the rules, and writing them as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

from workbench.domain.gate import Gate, GateBound, GateRule
from workbench.errors import FormatError
from workbench.formats.fields import Fields, shown_path
from workbench.formats.fields import Path as Place
from workbench.settings.editing import toml_key, toml_value

_SCORE_LIMITS = ("at_least", "at_most", "not_worse_by")
_LIMITS = (
    *_SCORE_LIMITS,
    "must_pass",
    "attacks_at_most",
    "examples_at_least",
    "labels_at_least",
    "calibrated",
)
_KEYS = ("metric", *_LIMITS, "on", "slice", "quantile")
_BESIDE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_SCORE_LIMITS, ("metric", "on", "slice", "quantile")),
    "must_pass": ("metric", "slice"),
    "attacks_at_most": ("slice",),
    "examples_at_least": ("metric", "slice"),
    "labels_at_least": ("slice",),
    "calibrated": (),
}
"""What may stand beside a rule's limit."""


def read_gate(table: Fields) -> Gate:
    """One gate. Raises FormatError for rules that make no sense, each with its place."""
    rules = table.require("rules", table.tables("rules", _KEYS))
    if not rules:
        raise table.error("rules", "a gate without rules lets everything pass")
    return Gate(rules=tuple(_rule(rule) for rule in rules), baseline=table.name("baseline"))


def _rule(rule: Fields) -> GateRule:
    limits = [name for name in _LIMITS if rule.values.get(name) is not None]
    if len(limits) != 1:
        raise rule.complain(rule.path, f"a rule has exactly one of {', '.join(_LIMITS)}", None)
    (limit,) = limits
    for key in rule.values:
        if key not in (limit, *_BESIDE[limit]):
            raise rule.error(key, f"this has no meaning beside {limit!r}")
    metric = rule.name("metric")
    if limit in _SCORE_LIMITS:
        rule.require("metric", metric)
    if rule.flag("must_pass") is False:
        raise rule.error("must_pass", "a rule that is switched off says nothing", "Leave the rule out.")
    return GateRule(
        metric=metric,
        at_least=rule.number("at_least"),
        at_most=rule.number("at_most"),
        not_worse_by=rule.number("not_worse_by", least=0),
        on=rule.choice("on", get_args(GateBound)) or "bound",
        slice=rule.name("slice"),
        quantile=_quantile(rule, limit),
        must_pass=bool(rule.flag("must_pass")),
        attacks_at_most=rule.number("attacks_at_most", least=0, most=1),
        examples_at_least=rule.whole("examples_at_least", least=1),
        labels_at_least=rule.whole("labels_at_least", least=1),
        calibrated=rule.name("calibrated"),
    )


def _quantile(rule: Fields, limit: str) -> float | None:
    quantile = rule.number("quantile")
    if quantile is None:
        return None
    if limit == "not_worse_by":
        raise rule.error("quantile", "a quantile has a limit of its own", "Use at_most or at_least.")
    if not 0 < quantile < 1:
        raise rule.error(
            "quantile", "a quantile lies between 0 and 1", "0.95 is the time within which 95% are answered."
        )
    return quantile


def gate_values(gate: Gate) -> dict[str, Any]:
    """A gate as the values of its table, what has its default left out: `read_gate` gives the same gate back."""
    rules = [
        {one.name: value for one in fields(rule) if (value := getattr(rule, one.name)) != one.default}
        for rule in gate.rules
    ]
    return {**({} if gate.baseline is None else {"baseline": gate.baseline}), "rules": rules}


def _complain(path: Place, problem: str, hint: str | None) -> FormatError:
    return FormatError(f"{shown_path(path)}: {problem}.", file="workbench.toml", hint=hint)


def gate_toml(name: str, gate: Gate) -> str:
    """A gate as its table in `workbench.toml`, a rule a line. Raises FormatError for a gate that would not be read."""
    read_gate(Fields.of(gate_values(gate), ("gates", name), _complain))
    lines = [f"[gates.{toml_key(name)}]"]
    if gate.baseline is not None:
        lines.append(f"baseline = {toml_value(gate.baseline)}")
    rules = gate_values(gate)["rules"]
    lines += ["rules = [", *(f"  {toml_value(rule)}," for rule in rules), "]"]
    return "\n".join(lines) + "\n"
