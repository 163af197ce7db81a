import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import TOML, fill, make_project, open_project, rows
from tests.support.projects import jsonl as as_jsonl
from workbench.workspace.comparison.causes import SAME_SOURCES, Difference
from workbench.workspace.reports.evidence import gather
from workbench.workspace.reports.report import difference_sentences, report_html

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
        run = wb.run(["answer@1", "answer@2"], "golden", models="<b>evil</b>", metrics=["checks"])
        yield run.compare()


@pytest.fixture
def report(comparison, tmp_path):
    """The whole report, with everything that lies behind the figures."""
    with open_project(tmp_path / "p") as wb:
        return report_html(comparison, gather(wb.context, comparison))


def test_the_report_shows_names_and_answers_as_text_and_has_no_script_image_or_link(report):
    assert report.count("&lt;script&gt;alert(1)") > 3
    assert "answer@2:&lt;b&gt;evil" in report
    assert Tags(report).tags.isdisjoint({"script", "img", "link", "iframe", "a", "object", "form", "base"})
    assert {"src", "href", "onerror", "onload"}.isdisjoint(Tags(report).attributes)


def test_a_printed_comparison_is_its_verdict_and_a_table(comparison):
    verdict, blank, heads, checks, *_ = str(comparison).splitlines()

    assert (verdict, blank) == (comparison.verdict, "")
    assert heads.split() == ["answer@1:<b>evil</b>", "answer@2:<b>evil</b>"]
    assert checks.split() == ["Checks", "met", "100%", "0%"]
    assert str(comparison).endswith("\nAnswered             3 of 3                3 of 3")


def test_of_several_arms_each_cause_names_the_two_that_it_is_about_and_of_two_it_need_not(comparison):
    second = comparison.arms[1]
    cause = Difference(prompt=True, model=False, answers=3, other_sources=0)
    two = replace(comparison, differences={second.label: cause})
    three = replace(two, arms=[*comparison.arms, replace(second, label="third")], differences={"third": cause})

    assert difference_sentences(two) == [SAME_SOURCES]
    assert difference_sentences(three) == [
        "third against answer@1:<b>evil</b>: both were shown the same sources, so the difference is the prompt's."
    ]


def test_the_report_refers_to_nothing_outside_and_forbids_it(report):
    assert "default-src 'none'" in report
    assert re.findall(r"url\(|@import|xlink", report) == []


def test_the_report_says_what_changed_how_much_of_the_run_stands_behind_it_and_what_got_worse(report):
    said = " ".join(unescape(re.sub(r"<[^>]*>", " ", report)).split())

    assert "3 examples x 1 · 6 of 6 answers done · 0 failed" in said
    assert "What changed" in said
    assert "answer@1" in said
    assert "System message" in said
    assert "3 examples got worse and 0 better on Checks met." in said
    assert report.count("<article") == 3


def test_a_report_without_what_lies_behind_it_has_the_figures_alone(comparison):
    html = report_html(comparison)

    assert "100%" in html
    assert "<article" not in html


def test_free_arms_are_weighed_against_time_and_it_is_said(report, comparison):
    said = "No arm costs anything, so quality is drawn against time."
    assert (said in report) == (comparison.arms[0].cost_usd == 0)
    assert ("<svg" in report) == any(arm.p50_ms or arm.cost_usd for arm in comparison.arms)


def test_what_a_notebook_shows_is_escaped_too(comparison):
    from workbench.workspace.reports.report import comparison_html

    assert Tags(comparison_html(comparison)).tags <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
