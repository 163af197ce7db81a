"""Two versions of the program on one store: the older one says so everywhere, and touches nothing."""

from __future__ import annotations

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.support.commands import workbench
from workbench import Workbench
from workbench.api import prompt_routes


@pytest.fixture
def from_tomorrow(empty_project):
    """A project whose store a newer program migrated; gives its file and its bytes."""
    with Workbench.open(empty_project) as wb:
        wb.prompts.list()
        store = wb.context.store.path
    with duckdb.connect(str(store)) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES ('m999_from_tomorrow', now()::TIMESTAMP)")
    return store, store.read_bytes()


def test_the_app_says_which_version_is_needed_on_every_page(from_tomorrow, show):
    for page in ("overview", "review", "release"):
        at = show(page)
        assert not at.exception
        assert [title.value for title in at.title] == ["This project belongs to a newer version"]
        assert "newer version of this program" in at.error[0].value.replace("\\", "")
        assert "Update the program" in " ".join(text.value for text in at.markdown)
    store, before = from_tomorrow
    assert store.read_bytes() == before


def test_the_command_line_and_the_api_refuse_it_and_say_the_way_out(from_tomorrow):
    store, before = from_tomorrow
    project = store.parents[1]

    told = workbench("prompt", "list", cwd=project)
    assert told.returncode == 2
    assert "newer version of this program" in told.stderr
    assert "Update the program" in told.stderr

    with Workbench.open(project) as wb:
        client = TestClient(
            Starlette(routes=prompt_routes(lambda: wb)), base_url="http://localhost", client=("127.0.0.1", 50000)
        )
        answer = client.get("/api/prompts/support")
        assert answer.status_code == 503
        assert "newer version of this program" in answer.json()["error"]
    assert store.read_bytes() == before
    assert [path.name for path in store.parent.glob("copies/*")] == []
