"""Every use case that changes the store says so in the audit log; what does not is listed here, with the reason."""

import re
from pathlib import Path

WORKSPACE = Path(__file__).parents[2] / "workbench" / "workspace"
WRITES = re.compile(r"(?:ctx|context|_context|self\.context)\.write(?:_patiently)?\(")
RECORDS = re.compile(r"\.record\(|store_review\(|ModeEditing\(|register_judges?\(|fix_gates\(|saving_versions\(")
NOT_RECORDED = {
    "knowledge/kept_embedders.py": "keeps embeddings, so that they are not paid for again",
    "knowledge/reranking.py": "keeps a reranker's figures, so that they are not paid for again",
    "runs/keeping.py": "stores the answers of a run whose start and end are recorded",
    "evaluations/evaluating.py": "stores the figures of an evaluation whose start is recorded",
}


def test_whoever_writes_to_the_store_records_it_or_is_excused():
    silent = {
        path.relative_to(WORKSPACE).as_posix()
        for path in WORKSPACE.rglob("*.py")
        if path.name != "context.py"  # carries changes out for others
        if WRITES.search(text := path.read_text(encoding="utf-8")) and not RECORDS.search(text)
    }
    assert silent == set(NOT_RECORDED)
