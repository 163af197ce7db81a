"""Bringing another tool's prompt file on the Prompts page."""

from __future__ import annotations

import pytest

from tests.support.prompt_files import LANGCHAIN, PROMPTFOO
from workbench import Workbench


def text_of(at):
    return " ".join(e.value for kind in (at.markdown, at.caption) for e in kind).replace("\\", "")


def bring(at, name, text, key="more"):
    return at.file_uploader(key=f"prompt-file-{key}").set_value((name, text.encode(), "text/plain")).run()


def test_what_came_in_and_what_did_not_is_shown_before_it_is_saved(project, show):
    at = bring(show("prompts"), "pirate.yaml", PROMPTFOO)

    assert not at.exception
    assert "promptfoo: 2 versions of pirate, and a golden set pirate with 2 rows and 8 checks" in text_of(at).replace(
        "**", ""
    )
    assert "'prompt.py' is a program, which is not run." in text_of(at)
    with Workbench.open(project) as wb:
        assert "pirate" not in {version.name for version in wb.prompts.list()}

    at.button(key="import-save-more").click().run()

    assert not at.exception
    with Workbench.open(project) as wb:
        assert len(wb.prompts.versions("pirate")) == 2
        assert wb.datasets.get("pirate").size == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.prompty", "---\nname: x\n---\nuser:\n{% if a %}b{% endif %}\n", "x.prompty, line 5"),
        ("notes.txt.md", "\udcff", "not UTF-8"),
    ],
)
def test_a_file_that_is_refused_says_why_and_where(project, show, name, text, said):
    at = show("prompts")
    data = text.encode("utf-8", "surrogateescape")
    at.file_uploader(key="prompt-file-more").set_value((name, data, "text/plain")).run()

    assert not at.exception
    assert said in at.error[0].proto.title.replace("\\", "")
    assert not [button for button in at.button if button.key == "import-save-more"]


def test_names_and_texts_of_a_hostile_file_stay_text(project, show):
    hostile = "<img src=x onerror=alert(1)> [a](javascript:b) $x$ :material/home:"
    at = bring(show("prompts"), "joke.json", LANGCHAIN.replace("You are a comedian, {{really}}", hostile))

    assert not at.exception
    assert hostile not in "".join(e.value for e in at.caption)
    assert hostile in text_of(at)
