"""The estimate on the Run page, before the button that starts a run."""

from __future__ import annotations

import pytest

from tests.support.openai_server import OpenAIServer
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.workspace import jobs

PROBE = "Probe: ask 5 first"
WAIT_S = 30.0
TOML = """
[models.remote]
model = "openai/tiny"
api_base = "{address}"
api_key_env = "REMOTE_KEY"
price = {{ input_per_million = 1.0, output_per_million = 2.0 }}
"""


def text_of(at):
    return " ".join(e.value for kind in (at.markdown, at.caption) for e in kind).replace("\\", "")


def buttons(at):
    return [button.label for button in at.button]


def press(at, label):
    return next(button for button in at.button if button.label == label).click().run()


@pytest.fixture
def remote(project, monkeypatch):
    """A model with a price, behind real HTTP."""
    monkeypatch.setenv("REMOTE_KEY", "not-a-key")
    with OpenAIServer() as server:
        with (project / "workbench.toml").open("a", encoding="utf-8") as file:
            file.write(TOML.format(address=server.api_base))
        yield server


def test_the_embedded_reader_needs_no_probe(seen):
    at = seen("run", repeats="2")

    assert not at.exception
    assert "24 answers · costs nothing · up to " in text_of(at)
    assert PROBE not in buttons(at)


def test_what_was_asked_before_is_said_to_be_replayed(seen):
    assert "All answers are replayed from earlier runs and cost nothing." in text_of(seen("run"))


def test_each_arm_stands_in_a_table(seen):
    at = seen("run", repeats="2")

    asked = [cell.replace("\\", "") for cell in at.table[0].value["Asked"]]
    assert asked == ["desk@1:offline/reader", "desk@2:offline/reader"]
    assert "6 earlier answers of this version" in at.table[0].value["Tokens"].iloc[0]


def test_a_probe_makes_known_what_was_unknown(project, show, remote):
    at = show("run", model="remote", prompt="desk@2")
    assert "6 answers · cost unknown · time unknown" in text_of(at)

    at = press(at, PROBE)
    with Workbench.open(project) as wb:
        run = wb.runs.find("latest")
    jobs.find(str(project), run).wait(WAIT_S)
    at = at.run()

    assert not at.exception
    assert len(remote.requests) == 5
    assert "The probe got 5 of 5 answers. Its cost: $0.00" in text_of(at)
    assert "5 of the answers are replayed from earlier runs" in text_of(at)
    assert "6 answers · $0.00" in text_of(at)
    assert PROBE not in buttons(at)


def test_rows_that_are_too_long_are_told_before_and_cannot_be_started(project, show, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    with Workbench.open(project) as wb:
        rows = [Example("q-*long*", {"question": "the library " * 10_000}), Example("q-2", {"question": "When?"})]
        wb.add_dataset([*rows], name="long")

    at = show("run", dataset="long@1", prompt="desk@1", model="openai/gpt-4")

    assert "does not fit desk" in at.warning[0].value
    assert "*long*" not in at.warning[0].value
    at = press(at, "Start")
    assert "Too long for" in at.error[0].proto.title
    with Workbench.open(project) as wb:
        assert len(wb.runs.list()) == 1


def test_an_estimate_is_not_worked_out_twice_for_the_same_plan(project, show, monkeypatch):
    from workbench.workspace.estimates.estimating import Estimates

    worked_out = []
    whole = Estimates.of_plan
    monkeypatch.setattr(Estimates, "of_plan", lambda self, plan: worked_out.append(plan) or whole(self, plan))

    at = show("run")
    at.run()
    at.run()

    assert len(worked_out) == 1
