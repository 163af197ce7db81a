import pytest

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.workspace.projects import init


@pytest.fixture
def wb(tmp_path):
    with Workbench.open(init(tmp_path / "project").directory, actor=Actor("ann")) as opened:
        yield opened


def test_an_edited_table_is_kept_for_its_author_until_it_is_discarded(wb):
    cells = [{"id": "q-1", "inputs.question": "Why?", "tags": ["a"], "must_pass": False, "expected": None}]

    wb.datasets.keep_draft("golden", cells, base=3)

    draft = wb.datasets.draft("golden")
    assert (draft.fields["cells"], draft.base) == (cells, 3)
    assert wb.acting_as(Actor("ben")).datasets.draft("golden") is None
    wb.datasets.discard_draft("golden")
    assert wb.datasets.draft("golden") is None


def test_an_edited_table_is_not_taken_for_a_draft_of_a_prompt_of_that_name(wb):
    wb.prompts.keep_draft("golden", {"changelog": "x"}, slot="1")

    wb.datasets.keep_draft("golden", [], base=1)
    wb.datasets.discard_draft("golden")
    wb.datasets.keep_draft("golden", [], base=1)

    assert [draft.slot for draft in wb.prompts.drafts()] == ["1"]


def test_an_uploaded_prompt_file_is_saved_as_if_it_were_a_file(wb):
    data = b'prompt_name: p\nmessages:\n  - {role: user, content: "{{question}}"}\n'

    assert wb.prompts.add_bytes(data, file="p.prompt.yaml").created
    assert not wb.prompts.add_bytes(b"\xef\xbb\xbf" + data, file="p.prompt.yaml").created
