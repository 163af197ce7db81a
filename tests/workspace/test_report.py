import re
from html.parser import HTMLParser

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import TOML, fill, make_project, open_project, rows
from tests.support.projects import jsonl as as_jsonl
from workbench.workspace.report import report_html

HOSTILE = '<script>alert(1)</script><img src="http://evil.example/x">'


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(attrs)


@pytest.fixture
def comparison(tmp_path, models):
    """Names, ids and answers that would run as script, and flips so that ids are shown."""
    toml = TOML + '[models."<b>evil</b>"]\nmodel = "openai/two"\napi_base = "http://127.0.0.1:9/v1"\n'
    project = make_project(tmp_path / "p", toml)
    golden = rows(3)
    golden[0]["id"] = HOSTILE
    (project / "golden.jsonl").write_text(as_jsonl(golden))
    models.default = Scripted(lambda r: an_answer(HOSTILE if len(r.messages) == 2 else "1 days, 2 days, 3 days"))
    with open_project(project) as wb:
        fill(wb)
        yield wb.run(["answer@1", "answer@2"], "golden", models="<b>evil</b>", metrics=["checks"]).compare()


def test_the_report_shows_names_as_text_and_has_no_script_image_or_link(comparison):
    html = report_html(comparison)

    assert "&lt;script&gt;alert(1)" in html
    assert "answer@2:&lt;b&gt;evil" in html
    assert Tags(html).tags.isdisjoint({"script", "img", "link", "iframe", "a", "object"})
    assert {"src", "href", "onerror", "onload"}.isdisjoint(Tags(html).attributes)


def test_the_report_refers_to_nothing_outside_and_forbids_it(comparison):
    html = report_html(comparison)

    assert "default-src 'none'" in html
    assert re.findall(r"url\(|@import", html) == []


def test_the_report_has_verdict_figures_and_flips(comparison):
    html = report_html(comparison)

    assert "Examples that differ" in html
    assert html.count("<tr>") == 1 + 2 + 1 + 3
    assert "100%" in html


def test_what_a_notebook_shows_is_escaped_too(comparison):
    from workbench.workspace.report import comparison_html

    assert Tags(comparison_html(comparison)).tags <= {"p", "b", "table", "thead", "tbody", "tr", "th", "td"}
