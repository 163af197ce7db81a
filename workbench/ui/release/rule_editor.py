"""A gate's rules as lines of plain-word choices, one line a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import cast

import streamlit as st

from workbench.domain.environment import ENVIRONMENTS
from workbench.domain.gate import RELEASED, Gate, GateRule
from workbench.domain.score import MetricInfo
from workbench.metrics.correctness import CORRECT
from workbench.ui.components import unsaved
from workbench.ui.release.rule_words import OF_A_SCORE, WHAT, WITH_LIMIT, WITH_TAG, Fields, fields_of, rule_of, unit_of
from workbench.workspace import Workbench

_ids = count(1)
BEGINNING = (
    GateRule(metric=CORRECT.info.name, at_least=0.8),
    GateRule(metric=CORRECT.info.name, not_worse_by=0.03),
    GateRule(must_pass=True),
)
"""What a first gate is offered as."""
BASELINES: Mapping[str, str] = {
    RELEASED: "the newest release",
    **{str(name): f"what stands in {name}" for name in ENVIRONMENTS},
}
Line = tuple[int, Fields, GateRule]
"""Its number in the editor, its fields, and the rule that it came from."""


def edit(wb: Workbench, slot: str, gate: Gate | None, infos: Mapping[str, MetricInfo]) -> Sequence[GateRule]:
    """The lines, with a button to add one and one to take each away; what they say now.

    A reload changes nothing: they begin with what was left unsaved.
    """
    saved = BEGINNING if gate is None else gate.rules
    judges = wb.measures.judge_names()
    if _key(slot) not in st.session_state:
        _begin(wb, slot, saved, infos)
    lines: list[Line] = st.session_state[_key(slot)]
    rules: list[GateRule] = []
    typed: list[tuple[Fields, GateRule]] = []
    for position, (number, fields, came_from) in enumerate(lines, 1):
        with st.container(border=True, gap="xsmall", key=f"rule-line-{number}"):
            now = _line(slot, (number, position), fields, infos, judges)
        rules.append(_kept(rule_of(now, infos.get(now.score)), came_from))
        typed.append((now, came_from))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Add a rule", icon=":material/add:", key=f"rule-add-{slot}", on_click=_add, args=(slot,))
        if tuple(rules) == saved:
            unsaved.forget(wb, _key(slot))
        else:
            unsaved.keep(wb, _key(slot), typed)
            again = "Back to what is saved" if gate else "Begin again"
            st.button(
                again,
                icon=":material/undo:",
                type="tertiary",
                key=f"rule-back-{slot}",
                on_click=forget,
                args=(wb, slot),
            )
    return rules


def baseline(wb: Workbench, prompt: str, slot: str, gate: Gate | None) -> str | None:
    """What rules compare with; None for the usual one."""
    names = [*BASELINES, *(version.label for version in reversed(wb.prompts.versions(prompt)))]
    now = RELEASED if gate is None else gate.against
    names = names if now in names else [*names, now]
    chosen = st.selectbox(
        "The baseline is",
        names,
        index=names.index(now),
        format_func=lambda name: BASELINES.get(name, name),
        key=f"gate-baseline-{slot}",
        width=320,
    )
    named = gate is not None and gate.baseline is not None
    return chosen if chosen != RELEASED or named else None


def begin_with(slot: str, rules: Sequence[GateRule], infos: Mapping[str, MetricInfo]) -> None:
    """Fill the editor with the rules of a gate."""
    st.session_state[_key(slot)] = [(next(_ids), fields_of(rule, infos.get(rule.metric or "")), rule) for rule in rules]


def _begin(wb: Workbench, slot: str, saved: Sequence[GateRule], infos: Mapping[str, MetricInfo]) -> None:
    """Begin with what was left unsaved, where something was."""
    left = cast("list[tuple[Fields, GateRule]] | None", unsaved.found(wb, _key(slot)))
    if left is None:
        begin_with(slot, saved, infos)
    else:
        st.session_state[_key(slot)] = [(next(_ids), fields, came_from) for fields, came_from in left]


def forget(wb: Workbench, slot: str) -> None:
    """What is in the editor is saved, or not wanted: it begins anew with what is stored."""
    unsaved.forget(wb, _key(slot))
    st.session_state.pop(_key(slot), None)


def _line(
    slot: str, place: tuple[int, int], fields: Fields, infos: Mapping[str, MetricInfo], judges: Sequence[str]
) -> Fields:
    """One rule's widgets. Their labels carry the rule's number, so that each can be told by its name."""
    number, position = place
    with st.container(horizontal=True, vertical_alignment="bottom"):
        what = st.selectbox(
            f"Rule {position}",
            list(WHAT),
            index=list(WHAT).index(fields.what),
            format_func=WHAT.__getitem__,
            key=f"rule-what-{number}",
            width=330,
        )
        now = replace(fields, what=what)
        if what in OF_A_SCORE or what == "calibrated":
            names = list(judges) if what == "calibrated" else list(infos)
            names = names if not fields.score or fields.score in names else [*names, fields.score]
            score = st.selectbox(
                f"Judge of rule {position}" if what == "calibrated" else f"Score of rule {position}",
                names,
                index=names.index(fields.score) if fields.score in names else 0,
                format_func=lambda name: f"{infos[name].title} ({name})" if name in infos else name,
                key=f"rule-score-{number}-{'judge' if what == 'calibrated' else 'score'}",
                width=260,
            )
            now = replace(now, score=score or "")
        if what in WITH_LIMIT:
            unit = unit_of(what, infos.get(now.score))
            limit = st.number_input(
                f"Limit of rule {position}" + (f", in {unit}" if unit else ""),
                min_value=0.0,
                value=fields.limit,
                key=f"rule-limit-{number}",
                format="%.6g",
                width=200,
            )
            now = replace(now, limit=limit)
        if what in WITH_TAG:
            now = _beside(number, now)
        st.button(
            "Take out",
            icon=":material/close:",
            type="tertiary",
            key=f"rule-out-{number}",
            on_click=_take_out,
            args=(slot, number),
        )
    return now


def _beside(number: int, fields: Fields) -> Fields:
    """What most rules leave alone."""
    with st.popover("More", icon=":material/tune:", type="tertiary", key=f"rule-more-{number}"):
        tag = st.text_input("Only rows with the tag", value=fields.tag, key=f"rule-tag-{number}")
        if fields.what not in OF_A_SCORE:
            return replace(fields, tag=tag)
        how = st.selectbox(
            "What has to hold it",
            [False, True],
            index=int(fields.on_mean),
            format_func=lambda on_mean: "the mean" if on_mean else "the end of the 95% interval",
            key=f"rule-mean-{number}",
        )
        quantile = fields.quantile
        if fields.what != "not_worse_by":
            quantile = st.number_input(
                "Instead of the mean, so many percent of the answers",
                min_value=1.0,
                max_value=99.9,
                value=fields.quantile,
                key=f"rule-quantile-{number}",
                format="%.6g",
            )
    return replace(fields, tag=tag, on_mean=bool(how), quantile=quantile)


def _kept(rule: GateRule, came_from: GateRule) -> GateRule:
    """With the metric that stands beside `must_pass` or a count of rows in the file: the page has no field for it."""
    same = rule.kind == came_from.kind and rule.kind in {"must_pass", "examples"}
    return replace(rule, metric=came_from.metric) if same else rule


def _add(slot: str) -> None:
    rule = GateRule(metric=CORRECT.info.name, at_least=0.8)
    st.session_state[_key(slot)] = [*st.session_state[_key(slot)], (next(_ids), Fields(score=CORRECT.info.name), rule)]


def _take_out(slot: str, number: int) -> None:
    st.session_state[_key(slot)] = [line for line in st.session_state[_key(slot)] if line[0] != number]


def _key(slot: str) -> str:
    return f"gate-rules-{slot}"
