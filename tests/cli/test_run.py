"""What `workbench run` says of a run while it goes on and when it has ended."""

from tests.support.completers import Scripted
from tests.support.projects import right
from workbench.errors import BadRequestError

ASKED = ("run", "--prompt", "answer@1", "--prompt", "answer@2", "--dataset", "golden", "--concurrency", "1")


def test_replayed_answers_are_counted_apart(workbench):
    first = workbench(*ASKED, "--model", "one", "--no-cache")
    again = workbench(*ASKED, "--model", "one")

    assert "replayed" not in first.err
    assert "12 of 12 done, 12 replayed from earlier runs, 0 failed" in again.err


def test_a_model_that_is_down_is_told_when_it_pauses_and_at_the_end(workbench, models):
    models.script("one", Scripted(lambda request: BadRequestError("The [service] is down.")))
    models.script("two", Scripted(right))

    ended = workbench(*ASKED, "--model", "one", "--model", "two", "--no-cache")

    assert ended.err.count("one pauses: The [service] is down.") == 1
    assert "one, 5 failed: BadRequestError: The [service] is down." in ended.err
    assert "one: 7 not asked after that." in ended.err
    assert "--retry-failed` asks for what is missing and again for what failed." in ended.err


def test_a_budget_stands_beside_the_counts(workbench, project):
    toml = project / "workbench.toml"
    toml.write_text(toml.read_text().replace("[models.one]", "[models.one]\nparameters = { max_tokens = 100 }"))

    ended = workbench(*ASKED, "--model", "one", "--no-cache", "--max-cost", "5")

    assert " of $5.00" in ended.err
