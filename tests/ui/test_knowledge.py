"""The Knowledge page: search with reasons, documents as they were cut, building."""

from workbench import Workbench
from workbench.domain.index import Chunk
from workbench.ui.knowledge.chunk_view import chunked

WAIT_S = 30


def shown(at):
    kinds = ("markdown", "caption", "info", "warning", "error", "success", "title", "subheader")
    texts = [str(element.value) for kind in kinds for element in getattr(at, kind)]
    titles = [element.proto.title for kind in ("warning", "error") for element in getattr(at, kind)]
    return "\n".join([*texts, *titles, *(block.body for block in at.get("html"))]).replace("\\", "")


def press(at, label):
    return next(button for button in at.button if button.label == label).click().run()


def test_an_empty_project_offers_a_sample_and_the_way_to_build(empty_project, show):
    at = show("knowledge")

    assert not at.exception
    assert "No documents are indexed yet" in shown(at)
    assert [button.label for button in at.get("download_button")] == ["Download a sample document"]
    assert "Folder" in [field.label for field in at.text_input]


def test_a_question_in_the_address_is_answered_with_ranks_and_marked_words(project, show):
    at = show("knowledge", q="late book")

    text = shown(at)
    assert not at.exception
    assert "loans.md › Loans › Late books" in text
    assert "By meaning: rank 1 · by words: rank 1" in text
    assert ">late</mark>" in text


def test_the_kind_of_search_and_how_many_are_in_the_address(project, show):
    at = show("knowledge", q="library opening hours", search="bm25", k="1")

    assert "BM25" in shown(at)
    assert len([block for block in at.get("html") if "By meaning" in block.body]) == 1


def test_a_question_without_anything_in_common_says_so(project, show):
    assert "Nothing in these documents" in shown(show("knowledge", q="zebra quantum", search="bm25"))


def test_a_document_is_shown_with_its_chunks(project, show):
    at = show("knowledge", view="documents", document="loans.md")

    text = shown(at)
    assert not at.exception
    assert "chunk 1</span>" in text
    assert "A late book costs 20 cents a day." in text


def test_unchanged_files_are_said_to_be_so(project, show):
    at = show("knowledge", view="documents")

    press(at, "Have the files changed?")

    assert "The files are as they were" in shown(at)


def test_changed_files_are_named_and_the_index_is_rebuilt(project, show):
    with Workbench.open(project) as wb:
        wb.build_index("own", project / "documents")
    at = show("knowledge", index="own", view="documents")
    (project / "documents" / "hours.md").write_text("# Opening hours\n\nAlways open.", encoding="utf-8")

    press(at, "Have the files changed?")
    assert "Changed: hours.md." in shown(at)

    press(at, "Rebuild")
    with Workbench.open(project) as wb:
        started = wb.indexes.building("own")
        if started is not None:
            started.wait(WAIT_S)
        assert not wb.indexes.changes(wb.indexes.get("own")).any


def test_a_folder_is_looked_at_before_anything_is_built(project, show):
    (project / "more").mkdir()
    (project / "more" / "fees.md").write_text("# Fees\n\nA card is free.", encoding="utf-8")
    (project / "more" / "data.bin").write_bytes(b"\x00\x01")
    at = show("knowledge", view="build", folder="more")

    assert not at.exception
    assert "**1 document** can be read" in shown(at)
    assert [box.label for box in at.expander][:1] == ["Left out: 1"]
    with Workbench.open(project) as wb:
        assert [info.name for info in wb.indexes.list()] == ["library"]


def test_build_makes_an_index_with_the_chosen_settings(project, show):
    (project / "more").mkdir()
    (project / "more" / "fees.md").write_text("# Fees\n\nA card is free.", encoding="utf-8")
    at = show("knowledge", view="build", folder="more", chunker="sentences", size="50", overlap="5")

    press(at, "Build")
    with Workbench.open(project) as wb:
        started = wb.indexes.building("more")
        if started is not None:
            started.wait(WAIT_S)
        info = wb.indexes.get("more")
    at.run()

    assert not at.exception
    assert (info.settings.chunker, info.settings.chunk_size, info.settings.chunk_overlap) == ("sentences", 50, 5)
    assert any("more" in list(table.value["Index"]) for table in at.table)


def test_a_folder_that_is_not_there_is_an_error_and_stays_typed(project, show):
    at = show("knowledge", view="build", folder="nowhere")

    assert not at.exception
    assert "There is no file or folder" in shown(at)
    assert next(field for field in at.text_input if field.label == "Folder").value == "nowhere"


def test_impossible_settings_are_an_error_in_words(project, show):
    at = show("knowledge", view="build", folder="documents", size="20", overlap="30")

    assert not at.exception
    assert "overlap" in shown(at)


def test_document_text_is_never_markup():
    text = "<script>alert(1)</script> & more"

    html = chunked(text, [Chunk("c", "a.md", 0, text, 0, len(text))])

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_text_that_two_chunks_share_is_shown_once():
    text = "one two three"
    chunks = [Chunk("a", "d.md", 0, "one two", 0, 7), Chunk("b", "d.md", 1, "two three", 4, 13)]

    html = chunked(text, chunks)

    assert html.count("two") == 1
    assert [html.count(f"chunk {n}<") for n in (1, 2)] == [1, 1]


def test_a_very_long_document_is_cut_short_with_a_word():
    text = "word " * 20_000

    html = chunked(text, [Chunk("a", "d.md", 0, text, 0, len(text))])

    assert "40,000 characters more" in html
    assert len(html) < len(text)
