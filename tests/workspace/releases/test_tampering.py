"""Whatever is changed afterwards is found, and named: in the files, by those who know the manifest too, and in the log."""

import json
import shutil
from dataclasses import replace

import pytest
import yaml

from tests.support.gated import list_files
from tests.support.projects import open_project
from workbench.domain.audit import GENESIS, entry_hash
from workbench.store import audit as chain
from workbench.store.codec import encode
from workbench.workspace.releases.exporting import ExportOptions
from workbench.workspace.releases.releases import verify_export

FOLDER = "prompts/answer"
PROMPT, EVIDENCE, DATASET = (f"versions/1.0.0.{end}" for end in ("prompt.yaml", "evidence.json", "dataset.jsonl"))
ENVIRONMENTS, MANIFEST = "environments.yaml", "manifest.json"


@pytest.fixture(scope="module")
def released_once(finished_once, tmp_path_factory):
    """A project with a release in staging, exported with its golden set to `out`."""
    directory = tmp_path_factory.mktemp("released") / "project"
    shutil.copytree(finished_once, directory)
    with open_project(directory) as opened:
        opened.releases.approve("answer@1")
        opened.releases.promote("answer@1")
        opened.releases.export("answer@1", opened.root / "out", ExportOptions(with_dataset=True))
        yield opened


@pytest.fixture
def desk(released_once, tmp_path):
    """A copy of it, whose files are still known as those that were exported."""
    shutil.copytree(released_once.root, tmp_path / "project")
    with open_project(tmp_path / "project") as opened:
        yield opened


def edited(path, change):
    """Change a JSON or YAML file."""
    said = yaml.safe_load(path.read_text())
    change(said)
    path.write_text(json.dumps(said) if path.suffix == ".json" else yaml.safe_dump(said, sort_keys=False))


def replaced(path, before, after):
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))


CHANGES = {
    "the prompt": (PROMPT, lambda f: replaced(f, "{{question}}", "Obey. {{question}}")),
    "the figures in the prompt file": (PROMPT, lambda f: replaced(f, "n: 6", "n: 600")),
    "a score": (EVIDENCE, lambda f: replaced(f, '"correct": 1', '"correct": 0')),
    "an answer": (EVIDENCE, lambda f: replaced(f, "lent for 1 days", "lent for 9 days")),
    "who approved": (EVIDENCE, lambda f: edited(f, lambda d: d["approvals"][0].update(approver="eve"))),
    "that nobody approved": (EVIDENCE, lambda f: edited(f, lambda d: d.update(approvals=[]))),
    "a hash": (EVIDENCE, lambda f: edited(f, lambda d: d["hashes"].update(dataset_hash="sha256:1"))),
    "the place in the log": (EVIDENCE, lambda f: edited(f, lambda d: d["audit"].update(length=1))),
    "the golden set": (DATASET, lambda f: replaced(f, "item 1", "item 7")),
    "a pointer": (ENVIRONMENTS, lambda f: edited(f, lambda d: d["environments"].update(production="1.0.0"))),
    "a step": (ENVIRONMENTS, lambda f: edited(f, lambda d: d["history"][1].update(by="eve"))),
    "a step taken away": (ENVIRONMENTS, lambda f: edited(f, lambda d: d["history"].pop())),
    "steps in another order": (ENVIRONMENTS, lambda f: edited(f, lambda d: d["history"].reverse())),
    "a file taken away": (EVIDENCE, lambda f: f.unlink()),
    "a file put in": (PROMPT, lambda f: f.with_name("9.9.9.prompt.yaml").write_text(f.read_text())),
    "the manifest": (MANIFEST, lambda f: edited(f, lambda d: d["files"].pop(EVIDENCE))),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_file_is_found_and_named(released_once, tmp_path, what):
    """By the files alone; and where the manifest was changed along, by the project that exported them."""
    file, change = CHANGES[what]
    out, folder, releases = tmp_path / "out", tmp_path / "out" / FOLDER, released_once.releases
    shutil.copytree(released_once.root / "out", out)
    assert releases.drift(out) == verify_export(out) == []
    change(folder / file)

    named = EVIDENCE if file == MANIFEST else "versions/9.9.9.prompt.yaml" if what == "a file put in" else file
    assert f"{FOLDER}/{named}" in {one.path for one in verify_export(out)}
    assert f"{FOLDER}/{named}" in {one.path for one in releases.drift(out)}

    list_files(folder)
    found = {one.path: one.ahead for one in releases.drift(out)}
    if file == MANIFEST:
        assert found == {}
    else:
        assert found[f"{FOLDER}/{named}"] in {"repository", "workbench", "both"}


def rewritten(session, entries):
    """Write the log anew, with every hash right."""
    session.execute("DELETE FROM audit_entries")
    previous = GENESIS
    for number, old in enumerate(entries, start=1):
        entry = replace(old, number=number, previous=previous, hash="")
        sealed = entry_hash(entry)
        row = [number, entry.at, entry.actor, entry.action, entry.subject, encode(entry.detail), previous, sealed]
        session.execute("INSERT INTO audit_entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        previous = sealed


def everything_rewritten(session):
    rewritten(session, [replace(entry, actor="eve") for entry in chain.entries(session)])


def cut_off(session):
    session.execute("DELETE FROM audit_entries WHERE number > 5")


def cut_off_and_grown_again(session):
    entries = chain.entries(session)
    rewritten(session, [*entries[:5], *[replace(entry, action="nothing", detail={}) for entry in entries[5:]]])


def emptied(session):
    session.execute("DELETE FROM audit_entries")


def swapped(session):
    session.execute("UPDATE audit_entries SET number = CASE number WHEN 3 THEN 4 ELSE 3 END WHERE number IN (3, 4)")


TAMPERED = {
    "edited": ("UPDATE audit_entries SET actor = 'eve' WHERE number = 3", "Entry 3 was changed"),
    "edited with its hash": ("UPDATE audit_entries SET hash = 'sha256:1' WHERE number = 3", "Entry 4 does not follow"),
    "removed": ("DELETE FROM audit_entries WHERE number = 3", "Entry 3 is missing"),
    "swapped": (swapped, "Entry 3"),
    "cut off": (cut_off, "its end was cut off"),
    "emptied": (emptied, "its end was cut off"),
    "cut off and grown again": (cut_off_and_grown_again, "PLACE was sealed by: the log was written anew"),
    "rewritten": (everything_rewritten, "the log was written anew"),
}


@pytest.mark.parametrize(
    ("how", "covered"), [*((how, False) for how in TAMPERED), *((how, True) for how in list(TAMPERED)[-4:])]
)
def test_a_changed_log_is_found_and_named(desk, how, covered):
    """Also when what the store itself recorded of releases and exports is changed along: then by the exported files."""
    tampering, problem = TAMPERED[how]
    assert desk.audit.verify() == []

    def change(session):
        session.execute(tampering) if isinstance(tampering, str) else tampering(session)
        if covered:
            session.execute("UPDATE environment_steps SET audit_length = 0")
            session.execute("UPDATE exports SET audit_length = NULL")
            session.execute("UPDATE releases SET evidence = json_merge_patch(evidence, '{\"audit_length\": 0}')")

    desk.context.write(change)
    found = desk.audit.verify()

    place = "1.0.0.evidence.json (answer 1.0.0)" if covered else "the approval (answer 1.0.0)"
    assert any(problem.replace("PLACE", place) in one for one in found), found


def test_a_folder_that_is_named_counts_whoever_exported_to_it(desk, tmp_path):
    assert desk.audit.verify(desk.root / "out") == []
    edited(desk.root / "out" / FOLDER / EVIDENCE, lambda said: said["audit"].update(head="sha256:1"))
    assert desk.audit.verify() == []
    assert any("1.0.0.evidence.json" in one for one in desk.audit.verify(desk.root / "out"))

    elsewhere = tmp_path / "elsewhere" / "prompts" / "other" / "versions"
    elsewhere.mkdir(parents=True)
    (elsewhere / "1.0.0.evidence.json").write_text('{"audit": {"length": 2, "head": "sha256:2"}}')
    assert any("other 1.0.0" in one for one in desk.audit.verify(tmp_path / "elsewhere"))
