import sys
import types

import pytest

from tests.support.completers import Scripted
from workbench.errors import ContentFilteredError
from workbench.workspace.runs.results import Run


@pytest.fixture
def shown(monkeypatch):
    """What a notebook would display. IPython is the notebook's, not ours, so a stand-in takes its place."""
    displayed = []
    display = types.ModuleType("IPython.display")
    display.HTML = lambda text: ("html", text)
    display.display = displayed.append
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return displayed


def test_a_run_shows_its_counts_its_verdict_and_a_chart(finished, shown):
    Run(finished, finished.runs.find("latest"))._ipython_display_()

    (_, counts), (_, table), chart = shown
    assert "12 of 12 done, 0 failed" in counts
    assert "answer@1:one" in table
    assert chart.to_dict()["$schema"].startswith("https://vega.github.io/schema/vega-lite")


def test_a_comparison_shows_table_and_chart(finished, shown):
    finished.compare("latest")._ipython_display_()

    (kind, table), chart = shown
    assert (kind, "answer@2:one" in table) == ("html", True)
    assert chart.to_dict()["$schema"].startswith("https://vega.github.io/schema/vega-lite")


def test_an_estimate_shows_its_totals_and_a_row_for_each_arm(filled, shown):
    filled.estimate(["answer@1", "answer@2"], "golden", models="offline/reader")._ipython_display_()

    ((kind, text),) = shown
    assert kind == "html"
    assert "12 answers · costs nothing" in text
    assert "answer@2:offline/reader" in text


def test_a_run_in_which_everything_failed_shows_that_and_no_chart(filled, models, shown):
    models.default = Scripted(lambda request: ContentFilteredError("refused"))
    filled.run(["answer@1", "answer@2"], "golden", models="one")._ipython_display_()

    assert len(shown) == 2
    assert "0 of 12 done, 12 failed, cost" in shown[0][1]
    assert "No scores to compare" in shown[1][1]
