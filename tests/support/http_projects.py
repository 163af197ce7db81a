"""Projects whose models are answered over HTTP by a local server, and what is stored in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.support.commands import started, workbench, workbench_apart
from tests.support.held_answers import mark
from tests.support.openai_server import Asked, OpenAIServer
from tests.support.projects import jsonl, make_project, rows
from workbench import Workbench
from workbench.domain.actor import Actor

KEY = {"DESK_KEY": "not-a-key"}
INPUT_USD, OUTPUT_USD = 1000 / 1e6, 2000 / 1e6
"""The price of a token, which the server counts as words."""
MODEL = """
[models.{alias}]
model = "openai/{alias}"
api_base = "{api_base}"
api_key_env = "DESK_KEY"
price = {{ input_per_million = 1000.0, output_per_million = 2000.0 }}
parameters = {{ max_tokens = 20 }}
"""


def make_http_project(
    folder: Path, servers: Mapping[str, OpenAIServer], count: int, toml: str = "", **fields: object
) -> Path:
    """A project with `answer@1`, `answer@2`, a golden set of so many rows, and a model for each server, by alias.

    `toml` is added to its settings, `fields` to each row.
    """
    models = (MODEL.format(alias=alias, api_base=server.api_base) for alias, server in servers.items())
    make_project(folder, "".join(['[project]\nname = "Desk"\n', *models, toml]))
    (folder / "golden.jsonl").write_text(jsonl(rows(count, **fields)))
    with open_http_project(folder) as wb:
        wb.add_prompt(folder / "plain.prompt.yaml")
        wb.add_prompt(folder / "careful.prompt.yaml")
        wb.add_dataset(folder / "golden.jsonl", name="golden")
    return folder


def open_http_project(folder: Path) -> Workbench:
    return Workbench.open(folder, actor=Actor("ann"), environ=KEY)


def begin(project: Path, *arguments: object):
    """Begin a command there."""
    return started(*arguments, cwd=project, **KEY)


def command(project: Path, *arguments: object):
    """Carry out a command there, in this process."""
    return workbench(*arguments, cwd=project, **KEY)


def command_apart(project: Path, *arguments: object, largest_file: int | None = None):
    """Carry out a command there, in a process of its own. No file grows beyond `largest_file` bytes."""
    return workbench_apart(*arguments, cwd=project, largest_file=largest_file, **KEY)


def planned_run(*prompts: str, model: str = "tiny") -> tuple[str, ...]:
    """The command that asks a model all rows with some of the prompts, scored by one rule."""
    named = (option for prompt in prompts for option in ("--prompt", prompt))
    return ("run", *named, "--model", model, "--dataset", "golden", "--metric", "checks")


def stored_marks(wb: Workbench, run: str) -> list[str]:
    """The marks of the prompts whose answers are stored, once for each row of the store."""
    texts = wb.context.read(lambda s: s.rows("SELECT text FROM trial_outputs WHERE run = ?", [run]))
    return [text.rsplit(" ", 1)[-1] for (text,) in texts]


def marked(asked: Asked) -> str:
    """An answer to a request that ends with its prompt's mark."""
    return f"It is lent for 1 days. {mark(asked.prompt)}"


def usd(asked: Asked) -> float:
    """What a request costs that is answered with its mark."""
    return len(asked.prompt.split()) * INPUT_USD + len(marked(asked).split()) * OUTPUT_USD
