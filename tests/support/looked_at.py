"""The example with something in every view, served to tests that only look: nobody changes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.served_app import PERSON, ServedApp
from workbench import Workbench
from workbench.domain.actor import Actor


@dataclass(frozen=True)
class LookedAt:
    """The app on it, and what is in it."""

    app: ServedApp
    prompt: str
    run: str
    queue: str
    """Of all answers of the run."""
    repeated: str
    """A run of both versions with two repeats, replayed where the first one asked the same."""


@contextmanager
def looked_at(project: Path) -> Iterator[LookedAt]:
    """Fill the example project: released is its first version, and the second one waits for approval. Then serve it."""
    with Workbench.open(project, actor=Actor(PERSON)) as wb:
        run = wb.runs.list()[0].info.id
        queue = wb.reviews.queues.everything(run).id
        prompt = wb.prompts.list()[0].name
        wb.releases.approve(f"{prompt}@1", run=run)
        wb.releases.request(f"{prompt}@2", run=run)
        wb.releases.export(f"{prompt}@1", project)
        wb.releases.promote(f"{prompt}@1")
        repeated = wb.run([f"{prompt}@1", f"{prompt}@2"], "harbor-golden", repeats=2).id
    with ServedApp(project, WORKBENCH_USER=PERSON) as app:
        yield LookedAt(app, prompt, run, queue, repeated)
        assert "Traceback" not in app.said, app.said
