"""A judge that experts can teach: it passes everything until it is told the rule by which they fail answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.support.completers import Scripted, an_answer
from tests.support.projects import TOML, Models, jsonl, make_project, right, rows
from tests.support.verdicts import yes_no
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.model import Usage
from workbench.workspace.runs.results import Run

PROJECT = (
    TOML
    + """
[models.critic]
model = "openai/critic"
api_base = "http://127.0.0.1:9/v1"
price = { input_per_million = 1.0, output_per_million = 2.0 }
parameters = { max_tokens = 100 }

[judges.style]
model = "critic"
criteria = ["Is it good?"]
bar = 0.5
"""
)
RULE = "An even number of days fails."
ROWS = 40


def code_in(request: object) -> str:
    """The code of a request."""
    return re.search(r"The code of this request is (\w+)[.]", request.messages[-1].content)[1]


def critic(request: object) -> object:
    """Passes everything until it knows the rule; puts that rule into words when asked for rules."""
    told, shown = (message.content for message in request.messages)
    code = code_in(request)
    if "JUDGEMENT 1" in shown:
        return an_answer(json.dumps({"code": code, "rules": [f"  - {RULE}", RULE, ""]}), usage=Usage(1000, 500))
    days = int(re.search(rf"BEGIN ANSWER {code}\n.*?(\d+) days", shown, re.DOTALL)[1])
    return an_answer(yes_no(code, RULE not in told or days % 2 == 1), usage=Usage(1000, 500))


def script(models: Models) -> None:
    """Let the models of the project answer right, and judge as `critic`."""
    models.default = Scripted(right)
    models.script("critic", Scripted(critic))


def make_desk(directory: Path) -> Path:
    """A project with 40 golden rows and the judge."""
    make_project(directory, PROJECT)
    (directory / "golden.jsonl").write_text(jsonl(rows(ROWS)))
    return directory


def judge_and_label(wb: Workbench) -> Run:
    """Run the prompt with the judge; ann fails the answers with an even number and says why."""
    wb.prompts.add(wb.root / "plain.prompt.yaml")
    wb.datasets.add(wb.root / "golden.jsonl", name="golden")
    run = wb.run("answer@1", "golden", models="one", judges=["style"])
    ann = wb.acting_as(Actor("ann")).reviews
    for output in run.outputs():
        even = int(output.example_id.removeprefix("q-")) % 2 == 0
        ann.give(output.trial_id, "fail" if even else "pass", note="an even number" if even else "")
    return run
