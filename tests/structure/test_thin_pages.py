"""A page is a paragraph: title, components, one call."""

import ast
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).resolve().parents[2] / "pages").glob("*.py"))
MOST_LINES = 60
ALLOWED = ("streamlit", "workbench.ui")


def test_there_is_a_page_for_every_step():
    assert {page.stem for page in PAGES} >= {
        "overview", "prompts", "datasets", "knowledge", "run", "compare", "review", "release",
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_is_thin(page):
    source = page.read_text(encoding="utf-8")
    tree = ast.parse(source)
    imported = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]

    assert len(source.splitlines()) <= MOST_LINES
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.BinOp)]
    assert [name for name in imported if not name.startswith(ALLOWED) and name != "__future__"] == []
    assert "session_state" not in source
