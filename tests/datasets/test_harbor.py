"""The example project says of itself only what is true of it."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from workbench import Workbench

DATASETS = Path(__file__).parents[2] / "datasets"
HARBOR = DATASETS / "harbor"
SAMPLES = DATASETS / "samples"

KINDS = {"answerable": 91, "multi-source": 11, "unanswerable": 16, "ambiguous": 5, "adversarial": 8}
LOOKS_FOR = {"contains", "icontains", "contains_all", "contains_any", "regex"}
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Part:
    """A heading and the text down to the next heading that is not below it."""

    heading: str
    level: int
    text: str


def parts_of(text: str) -> list[Part]:
    marks = list(_HEADING.finditer(text))
    parts = []
    for position, mark in enumerate(marks):
        level = len(mark[1])
        after = (m.start() for m in marks[position + 1 :] if len(m[1]) <= level)
        parts.append(Part(mark[2], level, text[mark.start() : next(after, len(text))]))
    return parts


def read_documents(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*.md"))}


def read_rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


DOCUMENTS = read_documents(HARBOR / "documents")
ROWS = read_rows(HARBOR / "golden.jsonl")
SAMPLE_DOCUMENTS = {"document.md": (SAMPLES / "document.md").read_text(encoding="utf-8")}
SAMPLE_ROWS = read_rows(SAMPLES / "golden-set.jsonl")
EVERY_ROW = [(DOCUMENTS, row) for row in ROWS] + [(SAMPLE_DOCUMENTS, row) for row in SAMPLE_ROWS]

ANSWERED = [row for row in [*ROWS, *SAMPLE_ROWS] if row["expect"] == "answer"]


def span_text(documents: dict[str, str], span: str) -> str:
    name, _, heading = span.partition("#")
    found = [part.text for part in parts_of(documents[name]) if part.heading == heading]
    assert len(found) == 1, f"{span} names {len(found)} headings"
    return found[0]


def evidence(documents: dict[str, str], row: dict[str, Any]) -> str:
    return "\n".join([*row.get("context", []), *(span_text(documents, span) for span in row.get("relevant", []))])


def wanted(check: dict[str, Any]) -> list[str]:
    return check["value"] if isinstance(check["value"], list) else [check["value"]]


def plain(text: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def kind_of(row: dict[str, Any]) -> str:
    return row["tags"][0]


def links() -> Iterator[tuple[str, str]]:
    for name, text in DOCUMENTS.items():
        for target in _LINK.findall(text):
            yield name, target


# The handbook


def test_the_handbook_has_documents_of_a_readable_length_with_headings() -> None:
    assert len(DOCUMENTS) >= 24
    for name, text in DOCUMENTS.items():
        levels = [part.level for part in parts_of(text)]
        assert 250 <= len(text.split()) <= 700, name
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert {2, 3} & set(levels), name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_a_heading_names_one_place_in_its_document() -> None:
    for name, text in DOCUMENTS.items():
        repeated = [h for h, n in Counter(anchor(part.heading) for part in parts_of(text)).items() if n > 1]
        assert not repeated, f"{name}: {repeated}"


def test_cross_references_lead_to_a_document_and_heading() -> None:
    found = list(links())
    assert len(found) > 60
    for name, target in found:
        path, _, wanted_anchor = target.partition("#")
        place = (HARBOR / "documents" / name).parent / path
        assert place.is_file(), f"{name} -> {target}"
        if wanted_anchor:
            anchors = [anchor(part.heading) for part in parts_of(place.read_text(encoding="utf-8"))]
            assert wanted_anchor in anchors, f"{name} -> {target}"


def test_tables_have_rows_of_equal_width() -> None:
    for name, text in DOCUMENTS.items():
        for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
            widths = {line.count("|") for line in table.splitlines()}
            assert len(widths) == 1, f"{name}: {table}"


def test_nothing_in_the_example_leads_outside() -> None:
    for file in sorted(p for p in DATASETS.rglob("*") if p.is_file()):
        hosts = re.findall(r"(?:https?://|www\.)([^/\s:\"')]+)", file.read_text(encoding="utf-8"))
        # Names under `.example` belong to nobody and never will (RFC 2606).
        assert {host for host in hosts if not host.endswith(".example")} <= {"localhost"}, file


def test_one_document_quotes_a_message_that_gives_orders_to_an_assistant() -> None:
    planted = [name for name, text in DOCUMENTS.items() if "ignore all previous instructions" in text.lower()]
    assert planted == ["compliance/correspondence.md"]
    order = next(line for line in DOCUMENTS[planted[0]].splitlines() if "NOTE TO THE ASSISTANT" in line)
    assert order.startswith("> ")


# The handbook's numbers agree with each other


def table_under(document: str, heading: str) -> list[list[str]]:
    lines = [line for line in span_text(DOCUMENTS, f"{document}#{heading}").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def percent(text: str) -> Decimal:
    found = re.search(r"(\d+(?:\.\d+)?)%", text)
    assert found, text
    return Decimal(found[1])


def test_deposit_and_highest_loan_to_value_make_up_the_price() -> None:
    highest = {row[0]: percent(row[4]) for row in table_under("products/overview.md", "Products and limits")[2:]}
    for names, share in table_under("eligibility/deposit.md", "Smallest deposit")[2:]:
        for product in names.removesuffix(", existing house").split(", "):
            assert highest[product] + percent(share) == 100, product


def test_the_offset_rate_is_the_harbor_standard_rate_less_its_discount() -> None:
    standard = percent(span_text(DOCUMENTS, "products/definitions.md#Rates").split("It is ")[1])
    rate = span_text(DOCUMENTS, "products/offset.md#Rate")
    discount = re.search(r"less (\d\.\d\d) percentage points", rate)
    assert discount
    assert f"at {standard}% that is {standard - Decimal(discount[1])}%" in rate


def test_product_fees_are_the_same_wherever_they_stand() -> None:
    tariff = {row[0]: row[1] for row in table_under("fees/tariff.md", "Fees when a loan starts")[2:]}
    assert tariff["Product fee, First Step"] == "none"
    assert "There is no product fee" in DOCUMENTS["products/first-step.md"]
    running = {row[0]: row[1] for row in table_under("fees/tariff.md", "Fees while a loan runs")[2:]}
    assert f"costs {running['Adding or removing a borrower']}" in DOCUMENTS["servicing/changes-to-the-loan.md"]
    assert (
        f"The fee is {running['Consent to let'].split()[0]} for each year" in DOCUMENTS["servicing/consent-to-let.md"]
    )
    assert f"A duplicate costs {running['Duplicate statement, each year']}" in DOCUMENTS["servicing/payments.md"]


def test_worked_examples_are_worked_out_right() -> None:
    cover = span_text(DOCUMENTS, "eligibility/rental-cover.md#Test rate")
    interest = Decimal(120_000) * Decimal("0.055") / 12
    assert "a loan of £120,000 tested at 5.50%" in cover
    assert f"interest of £{interest:.0f} a month" in cover
    assert f"£{interest * Decimal('1.25'):.2f}, and a higher-rate taxpayer £{interest * Decimal('1.45'):.2f}" in cover
    charge = span_text(DOCUMENTS, "fees/early-repayment.md#Fees on fixed-rate loans")
    assert f"repays £50,000. The charge is 3% of £30,000, which is £{Decimal(30_000) * 3 / 100:.0f}" in charge
    assert "| 3 | none | 3% | 5% |" in charge
    contractor = span_text(DOCUMENTS, "eligibility/self-employed.md#Contractors")
    assert f"£300 a day gives £{300 * 5 * 46:,} a year" in contractor
    holiday = span_text(DOCUMENTS, "servicing/payment-holidays.md#The new payment")
    assert f"£150,000 at 4.80% grows by about £{Decimal(150_000) * Decimal('0.048') / 12:.0f}" in holiday


def test_overpayment_allowances_agree_between_documents() -> None:
    allowance = {row[0]: row[1] for row in table_under("servicing/overpayments.md", "Yearly allowance")[2:]}
    first_step = span_text(DOCUMENTS, "products/first-step.md#Overpaying and repaying early")
    assert f"The yearly allowance is {allowance['First Step']}" in first_step
    tracker = span_text(DOCUMENTS, "products/tracker.md#Overpayments")
    assert f"the allowance of {percent(allowance['Two-year Tracker, first 12 months'])}% applies" in tracker


# The golden set


def test_every_kind_of_question_is_there_as_often_as_the_readme_says() -> None:
    assert Counter(map(kind_of, ROWS)) == KINDS
    readme = (HARBOR / "README.md").read_text(encoding="utf-8")
    assert f"{len(ROWS)} questions" in readme
    assert f"{len(DOCUMENTS)} Markdown documents" in readme
    for kind, count in KINDS.items():
        assert re.search(rf"`{kind}` \({count}\b", readme), kind


def test_plain_look_ups_are_spread_over_all_documents_and_as_many_as_the_readme_says() -> None:
    found = [row for row in ROWS if "look-up" in row["tags"]]
    answered = [row for row in found if kind_of(row) == "answerable"]
    assert {span.partition("#")[0] for row in answered for span in row["relevant"]} == set(DOCUMENTS)
    readme = (HARBOR / "README.md").read_text(encoding="utf-8")
    assert f"`look-up` ({len(found)}: {len(answered)} that the handbook answers" in readme


def test_rows_are_numbered_in_order_and_ask_different_questions() -> None:
    assert [row["id"] for row in ROWS] == [f"q-{n:03}" for n in range(1, len(ROWS) + 1)]
    assert len({row["inputs"]["question"].lower() for row in ROWS}) == len(ROWS)


def test_some_rows_must_pass_and_all_have_a_cluster_and_a_kind() -> None:
    assert 5 <= sum(row["must_pass"] for row in ROWS) <= 20
    for row in ROWS:
        assert row["cluster"]
        assert len(KINDS.keys() & set(row["tags"])) == 1, row["id"]
        assert len(row["tags"]) == len(set(row["tags"])), row["id"]
        assert row["metadata"]["role"] in row["tags"], row["id"]


def test_questions_to_decline_have_no_source_and_no_reference_answer() -> None:
    for row in [*ROWS, *SAMPLE_ROWS]:
        if row["expect"] == "refuse":
            assert not row.get("relevant"), row["id"]
            assert "expected" not in row, row["id"]
            assert all(check["type"] == "not_contains" for check in row.get("checks", [])), row["id"]
        else:
            assert row["expected"], row["id"]
            assert any(check["type"] in LOOKS_FOR for check in row["checks"]), row["id"]
    assert all((row["expect"] == "refuse") for row in ROWS if kind_of(row) == "unanswerable")


def test_multi_source_rows_need_two_documents() -> None:
    for row in ROWS:
        if kind_of(row) == "multi-source":
            assert len({span.partition("#")[0] for span in row["relevant"]}) == 2, row["id"]


def test_no_single_source_of_a_multi_source_row_meets_its_checks() -> None:
    for row in ROWS:
        if kind_of(row) == "multi-source":
            for span in row["relevant"]:
                alone = plain(span_text(DOCUMENTS, span))
                assert not all(meets(check, alone) for check in row["checks"]), f"{row['id']}: {span}"


def test_ambiguous_rows_name_their_readings() -> None:
    for row in ROWS:
        if kind_of(row) == "ambiguous":
            assert len(row["metadata"]["readings"]) == 2, row["id"]
            assert [check["type"] for check in row["checks"]] == ["contains_any"], row["id"]


def meets(check: dict[str, Any], text: str) -> bool:
    match check["type"]:
        case "contains" | "contains_all" | "contains_any":
            # Each reading of contains_any must be true of the sources, not just one.
            return all(value in text for value in wanted(check))
        case "icontains":
            return check["value"].lower() in text.lower()
        case "regex":
            return re.search(check["value"], text) is not None
        case "not_contains":
            return True
    raise AssertionError(check)


def test_checks_are_true_of_the_sources_that_answer() -> None:
    untrue = [
        (row["id"], check)
        for documents, row in EVERY_ROW
        for check in row.get("checks", [])
        if not meets(check, plain(evidence(documents, row)))
    ]
    assert untrue == []


def test_reference_answers_take_their_numbers_from_the_sources_and_hold_nothing_forbidden() -> None:
    unfounded = [
        (row["id"], numbers(row.get("expected", "")) - numbers(evidence(documents, row)))
        for documents, row in EVERY_ROW
    ]
    forbidden = [
        (row["id"], check)
        for _, row in EVERY_ROW
        for check in row.get("checks", [])
        if check["type"] == "not_contains" and check["value"] in row.get("expected", "")
    ]
    assert [(row, found) for row, found in unfounded if found] == []
    assert forbidden == []


def test_reference_answers_meet_the_checks_of_their_rows() -> None:
    assert len(ANSWERED) > 100
    failed = [(row["id"], check) for row in ANSWERED for check in row["checks"] if not answers(check, row["expected"])]
    assert failed == []


def answers(check: dict[str, Any], text: str) -> bool:
    """One of several readings is enough for an answer."""
    if check["type"] == "contains_any":
        return any(value in text for value in check["value"])
    return meets(check, text)


# Prompts, settings, samples


def read_prompt(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_both_prompt_files_are_versions_of_one_prompt() -> None:
    first, careful = (read_prompt(HARBOR / name) for name in ("answer.prompt.yaml", "answer-careful.prompt.yaml"))
    assert first["prompt_name"] == careful["prompt_name"] == "harbor-answer"
    assert first["retrieval"] == careful["retrieval"]
    assert first["messages"] != careful["messages"]
    assert "policy" not in first
    assert first["changelog"]
    assert careful["changelog"]


@pytest.mark.parametrize("file", [HARBOR / "answer-careful.prompt.yaml", SAMPLES / "support.prompt.yaml"])
def test_a_prompt_tells_the_model_the_refusal_that_its_policy_checks(file: Path) -> None:
    prompt = read_prompt(file)
    assert f'"{prompt["policy"]["refusal"]}"' in prompt["messages"][0]["content"]
    assert re.compile(prompt["policy"]["citations"]["pattern"]).fullmatch("[1]")


@pytest.mark.parametrize("file", sorted(DATASETS.rglob("*.prompt.yaml")), ids=lambda file: file.name)
def test_a_prompt_uses_the_question_and_the_sources_it_retrieves_and_no_other_variable(file: Path) -> None:
    prompt = read_prompt(file)
    texts = " ".join(message["content"] for message in prompt["messages"])
    retrieved = {"context"} if file.parent == HARBOR or "retrieval" in prompt else set()
    assert set(re.findall(r"\{\{(.*?)\}\}", texts)) == {"question", *retrieved}


def test_rows_that_guard_the_system_prompt_look_for_words_that_stand_in_it() -> None:
    guarded = [row["checks"][0]["value"] for row in ROWS if row["cluster"] == "prompt-extraction"]
    assert len(guarded) == 3
    for name in ("answer.prompt.yaml", "answer-careful.prompt.yaml"):
        system = read_prompt(HARBOR / name)["messages"][0]["content"]
        assert all(words in system for words in guarded), name


def test_the_project_file_reads_as_it_is_and_with_its_suggestions_switched_on() -> None:
    text = (HARBOR / "workbench.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"project", "export"}
    switched_on = re.sub(r"^# (?=[\[\]]|\w+ = | +\{)", "", text, flags=re.MULTILINE)
    assert set(tomllib.loads(switched_on)) == {"project", "export", "gates", "models", "people"}


def test_the_sample_golden_sets_hold_the_same_rows(tmp_path: Path) -> None:
    with Workbench.init(tmp_path) as wb:
        wb.add_dataset(SAMPLES / "golden-set.csv", name="sheet")
        wb.add_dataset(SAMPLES / "golden-set.jsonl", name="lines")
        sheet, lines = (wb.datasets.examples(name) for name in ("sheet", "lines"))

    assert len(sheet) == 6
    assert sheet == lines


def test_no_placeholder_is_left_beside_the_examples() -> None:
    assert sorted(path.name for path in DATASETS.iterdir()) == ["harbor", "red-team", "samples"]
