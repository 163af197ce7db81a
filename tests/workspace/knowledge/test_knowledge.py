"""Why a search found something, whether sources changed, builds in the background, and uploads."""

import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import InputError, NotAllowedError
from workbench.workspace import uploads
from workbench.workspace.knowledge.building import Building, under_way
from workbench.workspace.projects import init
from workbench.workspace.uploads import LONGEST_NAME, proposed_name

WAIT_S = 30


@pytest.fixture
def wb(tmp_path):
    root = init(tmp_path / "shop").directory
    (root / "documents").mkdir()
    for name, text in {
        "returns.md": "# Returns\n\nGoods can be returned within 30 days.\n",
        "delivery.md": "# Delivery\n\nParcels arrive within 3 days.\n\n## Abroad\n\nParcels abroad take 9 days.\n",
    }.items():
        (root / "documents" / name).write_text(text, encoding="utf-8")
    with Workbench.open(root, actor=Actor("ann")) as opened:
        yield opened


@pytest.fixture
def info(wb):
    return wb.build_index("shop", wb.root / "documents")


def test_a_found_chunk_says_its_ranks_and_the_words_it_shares(wb, info):
    found = wb.indexes.explain(info, "When do parcels arrive?", RetrievalSettings(index="shop", k=2))

    best = found[0]
    assert [best.hit.chunk.text[a:b] for a, b in best.words] == ["Parcels", "arrive"]
    assert (best.by_meaning, best.by_words) == (1, 1)
    assert [one.hit for one in found] == list(
        wb.indexes.query("shop", "When do parcels arrive?", RetrievalSettings(index="shop", k=2))
    )


def test_ranks_are_those_of_each_search_alone(wb, info):
    query = "parcels abroad"
    found = wb.indexes.explain(info, query, RetrievalSettings(index="shop", k=4))

    for search, ranks in (("dense", "by_meaning"), ("bm25", "by_words")):
        alone = {
            hit.chunk.id: hit.rank
            for hit in wb.indexes.query("shop", query, RetrievalSettings(index="shop", k=50, search=search))
        }
        assert {one.hit.chunk.id: getattr(one, ranks) for one in found} == {
            one.hit.chunk.id: alone.get(one.hit.chunk.id) for one in found
        }


def test_what_lies_below_the_floor_is_told_after_what_would_be_shown(wb, info):
    everything = wb.indexes.explain(info, "parcels abroad", RetrievalSettings(index="shop", k=4, search="bm25"))
    assert len(everything) > 1
    floor = everything[0].hit.fit

    found = wb.indexes.explain(
        info, "parcels abroad", RetrievalSettings(index="shop", k=4, search="bm25", min_score=floor)
    )

    assert [one.hit.chunk for one in found] == [one.hit.chunk for one in everything]
    assert [one.below_floor for one in found] == [one.hit.fit < floor for one in everything]


def test_documents_can_be_filtered_by_what_their_front_matter_says(wb):
    (wb.root / "documents" / "old.md").write_text("---\nyear: 2019\n---\n\n# Old\n\nText.", encoding="utf-8")
    info = wb.build_index("shop", wb.root / "documents")

    assert list(wb.indexes.filter_keys(info)) == [
        key for document in wb.indexes.documents(info) for key in document.metadata
    ]


def test_looking_for_nothing_is_an_error(wb, info):
    with pytest.raises(InputError, match="nothing to look for"):
        wb.indexes.explain(info, "  ", RetrievalSettings(index="shop"))


def test_a_document_is_cut_as_its_index_cut_it(wb, info):
    cut = [chunk for document in wb.indexes.documents(info) for chunk in wb.indexes.cut(document, info.settings)]

    assert len(cut) == info.chunks


def test_unchanged_sources_are_no_changes(wb, info):
    assert not wb.indexes.changes(info).any


def test_new_changed_and_removed_files_are_named(wb, info):
    folder = wb.root / "documents"
    (folder / "new.md").write_text("# New\n\nSomething.", encoding="utf-8")
    (folder / "returns.md").write_text("# Returns\n\nWithin 14 days.", encoding="utf-8")
    (folder / "delivery.md").unlink()

    changes = wb.indexes.changes(info)

    assert (changes.added, changes.changed, changes.removed) == (["new.md"], ["returns.md"], ["delivery.md"])


def test_a_relative_source_is_looked_for_in_the_project(wb, monkeypatch):
    monkeypatch.chdir(wb.root)
    info = wb.build_index("shop", "documents")
    monkeypatch.chdir(wb.root.parent)

    assert not wb.indexes.changes(info).any


def test_sources_that_are_gone_are_an_error(wb, info):
    (wb.root / "documents").rename(wb.root / "elsewhere")

    with pytest.raises(InputError, match="no file or folder"):
        wb.indexes.changes(info)


def test_a_rebuild_has_the_files_as_they_are_now_and_the_same_settings(wb):
    info = wb.build_index("shop", wb.root / "documents", settings=IndexSettings(chunk_size=40, chunk_overlap=5))
    (wb.root / "documents" / "new.md").write_text("# New\n\nSomething.", encoding="utf-8")

    wb.indexes.rebuild(info).wait(WAIT_S)

    rebuilt = wb.indexes.get("shop")
    assert (rebuilt.documents, rebuilt.settings) == (3, info.settings)
    assert not wb.indexes.changes(rebuilt).any


def test_a_background_build_ends_with_its_index_and_is_found_until_put_away(wb):
    started = wb.indexes.start("shop", [wb.root / "documents"], IndexSettings())

    assert started.wait(WAIT_S) == wb.indexes.get("shop")
    assert started.done
    assert started.share == 1.0
    assert wb.indexes.building("shop") is started
    wb.indexes.put_away("shop")
    assert wb.indexes.building("shop") is None


def test_what_broke_a_build_off_is_raised_to_whoever_waits(wb):
    with pytest.raises(InputError, match="no file or folder"):
        wb.indexes.start("shop", [wb.root / "nowhere"], IndexSettings()).wait(WAIT_S)


def test_a_build_that_goes_on_is_not_started_twice():
    go_on, reported = threading.Event(), threading.Event()

    def build(report, stop):
        report(1, 4)
        reported.set()
        assert go_on.wait(WAIT_S)
        return "an index"

    first = under_way.start("project", "shop", Building("shop", build))
    assert reported.wait(WAIT_S)
    second = under_way.start("project", "shop", Building("shop", build))
    under_way.put_away("project", "shop")

    assert second is first is under_way.find("project", "shop")
    assert (first.share, first.done) == (0.25, False)
    go_on.set()
    assert first.wait(WAIT_S) == "an index"
    under_way.put_away("project", "shop")


def inside(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_uploads_are_kept_in_the_project_and_can_be_indexed(wb):
    kept = wb.indexes.keep_uploads("handbook", [("../../fees.md", b"# Fees\n\nNone."), ("C:\\temp\\b.txt", b"text")])

    assert kept.folder == wb.root / ".workbench" / "uploads" / "handbook"
    assert inside(kept.folder) == ["fees.md", "temp/b.txt"]
    assert wb.build_index("handbook", kept.folder).documents == 2


def test_a_folder_keeps_its_subfolders_and_gives_its_name(wb):
    files = [("Staff handbook/fees.md", b"# Fees"), ("Staff handbook/leave/rules.md", b"# Rules")]

    assert proposed_name(name for name, _ in files) == "Staff-handbook"
    assert inside(wb.indexes.keep_uploads("staff", files).folder) == ["fees.md", "leave/rules.md"]


def test_files_of_two_folders_stay_apart(wb):
    kept = wb.indexes.keep_uploads("both", [("a/fees.md", b"one"), ("b/fees.md", b"two")])

    assert inside(kept.folder) == ["a/fees.md", "b/fees.md"]


def test_an_upload_of_the_same_name_replaces_the_file(wb):
    wb.indexes.keep_uploads("handbook", [("fees.md", b"old"), ("rules.md", b"stays")])
    kept = wb.indexes.keep_uploads("handbook", [("fees.md", b"new")])

    assert (kept.folder / "fees.md").read_bytes() == b"new"
    assert inside(kept.folder) == ["fees.md", "rules.md"]


def test_a_folder_brought_again_can_replace_the_one_before(wb):
    wb.indexes.keep_uploads("handbook", [("fees.md", b"old"), ("gone.md", b"old")])
    kept = wb.indexes.keep_uploads("handbook", [("fees.md", b"new")], replace=True)

    assert inside(kept.folder.parent) == ["handbook/fees.md"]
    assert (kept.folder / "fees.md").read_bytes() == b"new"


@pytest.mark.parametrize("replace", [True, False])
def test_what_was_replaced_or_added_can_be_taken_back_and_done_again(wb, replace):
    with pytest.raises(InputError, match="Nothing is kept"):
        wb.indexes.take_back_uploads("handbook")
    wb.indexes.keep_uploads("handbook", [("fees.md", b"old"), ("rules.md", b"old")])
    assert not wb.indexes.has_uploads_of_before("handbook")
    kept = wb.indexes.keep_uploads("handbook", [("fees.md", b"new"), ("more.md", b"new")], replace=replace)
    after = inside(kept.folder)

    wb.indexes.take_back_uploads("handbook")
    assert inside(kept.folder) == ["fees.md", "rules.md"]
    assert (kept.folder / "fees.md").read_bytes() == b"old"

    wb.indexes.take_back_uploads("handbook")
    assert inside(kept.folder) == after
    assert (kept.folder / "fees.md").read_bytes() == b"new"


def test_what_cannot_be_kept_is_named_with_the_reason_and_the_rest_is_kept(wb):
    given = [
        ("fees.md", b"a"),
        ("FEES.md", b"b"),
        (".git/config", b"c"),
        ("fees.md/deep.md", b"d"),
        ("/".join("x" * 30), b"e"),
    ]

    kept = wb.indexes.keep_uploads("handbook", given)

    assert inside(kept.folder) == ["fees.md"]
    reasons = [reason for _, reason in kept.left_out]
    assert [name for name, _ in kept.left_out] == [name for name, _ in given[1:]]
    assert reasons[0] == "another file is called 'FEES.md'"
    assert reasons[1] == "hidden"
    assert "as the folder it lies in" in reasons[2]
    assert "deep" in reasons[3]


def test_too_many_files_are_refused_with_the_way_out(wb, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)

    with pytest.raises(InputError, match="Type the folder's path") as raised:
        wb.indexes.keep_uploads("handbook", [(f"{number}.md", b"text") for number in range(3)])
    assert "3 files" in raised.value.message
    assert not wb.indexes.has_uploads("handbook")


@pytest.mark.parametrize("name", ["", "..", "a/b", "../up", ".hidden", "x" * 101, "a..b"])
def test_a_name_that_is_no_folder_name_keeps_nothing(wb, name):
    with pytest.raises(InputError, match="folder's name"):
        wb.indexes.keep_uploads(name, [("fees.md", b"text")])
    assert not (wb.root / ".workbench" / "uploads").exists()


def test_files_of_which_none_can_be_kept_are_an_error(wb):
    with pytest.raises(InputError, match="no file to keep"):
        wb.indexes.keep_uploads("handbook", [(".hidden", b"a"), ("..", b"b")])
    assert not wb.indexes.has_uploads("handbook")


def test_who_is_no_engineer_brings_no_documents(wb):
    reviewer = wb.acting_as(Actor("rita", frozenset({"reviewer"})))

    with pytest.raises(NotAllowedError):
        reviewer.indexes.keep_uploads("handbook", [("fees.md", b"text")])


@given(st.lists(st.text("ab/\\\\.\x00\u202e:", max_size=12), min_size=1, max_size=5))
def test_uploads_stay_in_their_folder_whatever_they_are_called(names):
    with TemporaryDirectory() as state:
        try:
            kept = uploads.keep(Path(state), "set", [(name, b"text") for name in names])
        except InputError:
            assert list(Path(state).iterdir()) == []
            return
        files = [path for path in Path(state).rglob("*") if path.is_file()]
        assert len(files) == kept.files == len(names) - len(kept.left_out)
        assert all(path.is_relative_to(kept.folder) for path in files)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_the_proposed_name_can_be_used(names):
    with TemporaryDirectory() as state:
        uploads.keep(Path(state), proposed_name(names), [("a.md", b"text")])


def test_a_long_name_keeps_its_ending(wb):
    (name,) = inside(wb.indexes.keep_uploads("handbook", [("x" * 300 + ".pdf", b"text")]).folder)

    assert name.endswith("x.pdf")
    assert len(name) <= LONGEST_NAME
