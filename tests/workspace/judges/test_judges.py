"""The list of a project's judges."""

from tests.support.completers import Scripted, an_answer
from tests.support.projects import TOML, fill, make_project, open_project

OWN = TOML + '[judges.style]\nmodel = ["one", "two"]\nvotes = 2\ncriteria = ["Is it brief?"]\n'


def test_judges_with_a_model_come_first_and_each_says_what_it_means(tmp_path):
    with open_project(make_project(tmp_path / "desk", OWN)) as wb:
        first, *others = wb.judges.list()

    assert (first.name, first.models, first.votes, first.number) == ("style", ("one", "two"), 2, None)
    assert {"groundedness", "faithfulness", "correctness", "tone"} <= {line.name for line in others}
    assert not any(line.models for line in others)
    assert all(line.meaning for line in others)


def test_a_judge_has_a_number_once_it_was_used(tmp_path, models):
    models.default = Scripted(lambda _: an_answer("no verdict"))
    with open_project(make_project(tmp_path / "desk", OWN)) as wb:
        fill(wb)
        wb.run("answer@1", "golden", models="one", metrics=["checks"], judges=["style"])

        assert wb.judges.list()[0].number == 1
