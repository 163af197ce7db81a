"""What a version is compared with: the released one, that of an environment, or a named one, on the same golden set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.environment import ENVIRONMENTS, pointers
from workbench.domain.evidence import MeasuredArm, MeasuredBaseline
from workbench.domain.gate import RELEASED
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.release import Release
from workbench.domain.run import Arm, RunInfo, parts_of
from workbench.errors import InputError
from workbench.store import environments, prompts, releases, runs
from workbench.store.session import Session
from workbench.workspace.context import parse_reference
from workbench.workspace.releases.states import RUNS_SEARCHED, asked

Measure = Callable[[RunInfo, Sequence[str]], tuple[MeasuredArm, ...]]
"""The arms of a run by their labels, with scores and without answers."""


@dataclass(frozen=True)
class BaselineFinder:
    """Finds the baselines of one version that was asked in one run."""

    session: Session
    version: PromptVersion
    run: RunInfo
    measure: Measure

    def find(self, name: str, arms: Sequence[Arm]) -> MeasuredBaseline:
        """The baseline of that name for these arms. Raises InputError for a name that can be none.

        An answer is paired with one to the same row of the same golden set, in whichever run it was asked: what was
        measured on another version of the golden set is refused, and said to be.
        """
        meant, release = self._meant(name)
        if meant is None:
            return MeasuredBaseline(name, nothing_yet=True)
        found = MeasuredBaseline(name, meant.label, "" if release is None else release.version)
        if meant.label == self.version.label:
            return replace(found, nothing_yet=True)
        other = self._measured_in(meant)
        if other is None:
            return replace(found, missing=self._why_none(meant))
        labels = [label for label in other.arms if label.startswith(f"{meant.label}:")]
        pairs = {arm.label: _like(arm.label, labels) for arm in arms}
        return replace(found, pairs=pairs, arms=self.measure(other, list(dict.fromkeys(pairs.values()))))

    def _meant(self, name: str) -> tuple[PromptVersion | None, Release | None]:
        session, prompt = self.session, self.version.name
        released = releases.of_prompt(session, prompt)
        if name == RELEASED:
            release = next((one for one in reversed(released) if one.number != self.version.number), None)
        elif name in ENVIRONMENTS:
            stands = next(
                (v for environment, v in pointers(environments.steps(session, prompt)).items() if environment == name),
                None,
            )
            release = next((one for one in released if one.version == stands), None)
        else:
            text, number = parse_reference(name)
            if number is None:
                raise InputError(
                    f"{name!r} is no baseline of a gate.",
                    hint=f"It is {RELEASED!r}, one of {', '.join(ENVIRONMENTS)}, or a version such as {prompt}@1.",
                )
            meant = prompts.get(session, text, number)
            return meant, next((one for one in released if (one.prompt, one.number) == (text, number)), None)
        return (None, None) if release is None else (prompts.get(session, prompt, release.number), release)

    def _measured_in(self, meant: PromptVersion) -> RunInfo | None:
        """The run itself, or the newest that asked the baseline on the same version of the golden set."""
        if asked(self.run, meant):
            return self.run
        recent = runs.latest(self.session, RUNS_SEARCHED)
        same = [info for info in recent if self._on_same_rows(info) and asked(info, meant)]
        return next((info for info in same if runs.summary(self.session, info.id).done), None)

    def _on_same_rows(self, info: RunInfo) -> bool:
        return (info.dataset, info.dataset_version) == (self.run.dataset, self.run.dataset_version)

    def _why_none(self, meant: PromptVersion) -> str:
        rows = f"{self.run.dataset}@{self.run.dataset_version}"
        both = f"Run both: workbench run --prompt {meant.label} --prompt {self.version.label} --dataset {rows}"
        others = [info for info in runs.latest(self.session, RUNS_SEARCHED) if asked(info, meant)]
        if not others:
            return f"{meant.label} was never run. {both}"
        known = f"{others[0].dataset}@{others[0].dataset_version}"
        return f"{meant.label} was measured on {known}, and a changed golden set is not compared. {both}"


def _like(label: str, labels: Sequence[str]) -> str:
    """The arm with the same model and variant, else with the same model, else the first."""
    _, model, variant = parts_of(label)
    exact = [one for one in labels if parts_of(one)[1:] == (model, variant)]
    same = [one for one in labels if parts_of(one)[1] == model]
    return (exact or same or list(labels))[0]
