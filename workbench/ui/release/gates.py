"""Gates on the page: the rules as a table to fill in, and what they were before."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.domain.gate import Gate, GateVersion
from workbench.domain.score import MetricInfo
from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address, notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.run_states import when
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.release import rule_editor
from workbench.ui.release.rule_words import words
from workbench.workspace import Workbench
from workbench.workspace.gates.choosing import USUAL
from workbench.workspace.measures import HUMAN

NEW = "new"


def show(wb: Workbench, prompt: str) -> None:
    """Choose a gate or begin one, edit it, and see its versions."""
    gates = {gate.name: gate for gate in wb.gates.list()}
    st.markdown(
        "A gate says what is good enough, before the run that it judges. It holds for all prompts of the project, and "
        "stands in `workbench.toml`."
    )
    chosen = NEW
    if gates:
        names = [*gates, NEW]
        chosen = address.pick(
            "Gate", names, "gate", format_func=lambda name: "A new gate" if name == NEW else name, width=320
        )
    else:
        st.info(
            "There is no gate yet. These rules are a good beginning: change what does not fit.", icon=":material/rule:"
        )
    infos = measures(wb)
    _edit(wb, prompt, gates.get(chosen), infos)
    if chosen in gates:
        _versions(wb, chosen, infos)


def measures(wb: Workbench) -> Mapping[str, MetricInfo]:
    """What a rule can be about, by name."""
    return {info.name: info for info in [*wb.measures.all(), HUMAN]}


def _edit(wb: Workbench, prompt: str, gate: GateVersion | None, infos: Mapping[str, MetricInfo]) -> None:
    slot = NEW if gate is None else gate.name
    if gate is None:
        name = st.text_input("Name", value="" if wb.gates.list() else USUAL, key=f"gate-name-{slot}", width=320)
    else:
        name = gate.name
    rules = rule_editor.edit(wb, slot, None if gate is None else gate.gate, infos)
    baseline = rule_editor.baseline(wb, prompt, slot, None if gate is None else gate.gate)
    began = gate is not None and _judges_already(wb, gate)
    reason = ""
    if gate is not None:
        reason = st.text_input(
            "Why it is changed",
            key=f"gate-reason-{slot}",
            help="Rules are fixed before the run that they judge. A later change needs a reason, which stays visible.",
        )
    with st.container(horizontal=True):
        may = for_role(wb, "engineer", "change a gate")
        save = st.button("Save the gate", type="primary", icon=":material/save:", key=f"gate-save-{slot}", **may)
        remove = gate is not None and st.button("Remove it", icon=":material/delete:", key=f"gate-remove-{slot}", **may)
    if remove and gate is not None:
        _remove(wb, gate)
    if not save:
        return
    if began and not reason.strip():
        st.error(
            "Say why, above. The reason stands in the audit log and in every result.",
            title="Runs have begun that this gate may judge, so a change needs a reason.",
            icon=":material/edit_note:",
        )
        return
    try:
        saved = wb.gates.save(name.strip(), Gate(tuple(rules), baseline), reason=reason)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    rule_editor.forget(wb, slot)
    notices.tell(f"The gate is {plain(saved.label)} now.", icon=":material/rule:")
    address.turn_to(view="gates", gate=saved.name)
    st.rerun()


def _judges_already(wb: Workbench, gate: GateVersion) -> bool:
    """Whether a run has begun since the gate was fixed."""
    newest = next(iter(wb.runs.list(1)), None)
    return newest is not None and newest.info.created_at >= gate.fixed_at


def _remove(wb: Workbench, gate: GateVersion) -> None:
    """Take it out of the file; a way back stays open, since its versions are kept."""
    try:
        wb.gates.remove(gate.name)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    rule_editor.forget(wb, gate.name)
    rule_editor.begin_with(NEW, gate.gate.rules, measures(wb))
    notices.tell(
        f"The gate {plain(gate.name)} is removed. Its rules stand below, to be saved again.", icon=":material/delete:"
    )
    address.turn_to(view="gates", gate=NEW)
    st.rerun()


def _versions(wb: Workbench, name: str, infos: Mapping[str, MetricInfo]) -> None:
    st.subheader("What it was", anchor=False)
    rows = [
        {
            "Version": version.label,
            "When": when(version.fixed_at),
            "By": version.fixed_by,
            "Why": version.reason or "–",
            "Rules": "; ".join(words(rule, infos.get(rule.metric or "")) for rule in version.gate.rules),
        }
        for version in reversed(wb.gates.history(name))
    ]
    show_table(rows, alt=f"Versions of the gate {name}, newest first", stacked="gate-versions")
