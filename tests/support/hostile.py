"""A project in which everything that others can write is an attack on whoever shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import Models
from tests.support.reviewed import judged
from tests.support.served_app import PERSON
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.dataset import Check, Example
from workbench.domain.gate import Gate, GateRule
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings
from workbench.domain.review_queue import Everything, Pairs, QueueWork
from workbench.models import registry
from workbench.workspace.elsewhere.importing import Options, ResultsImporter

PROMPT, DATASET, INDEX = "__init__.v1", "_golden_", "_library_"
SCRIPT = "<script>alert('leak')</script>"
BACKWARDS = "\u202eknil rehto\u202c"
TERMINAL = "\x1b[31mred\x1b]0;owned\x07\x9b2J"
FORMULA = '=HYPERLINK("http://evil.example","press")'
LONG = 10 * 2**20
"""Characters of a line."""
LONGEST_DESCRIPTION = 600
LONGEST_IMPORTED = 2**20
"""More of a text of another tool's is refused."""
FILE = "![x](y) & <b> ..%2f..%2f $x$.md"
SETTINGS = """
[models.one]
model = "openai/one"
api_base = "http://127.0.0.1:9/v1"
[judges.style]
model = "offline/reader"
criteria = [{criterion}]
"""


def attack_on(listener: str) -> str:
    """Text that asks a browser, a terminal and a spreadsheet to run or load something, or to lead people away."""
    return (
        f"{FORMULA} {SCRIPT} <img src={listener}/image.png onerror=alert(1)> <iframe src={listener}/frame></iframe> "
        f"![seen]({listener}/markdown.png) [press here]({listener}/link) <{listener}/auto> javascript:alert(1) "
        f"<style>@import url({listener}/style.css)</style></textarea></style></script>]]> :material/home: :red[x] "
        f"<script>fetch('{listener}/script')</script> <base href={listener}/base> "
        f"<meta http-equiv=refresh content='0;url={listener}/go'> "
        f"$x^2$ {BACKWARDS} {TERMINAL} ../../../etc/passwd "
    )


@dataclass(frozen=True)
class Hostile:
    """The project, and what is in it."""

    folder: Path
    attack: str
    run: str
    queue: str
    pairs: str
    imported: str
    long: str
    """A run whose answers are lines of ten megabytes."""

    @property
    def views(self) -> list[str]:
        """The address of every view that shows any of it."""
        run = self.run
        prompt = f"release?prompt={PROMPT}&version=2"
        return [
            "",
            f"prompts?prompt={PROMPT}&columns=2&differences=true",
            f"datasets?dataset={DATASET}",
            f"datasets?dataset={DATASET}&row=<b>row</b>-1",
            f"datasets?dataset={DATASET}&view=edit",
            f"datasets?dataset={DATASET}&view=changes",
            "datasets?dataset=elsewhere",
            "datasets?dataset=long&row=long",
            "knowledge?q=library+weekdays",
            "knowledge?view=documents",
            "knowledge?view=build&folder=documents",
            "knowledge?view=risks",
            "knowledge?view=measure",
            "knowledge?view=versions",
            "run",
            f"run?run={run}",
            f"compare?run={run}&show=all&example=<b>row</b>-2",
            f"compare?run={self.imported}&show=all",
            f"compare?run={self.imported}&show=all&example=long",
            f"compare?run={self.long}&show=all",
            f"review?run={self.long}",
            f"review?run={run}",
            f"review?queue={self.queue}",
            f"review?queue={self.queue}&item=end",
            f"review?queue={self.pairs}",
            f"review?view=settle&run={run}",
            f"review?view=wrong&run={run}",
            f"judges?run={run}&judge=style",
            f"judges?run={run}&judge=style&cell=both-pass",
            f"judges?run={run}&judge=style&view=improve",
            *(f"{prompt}&view={view}" for view in ("approve", "environments", "files", "compare", "gates", "history")),
        ]


def content(attack: str, system: str) -> PromptContent:
    return PromptContent(
        messages=(
            Message("system", f"{system} {attack}"),
            Message("user", "Sources:\n\n{{context}}\n\nQuestion: {{question}}"),
        ),
        variables=("context", "question"),
        retrieval=RetrievalSettings(index=INDEX, k=1),
    )


def fill(folder: Path, listener: str) -> Hostile:
    """Store the attack in everything that a project holds; a line of ten megabytes is among its answers and cells."""
    attack = attack_on(listener)
    short = attack[:80]
    with (folder / "workbench.toml").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS.format(criterion=json.dumps(f"Is it {short}?")))
    (folder / "guidelines.md").write_text(attack, encoding="utf-8")
    documents = folder / "documents"
    documents.mkdir()
    (documents / FILE).write_text(f"# Opening {attack}\n\nThe library opens at nine {attack} on weekdays.\n", "utf-8")
    with Workbench.open(folder, actor=Actor(PERSON)) as wb:
        wb.build_index(INDEX, documents)
        wb.add_dataset(_rows(attack), name=DATASET)
        wb.add_dataset([Example(id="long", inputs={"question": "x" * LONG}, expected=attack)], name="long")
        for system in ("Answer.", "Answer from the sources in one sentence."):
            wb.add_prompt(PromptFile(PROMPT, content(attack, system), changelog=attack))
        wb.add_prompt(PromptFile("plain", content(attack, "Answer."), changelog=attack))
        wb.releases.approve("plain@1", without_run=attack)
        gate = Gate((GateRule("checks", at_least=0.1, slice=f"tag {short}"),))
        wb.gates.save(short[:40].translate({ord(c): "_" for c in "\x1b\x07\x9b\n"}), gate)
    with Workbench.open(folder, actor=Actor(PERSON)) as wb:
        run = wb.run([f"{PROMPT}@1", f"{PROMPT}@2"], DATASET).id
        imported, long = _imported(wb, folder, attack), _long(wb, attack)
        queue, pairs = _reviewed(wb, run, long, attack)
        wb.releases.request(f"{PROMPT}@1", run=run, changelog=attack)
        wb.releases.reject(f"{PROMPT}@1", reason=attack)
        wb.releases.approve(f"{PROMPT}@2", run=run, note=attack, override=attack)
        wb.releases.promote(f"{PROMPT}@2", reason=attack)
    return Hostile(folder, attack, run, queue, pairs, imported, long)


def _rows(attack: str) -> list[Example]:
    return [
        Example(
            id=f"<b>row</b>-{number}",
            inputs={"question": f"When does the library open on weekdays? {attack}"},
            expected=f"At nine {attack}",
            checks=(Check("contains", attack),),
            tags=(f"tag {attack[:80]}",),
            cluster=attack,
            metadata={"note": attack},
        )
        for number in (1, 2)
    ]


def _long(wb: Workbench, attack: str) -> str:
    """Both versions answered by a model that does not stop, in a single line."""
    scripted = Models()
    scripted.default = Scripted(lambda request: an_answer(f"{attack} {request.messages[0].content[:40]}" + "y" * LONG))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "completer_for", scripted.completer_for)
        return wb.run([f"{PROMPT}@1", f"{PROMPT}@2"], DATASET, models="one", metrics=["checks"]).id


def _imported(wb: Workbench, folder: Path, attack: str) -> str:
    """The results of another tool."""
    rows = [
        {
            "id": "long",
            "question": f"Long? {attack}",
            "answer": "y" * LONGEST_IMPORTED,
            "right": True,
            "reason": attack,
        },
        {"id": "q-1", "question": f"Short? {attack}", "answer": attack, "right": False, "reason": attack},
    ]
    files = []
    for name in ("<b>old</b>", "[new](x)"):
        file = folder / f"{name.replace('/', '')}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        files.append(file)
    return ResultsImporter(wb.context).files(files, Options(name="elsewhere")).run


def _reviewed(wb: Workbench, run: str, long: str, attack: str) -> tuple[str, str]:
    """What a judge, two people and those who name failures said."""
    trials = judged(wb, run, "style", [1.0, 0.0, None])
    for name, verdict in ((PERSON, "fail"), ("ben", "pass")):
        wb.acting_as(Actor(name)).reviews.give(trials[0], verdict, note=attack)
    wb.acting_as(Actor("ben")).reviews.give(trials[1], "fail", note=attack)
    mode = wb.failures.edit.add(attack[:80], attack[:LONGEST_DESCRIPTION])
    wb.failures.edit.change(mode.id, description=attack[1:][:LONGEST_DESCRIPTION])
    work = QueueWork(criteria=(attack[:80],), name=attack[:80])
    queue = wb.reviews.queues.create(run, Everything(), work).id
    return queue, wb.reviews.queues.create(long, Pairs(), QueueWork(name=attack[:80])).id
