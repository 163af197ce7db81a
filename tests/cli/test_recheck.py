"""`workbench recheck`, as a nightly job runs it."""

from tests.cli.conftest import hostile
from tests.support.completers import an_answer


def test_a_nightly_job_hears_whether_the_model_drifted(workbench, models):
    assert workbench("recheck").code == 0
    assert workbench("release", "approve", "answer@1").code == 0

    models.default.answer = hostile
    same = workbench("recheck", "--json")
    assert (same.code, [one["outcome"] for one in same.json]) == (0, ["same"])

    models.default.answer = lambda request: an_answer("No idea.")
    other = workbench("recheck", "answer")
    assert other.code == 3
    assert other.out.startswith("Cannot tell yet whether answer 1.0.0 is what it was: about 1 more example")

    assert workbench("recheck", "anser").code == 2
