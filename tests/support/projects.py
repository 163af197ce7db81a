"""Small projects for tests of the use cases, with models that are scripted instead of asked."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
from pathlib import Path

from tests.support.completers import Scripted
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.store.store import Store
from workbench.workspace.context import STATE_DIRECTORY
from workbench.workspace.projects import STORE_FILE

TOML = """\
[project]
name = "Library"

[models.one]
model = "openai/one"
api_base = "http://127.0.0.1:9/v1"
price = { input_per_million = 1.0, output_per_million = 2.0 }

[models.two]
model = "openai/two"
api_base = "http://127.0.0.1:9/v1"
"""
"""Two hosted models, one with a price. Port 9 discards: nothing is asked there, the models are scripted."""

PLAIN = """\
prompt_name: answer
messages:
  - {role: user, content: "{{question}}"}
changelog: "first"
"""
CAREFUL = """\
prompt_name: answer
use_case: desk
messages:
  - {role: system, content: "Answer in one sentence."}
  - {role: user, content: "{{question}}"}
changelog: "shorter"
"""


def rows(count: int = 6, **fields: object) -> list[dict[str, object]]:
    """Golden rows `q-1` to `q-N`; the answer to question N is `N days`."""
    return [
        {
            "id": f"q-{n}",
            "inputs": {"question": f"How long is item {n} lent?"},
            "expected": f"{n} days",
            "checks": [{"type": "contains", "value": f"{n} days"}],
            **fields,
        }
        for n in range(1, count + 1)
    ]


def jsonl(documents: list[dict[str, object]]) -> str:
    return "".join(json.dumps(document) + "\n" for document in documents)


@functools.cache
def _empty_store() -> bytes:
    """The file of a store that holds nothing: to migrate a new one takes longer than most tests."""
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch) / "empty.duckdb")
        store.checkpoint()
        store.close()
        return store.path.read_bytes()


def make_project(directory: Path, toml: str = TOML) -> Path:
    """A project with two versions of a prompt and a golden set, as files; nothing is stored yet."""
    (directory / STORE_FILE).parent.mkdir(parents=True, exist_ok=True)
    (directory / STORE_FILE).write_bytes(_empty_store())
    (directory / "workbench.toml").write_text(toml)
    (directory / "plain.prompt.yaml").write_text(PLAIN)
    (directory / "careful.prompt.yaml").write_text(CAREFUL)
    (directory / "golden.jsonl").write_text(jsonl(rows()))
    return directory


def open_project(directory: Path, user: str = "ann", environ: dict[str, str] | None = None) -> Workbench:
    """Open as a named person, in an environment that holds what the test put there and nothing else."""
    # A key for a model that is scripted anyway.
    return Workbench.open(directory, actor=Actor(user), environ=environ or {"OPENAI_API_KEY": "not-a-key"})


def begin_with(made: Path, project: Path) -> Path:
    """Let a project that nobody has open have all that is stored in another one, made once for many tests."""
    shutil.rmtree(project / STATE_DIRECTORY)
    shutil.copytree(made / STATE_DIRECTORY, project / STATE_DIRECTORY)
    return project


def fill(wb: Workbench) -> None:
    """Store what `make_project` wrote: `answer@1`, `answer@2` and `golden@1`."""
    wb.prompts.add(wb.root / "plain.prompt.yaml")
    wb.prompts.add(wb.root / "careful.prompt.yaml")
    wb.datasets.add(wb.root / "golden.jsonl", name="golden")


def right(request: object) -> object:
    """The right answer to a question of `rows`."""
    from tests.support.completers import an_answer

    number = "".join(c for c in request.messages[-1].content if c.isdigit())
    return an_answer(f"It is lent for {number} days.")


class Models:
    """Completers by alias; every other model answers right."""

    def __init__(self) -> None:
        self.default = Scripted(right)
        self._scripted: dict[str, object] = {}

    def script(self, alias: str, completer: object) -> object:
        self._scripted[alias] = completer
        return completer

    def completer_for(self, spec: object, environ: object = None, root: object = None) -> object:
        return self._scripted.get(spec.alias, self.default)
