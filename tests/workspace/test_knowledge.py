"""Why a search found something, whether sources changed, builds in the background, and uploads."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import InputError, NotAllowedError
from workbench.workspace import building
from workbench.workspace.projects import init
from workbench.workspace.uploads import LONGEST_NAME, file_name

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

    def build(report):
        report(1, 4)
        reported.set()
        assert go_on.wait(WAIT_S)
        return "an index"

    first = building.start("project", "shop", build)
    assert reported.wait(WAIT_S)
    second = building.start("project", "shop", build)
    building.put_away("project", "shop")

    assert second is first is building.find("project", "shop")
    assert (first.share, first.done) == (0.25, False)
    go_on.set()
    assert first.wait(WAIT_S) == "an index"
    building.put_away("project", "shop")


def test_uploads_are_kept_in_the_project_and_can_be_indexed(wb):
    folder = wb.indexes.keep_uploads("handbook", [("../../fees.md", b"# Fees\n\nNone."), ("C:\\temp\\b.txt", b"text")])

    assert folder == wb.root / ".workbench" / "uploads" / "handbook"
    assert sorted(path.name for path in folder.iterdir()) == ["b.txt", "fees.md"]
    assert wb.build_index("handbook", folder).documents == 2


def test_an_upload_of_the_same_name_replaces_the_file(wb):
    wb.indexes.keep_uploads("handbook", [("fees.md", b"old")])
    folder = wb.indexes.keep_uploads("handbook", [("fees.md", b"new")])

    assert (folder / "fees.md").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["", "..", "a/b", "../up", ".hidden", "x" * 101, "a..b"])
def test_a_name_that_is_no_folder_name_keeps_nothing(wb, name):
    with pytest.raises(InputError, match="folder's name"):
        wb.indexes.keep_uploads(name, [("fees.md", b"text")])
    assert not (wb.root / ".workbench" / "uploads").exists()


def test_two_files_of_one_name_keep_nothing(wb):
    with pytest.raises(InputError, match=r"Two files are called 'FEES\.md'"):
        wb.indexes.keep_uploads("handbook", [("fees.md", b"a"), ("deep/FEES.md", b"b")])
    assert not (wb.root / ".workbench" / "uploads").exists()


def test_who_is_no_engineer_brings_no_documents(wb):
    reviewer = wb.acting_as(Actor("rita", frozenset({"reviewer"})))

    with pytest.raises(NotAllowedError):
        reviewer.indexes.keep_uploads("handbook", [("fees.md", b"text")])


@given(st.text(max_size=300))
def test_a_file_name_from_outside_stays_in_its_folder(given_name):
    try:
        safe = file_name(given_name)
    except InputError:
        return
    assert 0 < len(safe) <= LONGEST_NAME
    assert not set('/\\<>:"|?*\0\n') & set(safe)
    assert not safe.startswith(".")


def test_a_long_name_keeps_its_ending():
    assert file_name("x" * 300 + ".pdf").endswith("x.pdf")
