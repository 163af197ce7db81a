"""Prompts of other tools: what is kept of them, what is read beside them, and how they leave again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.prompt_files import FILES, GITHUB, PROMPTFOO, PROMPTY_ONE
from workbench.domain.actor import Actor
from workbench.domain.prompt import Message
from workbench.errors import FormatError, InputError, NotAllowedError, NotFoundError, TemplateError


def put(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_versions_and_golden_rows_are_kept_and_say_where_they_are_from(wb, tmp_path):
    incoming = wb.interchange.read(put(tmp_path / "pirates", "promptfooconfig.yaml", PROMPTFOO))
    assert wb.prompts.list() == []
    kept = wb.interchange.keep(incoming)

    assert [(saved.name, saved.version) for saved in kept.prompts] == [("pirates", 1), ("pirates", 2)]
    assert wb.datasets.get("pirates").source == "promptfooconfig.yaml (promptfoo)"
    assert wb.datasets.examples("pirates") == incoming.examples
    assert [version.changelog for version in wb.prompts.versions("pirates")] == ["plain", "Pirates"]
    assert {entry.action for entry in wb.audit.list()} >= {"prompt saved", "golden set saved"}
    again = wb.interchange.keep(incoming)
    assert not any(saved.created for saved in (*again.prompts, again.dataset))


def test_a_name_of_ones_own_wins_over_the_files(wb, tmp_path):
    incoming = wb.interchange.read(put(tmp_path, "a.prompt.yml", GITHUB), name="capitals")
    kept = wb.interchange.keep(incoming, dataset="cities")

    assert (kept.prompts[0].name, kept.dataset.name) == ("capitals", "cities")
    with pytest.raises(InputError):
        wb.interchange.read(tmp_path / "a.prompt.yml", name="../up")


@pytest.mark.parametrize("form", ["github", "prompty", "langfuse", "promptfoo", "workbench"])
def test_what_leaves_comes_back_with_the_same_hash(wb, tmp_path, form):
    first = wb.interchange.keep(wb.interchange.read(put(tmp_path, "a.prompt.yml", GITHUB))).prompts[0]
    out = wb.interchange.export(first.name, tmp_path / "out", form, dataset="capital-cities")
    back = wb.interchange.keep(wb.interchange.read(out.path)).prompts[0]

    assert out.path.parent == tmp_path / "out"
    same = back.hash == first.hash
    assert same or out.losses
    assert same is (form != "prompty")  # line breaks at the end of messages


def test_only_files_in_the_folder_are_read(wb, tmp_path):
    folder = tmp_path / "in"
    outside = put(tmp_path, "secret.txt", "from outside {{q}}")
    (folder / "sub").mkdir(parents=True)
    put(folder / "sub", "fine.txt", "from inside {{q}}")
    (folder / "link.txt").symlink_to(outside)
    (folder / "linked").symlink_to(tmp_path)
    configuration = "prompts: ['file://{path}']\n"

    fine = wb.interchange.read(put(folder, "promptfooconfig.yaml", configuration.format(path="sub/fine.txt")))
    assert fine.prompts[0].content.messages[0].content == "from inside {{q}}"
    for path in (
        "../secret.txt",
        str(outside),
        "link.txt",
        "linked/secret.txt",
        "sub/../../secret.txt",
        "..\\secret.txt",
    ):
        file = put(folder, "promptfooconfig.yaml", configuration.format(path=path))
        with pytest.raises(FormatError) as caught:
            wb.interchange.read(file)
        assert caught.value.line == 1
        assert "from outside" not in str(caught.value)


def test_a_folder_or_a_pipe_is_no_file(wb, tmp_path):
    import os

    put(tmp_path, "promptfooconfig.yaml", "prompts: ['file://pipe.txt']\n")
    os.mkfifo(tmp_path / "pipe.txt")

    with pytest.raises(FormatError, match="There is no file"):
        wb.interchange.read(tmp_path / "promptfooconfig.yaml")


def test_importing_runs_nothing_and_reads_no_environment(wb, tmp_path, monkeypatch):
    monkeypatch.setenv("PEER_SECRET", "do-not-read-me")
    put(tmp_path, "prompt.py", "raise SystemExit('ran')")
    text = PROMPTFOO + "  - vars: {body: 'python:x', more: '{{ env.PEER_SECRET }}'}\n"
    incoming = wb.interchange.read(put(tmp_path, "promptfooconfig.yaml", text))

    assert "do-not-read-me" not in repr(incoming)
    assert any("'prompt.py' is a program, which is not run." in loss for loss in incoming.losses)


def test_an_upload_lists_the_files_that_did_not_come_along(wb):
    incoming = wb.interchange.read_bytes(PROMPTY_ONE.encode(), file="old.prompty")

    assert incoming.examples == ()
    assert any("sample.json" in loss for loss in incoming.losses)


def test_only_engineers_import_and_a_refused_file_stores_nothing(wb, tmp_path):
    incoming = wb.interchange.read(put(tmp_path, "a.prompt.yml", GITHUB))
    reviewer = wb.acting_as(Actor("rita", frozenset({"reviewer"})))

    with pytest.raises(NotAllowedError):
        reviewer.interchange.keep(incoming)
    with pytest.raises(InputError):
        wb.interchange.keep(incoming, dataset="no@name")
    assert wb.prompts.list() == []
    assert wb.datasets.list() == []


def test_where_a_prompt_is_wrong_its_golden_rows_are_not_kept_either(wb, tmp_path):
    incoming = wb.interchange.read(put(tmp_path, "a.prompt.yml", GITHUB))
    prompt = incoming.prompts[0]
    wrong = replace(prompt, content=replace(prompt.content, messages=(Message("user", "{{open"),)))

    with pytest.raises(TemplateError):
        wb.interchange.keep(replace(incoming, prompts=(prompt, wrong)))

    assert incoming.examples
    assert (wb.datasets.list(), wb.prompts.list()) == ([], [])


def test_formats_that_are_only_read_are_not_written(wb, tmp_path):
    wb.interchange.keep(wb.interchange.read(put(tmp_path, "answer.prompt.yaml", FILES["answer.prompt.yaml"][1])))

    with pytest.raises(NotFoundError, match="dotprompt"):
        wb.interchange.export("answer", tmp_path, "dotprompt")
    with pytest.raises(NotFoundError, match="prompt format"):
        wb.interchange.read(tmp_path / "answer.prompt.yaml", format="nothing")


def test_a_link_is_not_written_through_and_a_replaced_file_is_told(wb, tmp_path):
    wb.interchange.keep(wb.interchange.read(put(tmp_path, "a.prompt.yml", GITHUB)))
    out = tmp_path / "out"
    written = wb.interchange.export("capital-cities", out, "github")
    assert not written.replaced
    assert not wb.interchange.export("capital-cities", out, "github").replaced
    written.path.write_text("edited")
    assert wb.interchange.export("capital-cities", out, "github").replaced
    written.path.unlink()
    written.path.symlink_to(put(tmp_path, "target", "kept"))

    with pytest.raises(InputError, match="is a link"):
        wb.interchange.export("capital-cities", out, "github")
    assert (tmp_path / "target").read_text() == "kept"
