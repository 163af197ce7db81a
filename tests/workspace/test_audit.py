import pytest

from workbench.errors import StoreError
from workbench.store import audit as chain


def test_the_log_says_who_did_what_in_order_and_is_intact(finished):
    entries = finished.audit.list()

    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.action for entry in entries] == [
        "prompt saved",
        "prompt saved",
        "golden set saved",
        "run started",
        "run finished",
    ]
    assert {entry.actor for entry in entries} == {"ann"}
    assert finished.audit.verify() == []


def test_a_limit_gives_the_newest_entries_oldest_first(finished):
    assert [entry.action for entry in finished.audit.list(2)] == ["run started", "run finished"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET subject = 'other' WHERE number = 2",
        "DELETE FROM audit_entries WHERE number = 2",
        "UPDATE audit_entries SET happened_at = happened_at + INTERVAL 1 SECOND WHERE number = 3",
    ],
)
def test_tampering_shows(finished, tampering):
    finished.context.write(lambda s: s.execute(tampering))

    assert finished.audit.verify() != []


def test_what_could_not_be_recorded_did_not_happen(filled, monkeypatch):
    def broken(*_, **__):
        raise StoreError("the disk is full")

    monkeypatch.setattr(chain, "append", broken)
    (filled.root / "plain.prompt.yaml").write_text('prompt_name: other\ntemplate: "{{question}}"\n')

    with pytest.raises(StoreError):
        filled.prompts.add(filled.root / "plain.prompt.yaml")
    with pytest.raises(StoreError):
        filled.run("answer@1", "golden", models="one")
    assert [version.name for version in filled.prompts.list()] == ["answer"]
    assert filled.runs.list() == []
