"""What speaks for a version: what changed, and how a run says it does."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.release import Release
from workbench.domain.run import RunInfo
from workbench.stats.numbers import duration, money
from workbench.text import line_diff
from workbench.ui import state
from workbench.ui.compare import words
from workbench.ui.components import places
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import html_text, plain
from workbench.workspace import Workbench
from workbench.workspace.comparison.comparison import ArmFigure, Comparison
from workbench.workspace.releases.states import VersionState


def show_change(wb: Workbench, chosen: VersionState, released: Release | None) -> None:
    """Why the version was written, and its difference to the released one, or else to the one before."""
    version = chosen.version
    st.subheader("What changed", anchor=False)
    st.html(html_text(version.changelog or "No reason was written down."))
    st.caption(f"Written by {plain(version.author)}")
    other = released.number if released is not None else version.parent or version.number - 1
    if other in {0, version.number}:
        st.caption("This is the released version." if other else "There is no earlier version to compare it with.")
        return
    name = f"release {released.version}" if released is not None else "the version before"
    with st.expander(
        f"Difference to {plain(name)} ({plain(version.name)}@{other})",
        expanded=chosen.stage in {"requested", "run"},
        icon=":material/difference:",
    ):
        st.html(line_diff.lines(*wb.prompts.texts_to_compare(f"{version.name}@{other}", version.label)))


def show_evidence(wb: Workbench, chosen: VersionState, released: Release | None, run: RunInfo | None) -> None:
    """Figures of the run that an approval would rest on, or rests on."""
    st.subheader("Evidence", anchor=False)
    if run is None:
        st.warning("This version was never run, so nothing is known about how good it is.", icon=":material/help:")
        places.link("run", f"Run {plain(chosen.version.label)}", prompt=chosen.version.label)
        return
    comparison = state.comparison(wb, run.id, _baseline(run, chosen, released))
    arms = [arm for arm in comparison.arms if arm.label.startswith(f"{chosen.version.label}:")]
    _verdict(comparison, arms)
    show_table(_figures(comparison, arms), alt=f"Figures of {chosen.version.label} in run {run.id}", stacked="evidence")
    st.caption(
        f"{comparison.dataset_examples:,} examples of {plain(run.dataset)}@{run.dataset_version}. "
        "In brackets: where the true figure likely lies (95%); n is the number of examples with a score."
    )
    with st.container(horizontal=True):
        places.link("compare", "Look at every example", run=run.id)
        places.link("run", "Look at the run", run=run.id)
    _hashes(chosen, run)


def _baseline(run: RunInfo, chosen: VersionState, released: Release | None) -> str | None:
    """What the version is held against: the released one where the run asked it too, else the run's own baseline."""
    if released is None or released.number == chosen.version.number:
        return None
    return next((arm for arm in run.arms if arm.startswith(f"{released.prompt}@{released.number}:")), None)


def _verdict(comparison: Comparison, arms: Sequence[ArmFigure]) -> None:
    labels = {arm.label for arm in arms}
    pairs = [pair for pair in comparison.pairs if pair.metric == comparison.headline]
    if comparison.baseline in labels:
        if pairs:
            st.write("This version is what the others of the run are held against:")
    else:
        pairs = [pair for pair in pairs if pair.arm in labels]
    for sentence in [pair.sentence for pair in pairs] or ["The run asked nothing else to compare it with."]:
        st.markdown(f"**{plain(sentence)}**")


def _figures(comparison: Comparison, arms: Sequence[ArmFigure]) -> list[dict[str, str]]:
    """One row per score, then cost and time; the baseline stands first."""
    baseline = comparison.arm(comparison.baseline)
    columns = [baseline, *(arm for arm in arms if arm.label != baseline.label)]
    others = [name for name in baseline.metrics if name not in comparison.quality]
    rows = []
    for name in [*comparison.quality, *others]:
        info = baseline.metrics[name].info
        row = {"Score": info.title}
        for arm in columns:
            row[_head(arm, baseline)] = words.mean(arm.metrics[name].mean, info) + _against(comparison, arm, name)
        rows.append(row)
    cost, time, answered = {"Score": "Cost of 100 answers"}, {"Score": "Median time"}, {"Score": "Answered"}
    for arm in columns:
        cost[_head(arm, baseline)] = money(arm.cost_per_hundred)
        time[_head(arm, baseline)] = duration(arm.p50_ms)
        answered[_head(arm, baseline)] = f"{arm.done:,} of {arm.planned:,}"
    return [*rows, cost, time, answered]


def _head(arm: ArmFigure, baseline: ArmFigure) -> str:
    return f"{arm.label} (baseline)" if arm.label == baseline.label else arm.label


def _against(comparison: Comparison, arm: ArmFigure, metric: str) -> str:
    pair = comparison.pair(arm.label, metric)
    if pair is None:
        return ""
    sign = words.sign(pair.result.verdict, comparison.info(metric))
    return f" · {sign.text} {sign.word}"


def _hashes(chosen: VersionState, run: RunInfo) -> None:
    """What the evidence is about, to the bit."""
    with st.expander("Details: what exactly was tested", icon=":material/fingerprint:"):
        facts = {"Prompt": chosen.version.hash, "Run": run.id}
        if chosen.release is not None:
            evidence = chosen.release.evidence
            facts |= {
                "Golden set": f"{evidence.dataset or 'none'} {evidence.dataset_hash or ''}",
                "Indexes": ", ".join(f"{name} {found}" for name, found in evidence.indexes.items()) or "none",
                "Judges": ", ".join(f"{name} {version}" for name, version in evidence.judges.items()) or "none",
                "Audit log at approval": f"{evidence.audit_length} entries, {evidence.audit_head}",
            }
        show_table([{"What": name, "Identity": fact} for name, fact in facts.items()], alt="Hashes of the evidence")
