"""A project's use cases, by noun; the modules of each are loaded when it is first asked for.

Together they take as long to load as everything else that a command needs.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from workbench.workspace.context import Context

if TYPE_CHECKING:
    from workbench.workspace.audit import Audit
    from workbench.workspace.comparison.answers import Answers
    from workbench.workspace.comparison.comparing import Comparisons
    from workbench.workspace.estimates.estimating import Estimates
    from workbench.workspace.evaluations.evaluations import Evaluations
    from workbench.workspace.failures.failures import Failures
    from workbench.workspace.gates.gates import Gates
    from workbench.workspace.goldens.datasets import Datasets
    from workbench.workspace.interchange.interchange import Interchange
    from workbench.workspace.judges.judges import Judges
    from workbench.workspace.knowledge.indexes import Indexes
    from workbench.workspace.measures import Measures
    from workbench.workspace.models import Models
    from workbench.workspace.overview import Overviews
    from workbench.workspace.prompts.prompts import Prompts
    from workbench.workspace.prompts.trying import Tries
    from workbench.workspace.rechecking.rechecking import Rechecks
    from workbench.workspace.releases.releases import Releases
    from workbench.workspace.reviews.reviews import Reviews
    from workbench.workspace.runs.events import Events
    from workbench.workspace.runs.planning import Planner
    from workbench.workspace.runs.runs import Runs
    from workbench.workspace.spending.spending import Spending


class Rooms:
    """The use cases of one opened project."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def prompts(self) -> Prompts:
        """Prompt versions and drafts."""
        from workbench.workspace.prompts.prompts import Prompts

        return Prompts(self.context)

    @cached_property
    def interchange(self) -> Interchange:
        """Prompts from other tools, and for them."""
        from workbench.workspace.interchange.interchange import Interchange

        return Interchange(self.context)

    @cached_property
    def datasets(self) -> Datasets:
        """Golden sets."""
        from workbench.workspace.goldens.datasets import Datasets

        return Datasets(self.context)

    @cached_property
    def indexes(self) -> Indexes:
        """Indexes of documents."""
        from workbench.workspace.knowledge.indexes import Indexes

        return Indexes(self.context)

    @cached_property
    def evaluations(self) -> Evaluations:
        """How well indexes find what golden rows name as their sources."""
        from workbench.workspace.evaluations.evaluations import Evaluations

        return Evaluations(self.context)

    @property
    def measures(self) -> Measures:
        """What outputs can be scored by."""
        from workbench.workspace.measures import Measures

        return Measures(self.context.settings, self.context.root)

    @property
    def judges(self) -> Judges:
        """What outputs can be judged by, with the models that are asked."""
        from workbench.workspace.judges.judges import Judges

        return Judges(self.context)

    @cached_property
    def models(self) -> Models:
        """Models that could be used."""
        from workbench.workspace.models import Models

        return Models(self.context)

    @cached_property
    def runs(self) -> Runs:
        """Runs and their outputs."""
        from workbench.workspace.runs.runs import Runs

        return Runs(self.context, self._planner)

    @cached_property
    def estimates(self) -> Estimates:
        """What runs would ask, cost and take."""
        from workbench.workspace.estimates.estimating import Estimates

        return Estimates(self.context)

    @cached_property
    def spending(self) -> Spending:
        """What was spent, on what, and how much of a budget is left."""
        from workbench.workspace.spending.spending import Spending

        return Spending(self.context)

    @cached_property
    def tries(self) -> Tries:
        """Asking one example without storing a run."""
        from workbench.workspace.prompts.trying import Tries

        return Tries(self.context, self._planner)

    @cached_property
    def events(self) -> Events:
        """Trials as observability events."""
        from workbench.workspace.runs.events import Events

        return Events(self.context)

    @cached_property
    def answers(self) -> Answers:
        """What a run's arms answered, an example at a time."""
        from workbench.workspace.comparison.answers import Answers

        return Answers(self.context)

    @cached_property
    def comparisons(self) -> Comparisons:
        """Comparing the arms of a run."""
        from workbench.workspace.comparison.comparing import Comparisons

        return Comparisons(self.context)

    @cached_property
    def reviews(self) -> Reviews:
        """People's verdicts."""
        from workbench.workspace.reviews.reviews import Reviews

        return Reviews(self.context)

    @cached_property
    def failures(self) -> Failures:
        """What goes wrong, as people named it."""
        from workbench.workspace.failures.failures import Failures

        return Failures(self.context)

    @property
    def gates(self) -> Gates:
        """What is good enough, and whether a version is."""
        from workbench.workspace.gates.gates import Gates

        return Gates(self.context)

    @cached_property
    def releases(self) -> Releases:
        """Approval and export."""
        from workbench.workspace.releases.releases import Releases

        return Releases(self.context)

    @cached_property
    def rechecks(self) -> Rechecks:
        """Released prompts asked again."""
        from workbench.workspace.rechecking.rechecking import Rechecks

        return Rechecks(self.context, self.runs)

    @cached_property
    def audit(self) -> Audit:
        """The audit log."""
        from workbench.workspace.audit import Audit

        return Audit(self.context)

    @cached_property
    def overview(self) -> Overviews:
        """What there is and what to do next."""
        from workbench.workspace.overview import Overviews

        return Overviews(self.context)

    @cached_property
    def _planner(self) -> Planner:
        from workbench.workspace.runs.planning import Planner

        return Planner(self.context, self.prompts, self.datasets, self.indexes, self.models)
