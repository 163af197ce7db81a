"""Two machines on one: a scheduler, two workers, and a server that answers them."""

from __future__ import annotations

import pytest

from tests.support.cluster import DaskCluster, hosts_missing
from tests.support.openai_server import OpenAIServer
from tests.support.projects import fill, jsonl, make_project, open_project, rows

TOML = """\
[project]
name = "Library"

[models.one]
model = "openai/tiny"
api_base = "{api_base}"
price = {{ input_per_million = 1.0, output_per_million = 2.0 }}
parameters = {{ max_tokens = 50 }}
"""


@pytest.fixture(scope="session", autouse=True)
def hosts():
    missing = hosts_missing()
    if missing:
        pytest.skip(missing)


@pytest.fixture(scope="package")
def cluster(tmp_path_factory):
    """A scheduler and two workers that no test harms."""
    with DaskCluster(tmp_path_factory.mktemp("cluster"), environ={"FAR_KEY": "of-the-workers"}) as started:
        started.add_worker()
        started.add_worker()
        yield started


@pytest.fixture
def own_cluster(tmp_path):
    """A scheduler of the test's own, still without workers."""
    with DaskCluster(tmp_path) as started:
        yield started


@pytest.fixture
def server():
    with OpenAIServer() as started:
        yield started


@pytest.fixture
def library(tmp_path, server):
    """Open a project whose model is asked at the server; more of its `workbench.toml`, and its number of rows."""
    opened = []

    def open_it(more="", count=60, **fields):
        project = make_project(tmp_path / f"project{len(opened)}", TOML.format(api_base=server.api_base) + more)
        (project / "golden.jsonl").write_text(jsonl(rows(count, **fields)))
        wb = open_project(project)
        opened.append(wb)
        fill(wb)
        return wb

    yield open_it
    for wb in opened:
        wb.close()
