"""The whole job on data made by others: documents, golden sets and prompts in, a run, a comparison, a release out.

Every figure is counted again here, from the source files and the stored answers, by other code.
"""

from __future__ import annotations

import json
import re
import socket
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean, median, quantiles

import pytest

from tests.support.real_data import (
    Northwind,
    cookbook_rows,
    file_of_link,
    file_of_page,
    link_of_file,
    read_northwind,
    real_data,
    write_cookbook_documents,
    write_json_lines,
    write_northwind_documents,
)
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.prompt import CitationPolicy, Message, Policy, PromptContent, PromptFile, RetrievalSettings
from workbench.formats import prompt_yaml
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.releases.releases import verify_export
from workbench.workspace.runs.results import Run

pytestmark = pytest.mark.slow

READERS = ("offline/reader", "offline/reader-small")
QUESTION_AND_SOURCES = Message("user", "{{question}}\n\nSources:\n{{context}}")
COLUMNS = {"question": "inputs.question", "truth": "expected"}
NO_ANSWER = "I don't know."
ASKS_BACK = "Do you mean "
"""How the readers begin the clarifying question that a prompt allows them."""
MARK = re.compile(r"\[([^\[\]]+)\]")


@pytest.fixture(scope="module", autouse=True)
def offline():
    """Nothing here asks a network."""

    def refuse(self, address):
        raise AssertionError(f"a connection to {address} was tried")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


def new_project(directory: Path) -> Workbench:
    directory.mkdir(exist_ok=True)
    (directory / "workbench.toml").write_text('[project]\nname = "Real data"\n\n[people]\napprovers = ["ben"]\n')
    return Workbench.open(directory, actor=Actor("ann"), environ={})


def of_arm(run: Run, label: str) -> dict[str, object]:
    """The answers of an arm by example."""
    return {output.example_id: output for output in run.outputs() if output.arm == label}


def documents_found(output) -> set[str]:
    return {found.chunk.document for found in output.retrieved}


def texts_of(wb: Workbench, index: str) -> dict[str, str]:
    """The texts of an index's documents, by name."""
    return {document.name: document.text for document in wb.indexes.documents(wb.indexes.get(index))}


def share_shown(output, name: str, text: str) -> float:
    """The share of a document's characters, blanks left out, that stand in the chunks that were shown."""
    seen = {
        place
        for found in output.retrieved
        if found.chunk.document == name
        for place in range(found.chunk.start, found.chunk.end)
    }
    filled = [place for place, letter in enumerate(text) if not letter.isspace()]
    return sum(place in seen for place in filled) / len(filled)


def declined(output) -> bool:
    return output.completion.text.strip() == NO_ANSWER


# Documentation in 232 pieces, and questions that name the pieces which hold their answers.


@dataclass(frozen=True)
class Cookbook:
    source: Path
    wb: Workbench
    run: Run

    @property
    def gold(self) -> dict[str, set[str]]:
        """Links by question, from the file itself."""
        questions = json.loads((self.source / "docs_evaluation_dataset.json").read_text("utf-8"))
        return {question["id"]: set(question["correct_chunks"]) for question in questions}


@pytest.fixture(scope="module")
def cookbook(tmp_path_factory):
    source = real_data("cookbook-rag")
    root = tmp_path_factory.mktemp("cookbook")
    write_cookbook_documents(source, root / "documents")
    rows = write_json_lines(root / "questions.jsonl", cookbook_rows(source))
    with new_project(root) as wb:
        wb.build_index("docs", root / "documents")
        wb.add_dataset(rows, name="questions")
        for search in ("hybrid", "dense", "bm25"):
            settings = RetrievalSettings("docs", search=search)
            content = PromptContent((QUESTION_AND_SOURCES,), variables=("question", "context"), retrieval=settings)
            wb.add_prompt(PromptFile(search, content))
        yield Cookbook(source, wb, wb.run("hybrid@1", "questions", models=READERS))


def test_every_piece_of_the_documentation_is_a_document_of_the_index(cookbook):
    text = (cookbook.source / "corpus" / "anthropic_docs.json").read_text("utf-8")
    links = re.findall(r'"chunk_link": "([^"]+)"', text)
    info = cookbook.wb.indexes.get("docs")
    names = [document.name for document in cookbook.wb.indexes.documents(info)]

    assert (info.documents, info.skipped) == (232, ())
    assert sorted(map(link_of_file, names)) == sorted(links)
    assert all(re.fullmatch(r"[\w.%~-]+\.md", name) and name == file_of_link(link_of_file(name)) for name in names)


def test_every_question_is_a_row_with_its_gold_under_its_own_id(cookbook):
    text = (cookbook.source / "docs_evaluation_dataset.json").read_text("utf-8")
    rows = cookbook.wb.datasets.examples("questions")

    assert len(rows) == text.count('"question":') == 42
    assert sum(len(row.relevant) for row in rows) == text.count("https://docs.claude.com/") == 84
    assert {row.id: {link_of_file(name) for name in row.relevant} for row in rows} == cookbook.gold


def test_both_readers_answer_every_question_and_none_fails(cookbook):
    summary = cookbook.run.summary

    assert (summary.planned, summary.done, summary.failed, summary.stopped_by) == (84, 84, 0, None)
    assert Counter(output.arm for output in cookbook.run.outputs()) == {f"hybrid@1:{reader}": 42 for reader in READERS}
    assert all(output.completion.text.strip() for output in cookbook.run.outputs())


# Measured at k = 4: 0.651, 0.607, 0.651. One question weighs 0.024.
@pytest.mark.parametrize(("search", "floor"), [("hybrid", 0.62), ("dense", 0.58), ("bm25", 0.62)])
def test_the_share_of_gold_that_was_shown_and_the_share_of_which_half_was_shown_do_not_fall(cookbook, search, floor):
    run = cookbook.run
    if search != "hybrid":
        run = cookbook.wb.run(f"{search}@1", "questions", models=READERS, metrics=["gold_found"])
    texts = texts_of(cookbook.wb, "docs")

    for arm in run.compare().arms:
        outputs = of_arm(run, arm.label)
        shown, half = defaultdict(list), defaultdict(list)
        for example, output in outputs.items():
            for link in cookbook.gold[example]:
                name = file_of_link(link)
                shown[example].append(name in documents_found(output))
                half[example].append(share_shown(output, name, texts[name]) >= 0.5)
        figure = arm.metrics["gold_found"].mean
        assert figure.n == len(half) == 42
        assert figure.mean == pytest.approx(fmean(map(fmean, half.values())))
        assert fmean(map(fmean, shown.values())) >= floor


# A company's documents, 401 questions to answer, 45 to decline, and seven prompts that were written for them.


@dataclass(frozen=True)
class Office:
    source: Path
    data: Northwind
    wb: Workbench
    run: Run
    versions: dict[str, str]
    """By prompt text's name: `assistant@N`."""

    @cached_property
    def comparison(self) -> Comparison:
        return self.run.compare()

    def arm(self, prompt: str, reader: str = READERS[0]) -> str:
        return f"{self.versions[prompt]}:{reader}"

    def rows(self, tag: str) -> dict[str, object]:
        """Rows of the golden set with a tag, by id."""
        return {row.id: row for row in self.wb.datasets.examples("northwind") if tag in row.tags}


def prompt_content(name: str, text: str) -> PromptContent:
    return PromptContent(
        messages=(Message("system", text), QUESTION_AND_SOURCES),
        variables=("question", "context"),
        retrieval=RetrievalSettings("northwind"),
        policy=Policy(citations=CitationPolicy(required="source name" in text, pattern=MARK.pattern)),
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    source = real_data("azure-rag-evals")
    data = read_northwind(source)
    root = tmp_path_factory.mktemp("office")
    write_northwind_documents(data, root / "pages")
    rows = write_json_lines(root / "rows.jsonl", [*data.questions, *data.recorded, *data.declines])
    with new_project(root) as wb:
        wb.build_index("northwind", root / "pages")
        wb.datasets.add(rows, name="northwind", columns=COLUMNS)
        wb.datasets.add(source / "qa.jsonl", name="as-published", columns=COLUMNS)
        versions = {}
        for name, text in data.prompts.items():
            saved = wb.add_prompt(PromptFile("assistant", prompt_content(name, text), changelog=name))
            versions[name] = f"{saved.name}@{saved.version}"
        asked = [versions["prompt_weak"], versions["prompt_refined"]]
        yield Office(source, data, wb, wb.run(asked, "northwind", models=READERS), versions)


def test_every_page_that_was_ever_shown_is_a_document_named_as_answers_cite_it(office):
    text = (office.source / "baseline" / "eval_results.jsonl").read_text("utf-8")
    contexts = [json.loads(line)["context"] for line in text.splitlines()]
    # The colon tells the opening of an entry from a mention.
    pages = {page for context in contexts for page in re.findall(r"[\w.\-]+#page=[0-9]+(?=:)", context)}
    info = office.wb.indexes.get("northwind")
    stored = {document.name: document.text for document in office.wb.indexes.documents(info)}

    assert (info.documents, info.skipped) == (174, ())
    assert set(stored) == {f"{page}.txt" for page in pages}
    joined = " ".join(" ".join(stored.values()).split())
    for context in contexts:
        for passage in re.split(r"(?:^|\n)[\w.\-]+#page=[0-9]+:", context):
            assert " ".join(passage.split()) in joined


def test_every_line_of_the_published_files_is_a_row_with_its_own_truth(office):
    published = (office.source / "qa.jsonl").read_text("utf-8")
    rows = office.wb.datasets.examples("as-published")

    # 201, not 200 as it is announced; after the last there is nothing but a line's end.
    assert len(rows) == published.count('{"question":') == 201
    assert [row.expected for row in rows] == [json.loads(line)["truth"] for line in published.splitlines()]
    assert {tag: len(office.rows(tag)) for tag in ("question", "recorded", "decline")} == {
        "question": 201,
        "recorded": (office.source / "baseline" / "eval_results.jsonl").read_text("utf-8").count('"truth":'),
        "decline": (office.source / "qa_dontknows.jsonl").read_text("utf-8").count('"truth":'),
    }
    assert office.wb.datasets.get("northwind").size == 446


def test_a_question_that_occurs_twice_is_two_rows_with_an_id_and_a_truth_each(office):
    truths = defaultdict(set)
    for line in (office.source / "baseline" / "eval_results.jsonl").read_text("utf-8").splitlines():
        truths[json.loads(line)["question"]].add(json.loads(line)["truth"])
    twice = {question: found for question, found in truths.items() if len(found) > 1}
    asked = defaultdict(dict)
    for row in office.rows("recorded").values():
        asked[row.inputs["question"]][row.id] = row.expected

    assert len(twice) == 2
    for question, found in twice.items():
        first, second = sorted(asked[question], key=len)
        assert second == f"{first}-2"
        assert set(asked[question].values()) == found
    trials = Counter((output.arm, output.example_id) for output in office.run.outputs())
    assert set(trials.values()) == {1}


def test_prompts_written_by_others_are_versions_letter_by_letter(office):
    files = sorted((office.source / "prompts").glob("*.txt"))

    assert list(office.versions) == [file.stem for file in files]
    assert list(office.versions.values()) == [f"assistant@{number}" for number in range(1, 8)]
    for file in files:
        version = office.wb.prompts.get(office.versions[file.stem])
        assert version.content.messages[0].content.encode() == file.read_bytes()


def test_two_prompts_on_two_readers_answer_every_question_and_none_fails(office):
    summary = office.run.summary

    assert (summary.planned, summary.done, summary.failed, summary.stopped_by) == (4 * 446, 4 * 446, 0, None)
    assert office.wb.runs.failures(office.run.id) == []


def test_the_comparison_counts_what_a_recount_of_the_answers_counts(office):
    document = json.loads(json.dumps(office.comparison.as_json(), allow_nan=False))

    assert document["dataset"] == {"name": "northwind", "version": 1, "examples": 446}
    assert [arm["arm"] for arm in document["arms"]] == [
        office.arm(prompt, reader) for prompt in ("prompt_weak", "prompt_refined") for reader in READERS
    ]
    for arm in document["arms"]:
        outputs = of_arm(office.run, arm["arm"]).values()
        latencies = [output.completion.latency_ms for output in outputs]
        assert (arm["planned"], arm["done"], arm["failed"], arm["cost_usd"]) == (446, len(outputs), 0, 0)
        assert arm["tokens"] == {
            "prompt": sum(output.completion.usage.prompt_tokens for output in outputs),
            "completion": sum(output.completion.usage.completion_tokens for output in outputs),
        }
        assert arm["latency_ms"]["p50"] == pytest.approx(median(latencies))
        assert arm["latency_ms"]["p95"] == pytest.approx(quantiles(latencies, n=20, method="inclusive")[-1])


def test_means_stand_with_their_n_and_what_is_unscored_and_agree_with_single_scores(office):
    scores = defaultdict(list)
    for event in office.wb.events.of_run(office.run.id):
        label = f"{event['prompt_name']}@{event['prompt_version']}:{event['model']}"
        for metric, value in event["scores"].items():
            scores[label, metric].append(value)

    figures = {
        (arm["arm"], metric): figure
        for arm in office.comparison.as_json()["arms"]
        for metric, figure in arm["metrics"].items()
    }
    assert set(figures) == set(scores)
    for key, figure in figures.items():
        values = [value for value in scores[key] if value is not None]
        assert len(scores[key]) == 446
        assert (figure["n"], figure["trials"], figure["unscored"]) == (len(values), len(values), 446 - len(values))
        assert figure["mean"] == (pytest.approx(fmean(values)) if values else None)
        assert not values or figure["low"] <= figure["mean"] <= figure["high"]


def test_every_measure_that_two_arms_share_has_a_verdict_on_the_rows_they_share(office):
    comparison = office.comparison
    pairs = comparison.as_json()["pairs"]
    shared = {
        (arm.label, metric): len(set(values) & set(comparison.values.get((comparison.baseline, metric), {})))
        for arm in comparison.arms[1:]
        for metric in arm.metrics
        for values in [comparison.values.get((arm.label, metric), {})]
        if values and comparison.values.get((comparison.baseline, metric))
    }

    assert {(pair["arm"], pair["metric"]): pair["n"] for pair in pairs} == shared
    assert {pair["verdict"] for pair in pairs} <= {"better", "worse", "same", "cannot tell yet", "too few"}
    for pair in pairs:
        assert pair["baseline"] == office.arm("prompt_weak")
        if pair["metric"] in {"correct", "refusal_correct", "gold_found"}:
            before, after = comparison.arm(pair["baseline"]), comparison.arm(pair["arm"])
            means = [arm.metrics[pair["metric"]].mean.mean for arm in (before, after)]
            assert pair["difference"] == pytest.approx(means[1] - means[0])


@pytest.mark.parametrize("reader", READERS)
def test_the_prompt_that_asks_to_admit_ignorance_declines_and_the_weak_one_never(office, reader):
    to_decline, to_answer = office.rows("decline"), office.rows("answer")
    rates = {}
    for prompt in ("prompt_weak", "prompt_refined"):
        outputs = of_arm(office.run, office.arm(prompt, reader))
        rates[prompt] = [fmean(declined(outputs[row]) for row in rows) for rows in (to_decline, to_answer)]
    comparison = office.comparison
    slices = {
        part.tag: part for part in office.wb.comparisons.slices(comparison, "refusal_correct", comparison.arms[1].label)
    }

    assert rates["prompt_weak"] == [0, 0]
    # Measured: 31 and 24 of 45 to decline, 62 and 24 of 401 to answer, of which 52 ask of pages that nobody has.
    assert rates["prompt_refined"][0] > 0.4 > 0.25 > rates["prompt_refined"][1]
    for prompt, (right, wrong) in rates.items():
        label = office.arm(prompt, reader)
        assert slices["decline"].means[label].mean == pytest.approx(right)
        assert slices["answer"].means[label].mean == pytest.approx(1 - wrong)
        whole = comparison.arm(label).metrics["refusal_correct"].mean
        assert whole.mean == pytest.approx((45 * right + 401 * (1 - wrong)) / 446)


def test_on_the_questions_to_decline_the_refined_prompt_is_better(office):
    asked = [office.versions["prompt_weak"], office.versions["prompt_refined"]]
    run = office.wb.run(
        asked, "northwind", models=READERS, metrics=["refusal_correct"], examples=list(office.rows("decline"))
    )

    assert (run.summary.done, run.summary.failed) == (4 * 45, 0)
    for reader in READERS:
        pair = run.compare(baseline=office.arm("prompt_weak", reader)).pair(
            office.arm("prompt_refined", reader), "refusal_correct"
        )
        assert (pair.result.n, pair.result.verdict) == (45, "better")


@pytest.mark.parametrize("reader", READERS)
def test_answers_cite_pages_that_were_shown_by_name_where_the_prompt_asks_for_it(office, reader):
    comparison = office.comparison
    refined, weak = (comparison.arm(office.arm(prompt, reader)) for prompt in ("prompt_refined", "prompt_weak"))
    outputs = of_arm(office.run, refined.label)
    answered = {row: o for row, o in outputs.items() if not o.completion.text.startswith((NO_ANSWER, ASKS_BACK))}
    cited = {row: set(MARK.findall(output.completion.text)) for row, output in answered.items()}

    assert all(marks and marks <= documents_found(answered[row]) for row, marks in cited.items())
    assert all(page.endswith(".txt") and "#page=" in page for marks in cited.values() for page in marks)
    validity = refined.metrics["citation_validity"].mean
    assert (validity.mean, validity.n) == (1.0, len(answered))
    assert weak.metrics["citation_validity"].mean.n == 0

    gold = {row: set(e.relevant) for row, e in office.rows("answer").items() if e.relevant and row in cited}
    cites_gold = refined.metrics["cites_gold"].mean
    assert (cites_gold.n, cites_gold.mean) == (len(gold), pytest.approx(fmean(gold[r] <= cited[r] for r in gold)))


def test_half_of_the_page_that_holds_the_answer_is_found_as_often_as_a_recount_says(office):
    # A truth of the recorded run names `Name-3.pdf`, counted from 0, and one of the published file `Name.pdf#page=4`.
    pages = set(office.data.pages)
    gold = {}
    for row in office.rows("answer").values():
        named = row.expected[row.expected.rindex("[") + 1 : row.expected.rindex("]")]
        if "#" not in named:
            name, _, number = named.removesuffix(".pdf").rpartition("-")
            named = f"{name}.pdf#page={int(number) + 1}"
        if named in pages:
            gold[row.id] = file_of_page(named)

    assert len(gold) == 149 + 200
    texts = texts_of(office.wb, "northwind")
    for arm in office.comparison.arms:
        outputs = of_arm(office.run, arm.label)
        found = arm.metrics["gold_found"].mean
        half = fmean(share_shown(outputs[row], page, texts[page]) >= 0.5 for row, page in gold.items())
        assert (found.n, found.mean) == (349, pytest.approx(half))
        # Measured: 0.817, and 0.527 with half of the page.
        assert fmean(page in documents_found(outputs[row]) for row, page in gold.items()) > 0.75


def test_an_approved_version_leaves_as_files_that_hold_exactly_what_was_run(office, tmp_path):
    reference = office.versions["prompt_refined"]
    version = office.wb.prompts.get(reference)
    ben = office.wb.acting_as(Actor("ben"))
    release = ben.releases.approve(reference, run=office.run.id, note="declines what it cannot know")
    exported = ben.releases.export(reference, tmp_path)

    assert list(verify_export(tmp_path)) == []
    assert (release.approver, release.self_approved) == ("ben", False)
    path = tmp_path / "prompts" / "assistant" / "versions" / f"{release.version}.prompt.yaml"
    assert path.relative_to(tmp_path).as_posix() in exported.files
    again = prompt_yaml.read(path.read_text("utf-8"), file=path.name)
    text = (office.source / "prompts" / "prompt_refined.txt").read_text("utf-8")
    assert again.content.messages[0].content == text
    assert again.content.hash == version.hash == prompt_content("prompt_refined", text).hash

    evidence = json.loads(path.with_name(f"{release.version}.evidence.json").read_text("utf-8"))
    assert evidence["hashes"]["prompt_hash"] == version.hash
    assert evidence["hashes"]["dataset_hash"] == office.wb.datasets.get("northwind@1").hash
    assert evidence["hashes"]["indexes"] == {"northwind": office.wb.indexes.get("northwind").fingerprint}
    arms = [office.arm("prompt_refined", reader) for reader in READERS]
    measured = evidence["measured"]["arms"]
    stated = {(arm["label"], t["example"]): t["answer"]["text"] for arm in measured for t in arm["trials"]}
    assert stated == {(o.arm, o.example_id): o.completion.text for o in office.run.outputs() if o.arm in arms}
    assert len(stated) == 2 * 446

    path.write_text(path.read_text("utf-8").replace("say you don't know", "guess"), encoding="utf-8")
    assert [(d.path, d.problem) for d in verify_export(tmp_path)] == [(str(path.relative_to(tmp_path)), "was changed")]
