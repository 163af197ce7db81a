"""A store that cannot be read is said on every page, and its newest copy can be put back there."""

from workbench import Workbench
from workbench.store.kept_copies import copy_name


def damage(project, *, with_copy):
    with Workbench.open(project) as wb:
        path = wb.context.store.path
        if with_copy:
            wb.context.store.copy_to(copy_name(path, "before-a-change"))
        wb.close()
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        path.write_bytes(b"x" * 20_000)


def test_the_newest_copy_of_a_damaged_store_is_put_back_with_one_press(project, show):
    damage(project, with_copy=True)

    page = show("overview")
    assert "The store cannot be read" in [title.value for title in page.title]
    assert "damaged" in page.error[0].value
    assert not page.exception

    page.button(key="put-back").click().run()

    assert not page.error
    with Workbench.open(project) as wb:
        assert [line.status for line in wb.runs.list()] == ["done"]
        assert len(wb.context.store.copies()) == 1
        assert [path.suffix for path in (project / ".workbench/copies").glob("*.damaged")] == [".damaged"]


def test_without_a_copy_the_way_out_is_an_archive(project, show):
    damage(project, with_copy=False)

    page = show("overview")

    assert "damaged" in page.error[0].value
    assert any("workbench restore FILE" in text.value for text in page.markdown)
