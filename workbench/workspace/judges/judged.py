"""How the scores of a run came about: by which version of a judge, and whether that is the judge of today."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.domain.imported import IMPORTED_VERSION
from workbench.domain.run import RunPlan
from workbench.errors import InputError
from workbench.judging.families import family
from workbench.store import judge_versions
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.measures import Measures

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Judged:
    """What is to be said of the scores by one metric or judge."""

    name: str
    is_judge: bool
    number: int | None = None
    """The judge's version that the scores are by; None for rules, and for a judge that had no model."""
    left_out: int = 0
    """Scores of this run by an older version, which are not counted: two versions together say nothing."""
    outdated: bool = False
    """Whether all its scores are by an older version than the project has now."""
    alike: tuple[str, ...] = ()
    """Arms whose model is of the one family that judged them."""
    family: str = ""

    @property
    def label(self) -> str:
        """Such as `groundedness v2`."""
        return self.name if self.number is None else f"{self.name} v{self.number}"

    @property
    def stale(self) -> bool:
        """Whether scoring again would change what the scores say."""
        return self.outdated or self.left_out > 0

    @property
    def sentences(self) -> list[str]:
        """What a reader of the scores must know, in plain English; empty when there is nothing."""
        said, verb = [], "judged" if self.is_judge else "scored"
        if self.outdated:
            said.append(f"{verb.capitalize()} by an older version of {self.name}: score again.")
        if self.left_out:
            answers = "1 answer is" if self.left_out == 1 else f"{self.left_out:,} answers are"
            said.append(f"{answers} {verb} by an older version of {self.name} only, and left out of it: score again.")
        if self.alike:
            said.append(
                f"{self.name} asks only models of the {self.family} family, which answered for {' and '.join(self.alike)} "
                "too: models prefer their own family's answers. Have another family judge beside it."
            )
        return said


def register_judges(context: Context, session: Session, names: Iterable[str]) -> None:
    """Number the judges of these names as they are set up now, where that is new. Call it in a transaction."""
    measures = Measures.of(context, session)
    for name in names:
        judge = measures.judge(name)
        if judge.jurors:
            register_judge(context, session, name, judge.version, judge.content)


def register_judge(context: Context, session: Session, name: str, version: str, content: Mapping[str, Any]) -> None:
    """Number one version of a judge, where it is new. Call it in a transaction."""
    new = (name, version) not in judge_versions.numbers(session)
    number = judge_versions.register(session, name, version, content, context.clock.now())
    if new:
        context.record(session, "judge fixed", f"{name} v{number}", hash=version)


def how_judged(session: Session, plan: RunPlan, frame: pd.DataFrame, measures: Measures) -> Sequence[Judged]:
    """What is to be said of a run's scores, by metric in the order of the frame, which is that of `store.scores`."""
    numbers, judges = judge_versions.numbers(session), set(measures.judge_names())
    found = []
    for name, rows in frame.groupby("metric", sort=False):
        counted = rows.loc[~rows["stale"], "metric_version"].iloc[0]
        number = numbers.get((str(name), counted))
        by = _models(session, str(name), number)
        kin, alike = _kin(plan, by)
        current = _version_now(measures, str(name))
        found.append(
            Judged(
                str(name),
                is_judge=name in judges or number is not None,
                number=number,
                left_out=int(rows["stale"].sum()),
                outdated=current is not None and counted not in {IMPORTED_VERSION, current},
                alike=alike,
                family=kin,
            )
        )
    return found


def _version_now(measures: Measures, name: str) -> str | None:
    """The version that scoring by this name would give; None when nothing has that name, or its judge no model."""
    with suppress(InputError):
        return measures.metric(name).info.version
    with suppress(InputError):
        judge = measures.judge(name)
        return judge.version if judge.jurors else None
    return None


def _models(session: Session, name: str, number: int | None) -> list[str]:
    """The models that a version of a judge asked."""
    text = None if number is None else judge_versions.content(session, name, number)
    content: Mapping[str, list[list[str]]] = {} if text is None else json.loads(text)
    return [model for _, model, *_ in content.get("models", [])]


def _kin(plan: RunPlan, judges: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The family of all these judges, if it is one, and the arms whose model is of it too."""
    families = {family(model) for model in judges}
    only = families.pop() if len(families) == 1 else None
    if only is None:
        return "", ()
    return only, tuple(arm.label for arm in plan.arms if family(arm.model.model) == only)
