"""The one place where store, engines, indexes and models meet."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from shlex import quote
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from workbench.domain.actor import Actor
from workbench.domain.clock import SystemClock
from workbench.domain.dataset import Example
from workbench.domain.index import IndexInfo, IndexSettings, Reading
from workbench.domain.prompt import PromptFile
from workbench.domain.protocols import Clock
from workbench.domain.run import PROBED_ROWS
from workbench.errors import InputError, NotFoundError, suggestion
from workbench.settings import find_project, read_settings
from workbench.store.store import Store
from workbench.workspace.context import Context
from workbench.workspace.projects import PROJECT_FILE, STORE_FILE, init
from workbench.workspace.rooms import Rooms

if TYPE_CHECKING:
    from workbench.workspace.comparison.comparison import Comparison
    from workbench.workspace.elsewhere.pair_ratings import PairRatings
    from workbench.workspace.estimates.estimate import Estimate
    from workbench.workspace.judges.preferences import Preferences
    from workbench.workspace.prompts.prompts import Saved
    from workbench.workspace.runs.planning import RunOptions
    from workbench.workspace.runs.progress import Progress
    from workbench.workspace.runs.results import Run

PROJECT_VARIABLE = "WORKBENCH_PROJECT"
USER_VARIABLE = "WORKBENCH_USER"


class Workbench(Rooms):
    """An opened project.

    ```python
    from workbench import Workbench

    wb = Workbench.open(".")
    run = wb.run(prompts=["answer@1", "answer@2"], dataset="golden")
    run.compare()
    ```

    Use cases are grouped by noun: `prompts`, `datasets`, `indexes`, `evaluations`, `judges`, `models`, `estimates`,
    `runs`, `comparisons`, `reviews`, `failures`, `releases`, `audit`. Several processes may have one project open.
    """

    @classmethod
    def open(
        cls,
        directory: str | Path | None = None,
        *,
        actor: Actor | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Open the project in a folder or the nearest parent of it.

        Without a folder, `WORKBENCH_PROJECT` or the working directory. Raises InputError where there is no
        `workbench.toml`, and NotFoundError where there is no such folder.
        """
        environment = os.environ if environ is None else environ
        start = Path(directory or environment.get(PROJECT_VARIABLE) or ".").expanduser()
        if not start.exists():
            raise NotFoundError("folder", str(start), hint=_beside(start))
        root = find_project(start.resolve())
        if root is None:
            raise InputError(
                f"There is no {PROJECT_FILE} in {start.resolve()} or above it.",
                hint="`workbench init` makes a project here; `workbench demo` shows a finished one.",
            )
        clock = clock or SystemClock()
        return cls(
            Context(
                root=root,
                settings=read_settings(root / PROJECT_FILE),
                store=Store(root / STORE_FILE, clock=clock),
                actor=actor or default_actor(environment),
                environ=environment,
                clock=clock,
            )
        )

    @classmethod
    def init(cls, directory: str | Path, **options: Any) -> Self:
        """Make a folder a project, unless it is one already, and open it; `options` are those of `open`."""
        return cls.open(init(Path(directory)).directory, **options)

    def acting_as(self, actor: Actor) -> Workbench:
        """The same project, with someone else at the desk."""
        return Workbench(replace(self.context, actor=actor))

    def with_settings_of_now(self) -> Workbench:
        """The same project, with what its `workbench.toml` says by now. Raises InputError as `open` does."""
        return Workbench(replace(self.context, settings=read_settings(self.root / PROJECT_FILE)))

    def settings_changed_at(self) -> float:
        """When `workbench.toml` was last written, in seconds since 1970; 0 when it is gone. Cheap."""
        try:
            return (self.root / PROJECT_FILE).stat().st_mtime
        except OSError:
            return 0.0

    def close(self) -> None:
        """Let go of the store."""
        self.context.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def lease(self) -> AbstractContextManager[None]:
        """Keep the store open for a unit of work, such as the drawing of a page."""
        return self.context.store.lease()

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.context.root

    @property
    def name(self) -> str:
        """The project's name."""
        return self.context.settings.project.name

    @property
    def export_directory(self) -> Path:
        """Where releases are exported to when nothing else is said."""
        return self.root / self.context.settings.export.directory

    def add_prompt(self, prompt: str | Path | PromptFile) -> Saved:
        """Save a prompt file, or prompt content made in code, as a version."""
        return self.prompts.save(prompt) if isinstance(prompt, PromptFile) else self.prompts.add(Path(prompt))

    def add_dataset(self, rows: str | Path | Sequence[Example], *, name: str) -> Saved:
        """Save a JSONL, JSON or CSV file, or examples made in code, as a version of a golden set."""
        if isinstance(rows, str | Path):
            return self.datasets.add(Path(rows), name=name)
        return self.datasets.save(name, rows, source="code")

    def build_index(
        self, name: str, *paths: str | Path, settings: IndexSettings | None = None, reading: Reading | None = None
    ) -> IndexInfo:
        """Build an index from files and folders; `reading` says which files are read, and how tables are."""
        return self.indexes.build(name, [Path(path) for path in paths], settings, reading=reading)

    def run(
        self,
        prompts: Sequence[str] | str,
        dataset: str,
        *,
        models: Sequence[str] | str = (),
        on_progress: Callable[[Progress], None] | None = None,
        **options: Any,
    ) -> Run:
        """Run prompt versions on models over a golden set and wait for the end.

        `options` are the further fields of RunOptions, such as `repeats=3` or `index=["handbook", "handbook-small"]`.
        `on_progress` is told how far it is; without one, a notebook shows a bar. Interrupting (Ctrl-C, the notebook's
        stop button) cancels the run; what was answered is kept, and the interrupt goes on.
        """
        return self.carry_out(_options(prompts, dataset, models, options), on_progress=on_progress)

    def carry_out(self, options: RunOptions, *, on_progress: Callable[[Progress], None] | None = None) -> Run:
        """As `run`, from options made elsewhere."""
        from workbench.workspace.notebook_progress import progress_bar
        from workbench.workspace.runs.results import Run

        job = self.runs.start(self.runs.plan(options))
        job.watch(on_progress or progress_bar())
        return Run(self, job.run)

    def estimate(
        self, prompts: Sequence[str] | str, dataset: str, *, models: Sequence[str] | str = (), **options: Any
    ) -> Estimate:
        """What `run` would ask, cost and take with the same arguments. Nothing is asked and nothing stored."""
        return self.estimates.of_plan(self.runs.plan(_options(prompts, dataset, models, options)))

    def probe(
        self,
        options: RunOptions,
        rows: int = PROBED_ROWS,
        *,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Run:
        """Ask each arm a few rows, as a run of its own, and wait for the end; an estimate then rests on its answers."""
        from workbench.workspace.estimates.probing import probe_options

        return self.carry_out(probe_options(options, self.runs.plan(options), rows), on_progress=on_progress)

    def confirm(self, run: str, *, on_progress: Callable[[Progress], None] | None = None) -> Run:
        """Ask the winner of a run and its baseline again, afresh, and wait for the end.

        `compare` of either run then says whether the lead was confirmed. Raises InputError where no lead is in doubt.
        """
        from workbench.workspace.notebook_progress import progress_bar
        from workbench.workspace.runs.results import Run

        job = self.runs.start(self.comparisons.confirmation_plan(self.compare(run)))
        job.watch(on_progress or progress_bar())
        return Run(self, job.run)

    def compare(self, run: str, *, baseline: str | None = None, metrics: Sequence[str] = ()) -> Comparison:
        """Compare the arms of a stored run."""
        return self.comparisons.of_run(self.runs.find(run), baseline=baseline, metrics=metrics)

    def compare_pairwise(self, run: str, judge: str, *, arms: Sequence[str] = ()) -> Preferences:
        """Have a judge say which of two arms' stored answers is better, row by row and in both orders.

        All arms of the run are compared with each other unless some are named. What this version of the judge has
        said already is not asked again.
        """
        from workbench.workspace.judges.pairing import Pairing

        run = self.runs.find(run)
        pairing = Pairing(self.context, run, self.runs.stored_plan(run), judge, arms)
        pairing.carry_out()
        return pairing.result()

    def pair_ratings(self, run: str) -> PairRatings:
        """How people and judges agree on an imported run's pairs, and what the order of showing does to the judges.

        Raises InputError for a run that came without such verdicts.
        """
        from workbench.workspace.elsewhere.pair_ratings import stored_ratings

        run = self.runs.find(run)
        return stored_ratings(self.context, run, self.runs.stored_plan(run))


def _options(
    prompts: Sequence[str] | str, dataset: str, models: Sequence[str] | str, options: Mapping[str, Any]
) -> RunOptions:
    """Options as notebooks give them: one name or several."""
    from workbench.workspace.runs.planning import RunOptions

    return RunOptions(
        prompts=[prompts] if isinstance(prompts, str) else prompts,
        dataset=dataset,
        models=[models] if isinstance(models, str) else models,
        **options,
    )


def default_actor(environ: Mapping[str, str]) -> Actor:
    """Who acts when nobody signed in: `WORKBENCH_USER`, or the account's name."""
    name = environ.get(USER_VARIABLE, "").strip()
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):
            name = "someone"
    return Actor(name)


def _beside(missing: Path) -> str:
    """The way out of a folder that is not there: projects with nearly its name beside it, else how one is made."""
    try:
        projects = [folder.name for folder in missing.parent.iterdir() if (folder / PROJECT_FILE).is_file()]
    except OSError:
        projects = []
    return suggestion(missing.name, projects) or f"`workbench init {quote(str(missing))}` makes a project there."
