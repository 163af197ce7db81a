"""The summary for a pull request: verdict first, rules as a table, and nothing from outside becomes markup."""

from dataclasses import replace

from markdown_it import MarkdownIt

from tests.support.measured import measured, put_to
from workbench.domain.gate import GateRule
from workbench.workspace.gates.markdown import markdown, text

HOSTILE = "<img src=x onerror=alert(1)> [click](javascript:x) @team #1 `x` |\n# pwned https://evil.example www.evil.example ![i](u)"


def result(**fields):
    return replace(put_to(measured([[1.0]] * 20, GateRule("correct", at_least=0.5))), **fields)


def test_the_verdict_comes_first_and_every_rule_has_a_row():
    lines = markdown([result()]).splitlines()

    assert lines[0] == "### ✅ answer\\@2 passes gate release v1: 2 of 2 rules hold."
    assert lines[2].count("|") == lines[4].count("|") == lines[5].count("|") == 5
    assert "| ✅ | Correct at least 50% | 100% \\(84–100\\) |  |" in lines


def test_nothing_from_outside_becomes_markup():
    rule = replace(result().rules[0], title=HOSTILE, found=HOSTILE, settle=HOSTILE)

    shown = markdown([result(prompt=HOSTILE, rules=(rule,), notes=(HOSTILE,), problems=(HOSTILE,), changed=HOSTILE)])

    tokens = MarkdownIt("commonmark").enable("table").parse(shown)
    inline = [child.type for token in tokens for child in token.children or ()]
    assert set(inline) == {"text", "strong_open", "strong_close"}
    assert [token.type for token in tokens].count("heading_open") == 1
    assert [token.type for token in tokens].count("tr_open") == 2
    # What forges make links of beyond Markdown.
    for link in ("https://", "www.", "@team", "#1"):
        assert link not in shown


def test_text_stays_readable():
    assert text("q-031: 1.5% of 12 answers, 2 to 3") == "q-031: 1.5% of 12 answers, 2 to 3"
    assert text("a\n\tb\u202ec") == "a b c"
