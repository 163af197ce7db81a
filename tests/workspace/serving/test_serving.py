"""What a service is told: what stands in an environment now, and nothing whose approval fell."""

import shutil

import pytest

from tests.support.projects import begin_with, jsonl, open_project, rows
from workbench import load_prompt
from workbench.errors import IntegrityError, NotAllowedError, NotFoundError
from workbench.workspace.serving.serving import FRESH_S, LOOKED_THROUGH_S, Serving


class Watch:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def serving(finished, watch):
    return Serving(finished.context, monotonic=watch)


@pytest.fixture(scope="module")
def released_once(finished_once, tmp_path_factory):
    root = shutil.copytree(finished_once, tmp_path_factory.mktemp("released") / "project")
    with open_project(root) as opened:
        for label in ("answer@1", "answer@2"):
            opened.releases.approve(label)
            opened.releases.promote(label)
            opened.releases.promote(label)
        opened.context.store.checkpoint()
    return root


@pytest.fixture
def released(released_once, finished):
    """answer@1 in production, answer@2 after it."""
    finished.close()
    begin_with(released_once, finished.root)
    return finished


def change_the_dataset(wb):
    (wb.root / "more.jsonl").write_text(jsonl(rows(7)))
    wb.datasets.add(wb.root / "more.jsonl", name="golden")


def test_what_stands_in_an_environment_is_served_with_all_that_a_call_needs(released, serving):
    found = serving.prompt("answer", "production")

    version = released.prompts.get("answer@2")
    assert found.document["version"] == released.releases.standing("answer", "production").version
    assert found.document["hash"] == version.hash
    assert found.document["messages"] == [
        {"role": "system", "content": "Answer in one sentence."},
        {"role": "user", "content": "{{question}}"},
    ]
    assert (found.document["variables"], found.document["lapsed"]) == (["question"], [])
    assert serving.listing() == [
        {"name": "answer", "environments": dict.fromkeys(("dev", "staging", "production"), found.document["version"])}
    ]


def test_a_rollback_is_served_once_the_answer_is_not_fresh_any_more(released, serving, watch):
    before = serving.prompt("answer", "production")
    released.releases.rollback("answer")

    assert serving.prompt("answer", "production") is before
    watch.now += FRESH_S
    assert serving.prompt("answer", "production").document["number"] == 1
    assert serving.prompt("answer", "production").hash != before.hash
    assert FRESH_S < 1


def test_what_nobody_approved_or_promoted_is_not_served(finished, serving):
    with pytest.raises(NotFoundError, match="no approved prompt 'answer'"):
        serving.prompt("answer", "production")

    finished.releases.approve("answer@1")

    assert serving.prompt("answer", "dev").document["number"] == 1
    with pytest.raises(NotFoundError, match=r"'production'\. There is one in dev"):
        serving.prompt("answer", "production")
    with pytest.raises(NotFoundError, match="environment 'prod'"):
        serving.prompt("answer", "prod")


def test_what_serves_people_goes_on_and_says_what_its_approval_rested_on_that_changed_since(
    released, serving, watch, tmp_path
):
    assert serving.prompt("answer", "production").document["lapsed"] == []
    change_the_dataset(released)
    watch.now += FRESH_S

    assert serving.prompt("answer", "production").document["lapsed"] == ["the dataset golden changed"]
    with pytest.raises(NotAllowedError, match="approval lapsed: the dataset golden changed"):
        released.releases.export("answer@2", tmp_path)


def test_what_was_changed_behind_the_audit_log_is_found_before_long(released, serving, watch):
    serving.prompt("answer", "production")
    released.context.write(lambda s: s.execute("UPDATE trial_outputs SET text = 'forged'"))

    watch.now += LOOKED_THROUGH_S
    with pytest.raises(IntegrityError, match=r"the run .* changed"):
        serving.prompt("answer", "production")


def test_what_a_person_went_back_to_is_served_and_says_what_changed_since(released, serving):
    change_the_dataset(released)
    released.releases.rollback("answer")

    found = serving.prompt("answer", "production").document

    assert (found["number"], found["lapsed"]) == (1, ["the dataset golden changed"])


def test_a_program_that_loads_the_exported_files_gets_what_is_served(released, serving, tmp_path):
    released.releases.export("answer@2", tmp_path)

    loaded = load_prompt("answer", directory=tmp_path)

    served = serving.prompt("answer", "production").document
    assert (loaded.version, loaded.hash, loaded.environment) == (served["version"], served["hash"], "production")
    assert loaded.messages(question="Why?")[-1] == {"role": "user", "content": "Why?"}
