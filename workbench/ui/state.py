"""What survives a rerun: the opened project, and comparisons and estimates that were computed before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from workbench.domain.model import FoundModel
from workbench.domain.run import RunPlan
from workbench.ui import who
from workbench.workspace import Workbench
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.examples import ExampleChange
from workbench.workspace.estimates.estimate import Estimate
from workbench.workspace.failures.analysis import FailureAnalysis
from workbench.workspace.releases.states import VersionState
from workbench.workspace.reviews.agreement import Agreement
from workbench.workspace.spending.spending import SpendReport

T = TypeVar("T")
COMPARISONS_KEPT = 16
PARTS_KEPT = 96
"""Of comparisons: lists of examples, slices, counts."""
ESTIMATES_KEPT = 16
PARTS_OF_RUNS_KEPT = 16
"""What people said of runs, and how far versions have come."""
MODELS_KNOWN_S = 20.0
"""For so long the models found last are offered: looking tries the ports of local servers."""


def workbench() -> Workbench:
    """The project this server was started for, with the settings of now: raising a budget needs no restart."""
    opened = _opened()
    known = _with_settings(opened, opened.settings_changed_at())
    actor = who.at_this_browser(known.context.actor, known.context.settings.people)
    return known if actor == known.context.actor else known.acting_as(actor)


@st.cache_resource(show_spinner=False)
def _opened() -> Workbench:
    return Workbench.open()


@st.cache_resource(show_spinner=False, max_entries=1)
def _with_settings(_opened: Workbench, changed_at: float) -> Workbench:  # noqa: ARG001 (the key)
    return _opened.with_settings_of_now()


def comparison(wb: Workbench, run: str, baseline: str | None) -> Comparison:
    """A run compared. Computed anew when anything it shows was stored since; comparisons are never changed."""
    return _comparison(wb, run, baseline, wb.comparisons.revision(run))


def kept(wb: Workbench, compared: Comparison, what: Callable[..., T], *about: str) -> T:
    """What a function says of a comparison, and of an arm or a metric of it, kept as long as the comparison is."""
    run = compared.run.id
    return _kept(what, compared, run, compared.baseline, what.__qualname__, about, wb.comparisons.revision(run))


def example_changes(wb: Workbench, compared: Comparison, arm: str, metric: str) -> Sequence[ExampleChange]:
    """How every example fared."""
    return kept(wb, compared, wb.comparisons.examples, arm, metric)


@st.cache_resource(show_spinner="Comparing…", max_entries=COMPARISONS_KEPT)
def _comparison(_wb: Workbench, run: str, baseline: str | None, revision: str) -> Comparison:  # noqa: ARG001 (the key)
    return _wb.comparisons.of_run(run, baseline=baseline)


@st.cache_resource(show_spinner=False, max_entries=PARTS_KEPT)
def _kept(
    _what: Callable[..., T],
    _compared: Comparison,
    run: str,  # noqa: ARG001 (with all that follow: the key)
    baseline: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    about: tuple[str, ...],
    revision: str,  # noqa: ARG001
) -> T:
    return _what(_compared, *about)


def estimate(wb: Workbench, plan: RunPlan) -> Estimate:
    """What a plan would ask, cost and take. Worked out anew when the plan, or what is stored, is another."""
    return _estimate(wb, plan, repr(replace(plan, examples=())), len(plan.examples), wb.estimates.revision())


@st.cache_resource(show_spinner=False, max_entries=ESTIMATES_KEPT)
def _estimate(_wb: Workbench, _plan: RunPlan, key: str, rows: int, revision: str) -> Estimate:  # noqa: ARG001 (the key)
    return _wb.estimates.of_plan(_plan)


def agreement(wb: Workbench, run: str) -> Agreement:
    """How far people agree with each other on a run."""
    return _agreement(wb, run, wb.comparisons.revision(run))


@st.cache_resource(show_spinner=False, max_entries=PARTS_OF_RUNS_KEPT)
def _agreement(_wb: Workbench, run: str, revision: str) -> Agreement:  # noqa: ARG001 (the key)
    return _wb.reviews.agreement(run)


def failure_analysis(wb: Workbench, runs: Sequence[str]) -> FailureAnalysis:
    """What goes wrong in some runs."""
    return _failure_analysis(wb, tuple(runs), "-".join(wb.comparisons.revision(run) for run in runs))


@st.cache_resource(show_spinner=False, max_entries=PARTS_OF_RUNS_KEPT)
def _failure_analysis(_wb: Workbench, runs: tuple[str, ...], revision: str) -> FailureAnalysis:  # noqa: ARG001 (the key)
    return _wb.failures.analysis(*runs)


def release_states(wb: Workbench, prompt: str) -> Sequence[VersionState]:
    """How far each version of a prompt has come, newest first."""
    return _release_states(wb, prompt, wb.releases.revision(prompt))


@st.cache_resource(show_spinner=False, max_entries=PARTS_OF_RUNS_KEPT)
def _release_states(_wb: Workbench, prompt: str, revision: str) -> Sequence[VersionState]:  # noqa: ARG001 (the key)
    return _wb.releases.states(prompt)


def spend_report(wb: Workbench) -> SpendReport:
    """What was spent lately. Added up anew when anything was spent since."""
    return _spend_report(wb, wb.spending.revision())


@st.cache_resource(show_spinner=False, max_entries=1)
def _spend_report(_wb: Workbench, revision: str) -> SpendReport:  # noqa: ARG001 (the key)
    return _wb.spending.lately()


@st.cache_data(show_spinner=False, ttl=MODELS_KNOWN_S)
def models(_wb: Workbench) -> list[FoundModel]:
    """The models that could be used now."""
    return list(_wb.models.list())
