"""Markdown as a tree: nothing lost, nothing that can act, and every word found again in the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.formats.markdown import TAGS, Element, Run, as_json, parse, runs

ANSWER = """\
## Fees

Yes. A fee of **1 %** applies in `2024`, \\*not\\* 2 % [1] &amp; <b>more</b>:

1. 1 item
2. two

- x
  - y

| Year | Fee |
|------|-----|
| 1    | 1 % |

```python
python = 1
```
"""
MARKUP = st.text(st.sampled_from(list("ab 12*_`#->|~[]()!<&\\\n\t.\r\U0001f600")), max_size=80)


def tags(nodes: object) -> set[str]:
    found = set()
    for node in nodes:
        if isinstance(node, Element):
            found |= {node.tag} | tags(node.children)
    return found


def test_lists_tables_code_and_styles_become_elements():
    assert {"h2", "strong", "code", "ol", "ul", "li", "table", "th", "td", "pre"} <= tags(parse(ANSWER))


def test_every_run_stands_in_the_text_where_it_says():
    found = [run for run in runs(parse(ANSWER)) if run.text.strip()]

    assert [run.text for run in found if run.start is None] == []
    assert [run.text for run in found if ANSWER[run.start : run.start + len(run.text)] != run.text] == []
    assert next(run.start for run in found if run.text == "1 item") == ANSWER.index("1 item")
    assert next(run.start for run in found if run.text == "python = 1") == ANSWER.index("python = 1")


@pytest.mark.parametrize(
    "hostile",
    [
        "![seen](http://x.example/i.png)",
        "[press](javascript:alert(1))",
        "<script>alert(1)</script>",
        "<http://x.example>",
        "[a]: http://x.example\n\n[a]",
        "<iframe src=http://x.example></iframe>",
    ],
)
def test_what_could_act_stays_the_text_it_is_written_as(hostile):
    nodes = parse(hostile)

    assert [part for part in hostile.split() if part not in "".join(run.text for run in runs(nodes))] == []
    assert tags(nodes) <= {"p"}


@given(MARKUP)
@settings(max_examples=200, deadline=None)
def test_no_word_is_lost_or_invented_whatever_the_text(text):
    nodes = parse(text)
    shown = "".join(run.text for run in runs(nodes))

    assert tags(nodes) <= TAGS
    assert [
        c for c in "ab\U0001f600" if shown.count(c) != text.count(c) and "```" not in text and "~~~" not in text
    ] == []
    placed = [(run.start, run.start + len(run.text), run.text) for run in runs(nodes) if run.start is not None]
    assert all(text[start:end] == said for start, end, said in placed)
    assert placed == sorted(placed)


@pytest.mark.parametrize("text", ["> " * 3000 + "deep", "*a " * 3000 + "deep" + "*" * 3000, "- " * 100 + "deep"])
def test_deep_nesting_hides_nothing(text):
    assert "deep" in "".join(run.text for run in runs(parse(text)))


def test_a_tree_is_lists_and_objects_for_a_browser():
    assert as_json(parse("3. a\n4. **b**")) == [
        {
            "t": "ol",
            "n": 3,
            "c": [{"t": "li", "c": [["a", 3]]}, {"t": "li", "c": [{"t": "strong", "c": [["b", 10]]}]}],
        }
    ]
    assert as_json([Run("x", None)]) == [["x", None]]
