"""Error analysis: reviewers' notes become failure modes that experts edit, count, and turn into judges and examples."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from workbench.domain.failure_mode import FailureMode, GroupedBy, GroupProposal, ModeEdit, NoteGroup
from workbench.domain.review import Review
from workbench.errors import InputError
from workbench.store import failure_modes, reviews, runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.failures.analysis import FailureAnalysis
from workbench.workspace.failures.asking import GroupingCall, grouping_call
from workbench.workspace.failures.counting import counts, differences, saturation
from workbench.workspace.failures.editing import ModeEditing
from workbench.workspace.failures.grouping import group_by_words
from workbench.workspace.failures.judge_questions import JudgeQuestions
from workbench.workspace.failures.mode_book import ModeBook
from workbench.workspace.failures.notes import Material, collect, told
from workbench.workspace.goldens.datasets import Datasets
from workbench.workspace.prompts.prompts import Saved
from workbench.workspace.runs.names import find_arm, find_run

OWN_SET = "failures"
"""The golden set that failing answers go to unless another is named."""


@dataclass(frozen=True)
class Failures:
    """What goes wrong in a project's runs."""

    context: Context

    @property
    def edit(self) -> ModeEditing:
        """Changing modes and sorting notes."""
        return ModeEditing(self.context)

    @property
    def questions(self) -> JudgeQuestions:
        """Making modes questions of judges."""
        return JudgeQuestions(self.context)

    def names(self) -> list[str]:
        """The names of all modes in use, for reviewers to choose from."""
        return [mode.name for mode in self.context.read(ModeBook.read).in_use]

    def modes(self) -> Sequence[FailureMode]:
        """All modes, merged and retired ones too."""
        return self.context.read(ModeBook.read).stored

    def history(self, mode: str | None = None) -> Sequence[ModeEdit]:
        """What experts did, oldest first: all steps, or those that touched a mode, by its id."""
        if mode is None:
            return self.context.read(failure_modes.steps)
        return self.context.read(lambda s: failure_modes.history(s, mode))

    def analysis(self, *run: str, baseline: str | None = None) -> FailureAnalysis:
        """What goes wrong in a run, or in several together.

        `baseline` is an arm's label or the beginning of one; without it, the first arm.
        """
        if not run:
            raise InputError("Name a run whose failures to look at.", hint="`latest` is the newest.")

        def query(session: Session) -> tuple[Material, GroupProposal | None]:
            material = collect(session, _found(session, run))
            return material, failure_modes.proposal(session, _scope(material.runs))

        material, proposal = self.context.read(query)
        chosen = material.arms[0] if baseline is None else find_arm(material.arms, baseline)
        seen = [mode for mode in material.book.in_use if material.of_mode(mode.id)]
        return FailureAnalysis(
            material=material,
            baseline=chosen,
            counts=counts(material, seen),
            differences=differences(material, seen, chosen),
            saturation=saturation(material),
            groups=() if proposal is None else _open_groups(proposal, material),
            proposal=proposal,
            questions=self.questions.all(),
        )

    def runs_of_prompt(self, run: str) -> list[str]:
        """The runs with reviews that asked a prompt of this run's, the newest first; this run among them."""

        def query(session: Session) -> list[str]:
            found = find_run(session, run)
            infos = runs.latest(session)
            asked = {_prompt(arm) for arm in runs.info(session, found).arms}
            kin = [info.id for info in infos if asked & {_prompt(arm) for arm in info.arms}]
            said = reviews.reviewed_runs(session)
            return [one for one in dict.fromkeys([*kin, found]) if one == found or _reviewed(session, one, said)]

        return self.context.read(query)

    def group_by_words(self, *run: str) -> GroupProposal:
        """Propose groups of the notes that are in no mode yet, by the words that they share. No model is asked."""
        self.context.require("reviewer", "have notes grouped")
        material = self.context.read(lambda s: collect(s, _found(s, run)))
        if not material.unsorted:
            raise InputError(
                "Every note is sorted already.", hint="Review more answers, or take notes out of their modes."
            )
        texts = {note.key: note.text for note in material.notes}
        groups = group_by_words(texts, {note.key: note.modes[0] for note in material.notes if note.modes})
        named = {mode.id: mode.name for mode in material.book.in_use}
        groups = [replace(g, name=named[g.mode]) if g.mode in named else g for g in groups]
        return self._propose(material, "words", tuple(groups), cost=0.0)

    def grouping_call(self, *run: str, model: str) -> GroupingCall:
        """The call that `group_by_model` would make, with the most that it can cost. Nothing is asked."""
        return grouping_call(self.context, self.context.read(lambda s: collect(s, _found(s, run))), model)

    def group_by_model(self, *run: str, model: str) -> GroupProposal:
        """Have a model propose groups of the notes that are in no mode yet, in one call within the month's budget.

        Raises UnusableAnswerError, with the reason, where it answers anything but what was asked for; what that cost is
        spent all the same.
        """
        self.context.require("reviewer", "have notes grouped")
        call = self.grouping_call(*run, model=model)
        groups, cost = call.carry_out()
        return self._propose(call.material, "model", groups, model=model, cost=cost)

    def dismiss(self, *run: str) -> None:
        """Put away what is proposed for these runs."""
        self.edit.dismiss(_scope(self.context.read(lambda s: _found(s, run))))

    def keep_example(self, trial_id: str, *, reviewer: str | None = None, dataset: str = OWN_SET) -> Saved:
        """Make the question of a failing answer a golden example, with the right answer where a reviewer gave one.

        The row says which run, trial and reviewer it is from, and what failed. A question that is in the golden set
        already is only given the right answer. `reviewer` names whose note it is; the first one unless named.
        """

        def query(session: Session) -> tuple[str, str, Review, list[str]]:
            output = trials.output(session, trial_id)
            if output is None:
                raise InputError("This answer is not there any more.", hint="Look at the notes again.")
            given = [review for review in reviews.of_run(session, output.run) if review.trial_id == trial_id]
            noted = told(given)
            review = noted.get(reviewer) if reviewer is not None else next(iter(noted.values()), None)
            if review is None:
                raise InputError("Nobody said that this answer failed.", hint="Review it first.")
            material = collect(session, [output.run])
            modes = {mode.id: mode.name for mode in material.book.in_use}
            ids = next((n.modes for n in material.notes if n.key == (trial_id, review.reviewer)), ())
            return output.run, output.example_id, review, [modes[mode] for mode in ids]

        run, example, review, modes = self.context.read(query)
        provenance = {
            "from_trial": trial_id,
            "from_reviewer": review.reviewer,
            "failure_modes": modes,
            **({"note": review.note.strip()} if review.note.strip() else {}),
        }
        return Datasets(self.context).keep(
            dataset, run=run, example_id=example, expected=review.correction or None, provenance=provenance
        )

    def undo(self) -> ModeEdit:
        """Take the last step back, and return it; what it wrote into workbench.toml is taken out again.

        Raises NotAllowedError where the last step is somebody else's.
        """
        self.context.require("reviewer", "sort failures")

        def change(session: Session) -> ModeEdit:
            step = self.edit.last_step(session)
            if step is None:
                raise InputError("There is nothing to undo.")
            self.edit.require_own(step)
            question = failure_modes.question_of(session, step.number)
            if question is not None:
                self.questions.take_back(session, self.edit, step, question)
            else:
                self.edit.step(session, "undone", f"undid: {step.summary}", undoes=step.number)
            return step

        return self.context.write(change)

    def last_step(self) -> ModeEdit | None:
        """The step that `undo` would take back; None when there is none."""
        return self.context.read(self.edit.last_step)

    def _propose(
        self,
        material: Material,
        by: GroupedBy,
        groups: tuple[NoteGroup, ...],
        *,
        model: str | None = None,
        cost: float | None,
    ) -> GroupProposal:
        ctx = self.context
        made = GroupProposal(_scope(material.runs), by, groups, ctx.actor.name, ctx.clock.now(), model, cost)

        def change(session: Session) -> None:
            failure_modes.add_proposal(session, made)
            detail = {"runs": list(material.runs), "groups": len(groups), "cost_usd": cost}
            ctx.record(session, "groups of notes proposed", model or "by words", **detail)

        ctx.write(change)
        return made


def _reviewed(session: Session, run: str, said: Collection[str]) -> bool:
    """Whether any verdict on a run counts; `said` holds the runs of which anything was said."""
    return run in said and bool(reviews.counts(session, run))


def _found(session: Session, given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(find_run(session, one) for one in given))


def _scope(run_ids: Sequence[str]) -> str:
    """What tells the notes of these runs from those of others, in whatever order the runs are named."""
    return ",".join(sorted(run_ids))


def _open_groups(proposal: GroupProposal, material: Material) -> tuple[NoteGroup, ...]:
    """What of a proposal is still to be decided: groups without the notes that were sorted since."""
    waiting = {note.key for note in material.unsorted}
    left = [replace(group, notes=tuple(key for key in group.notes if key in waiting)) for group in proposal.groups]
    return tuple(group for group in left if group.notes)


def _prompt(arm: str) -> str:
    return arm.partition("@")[0]
