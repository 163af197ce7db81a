"""Every open rule of a gate leads somewhere."""

import pytest

from workbench.ui.release.ways import Judged, Way, settle_words, way_on

JUDGED = Judged("desk@2", "r1", "golden@1", "golden@1")
GROWN = Judged("desk@2", "r1", "golden@1", "golden@2", more_rows=20)


def rule(kind, settle, verdict="cannot tell yet", metric=None):
    return {"kind": kind, "settle": settle, "verdict": verdict, "metric": metric}


@pytest.mark.parametrize(
    ("judged", "asked", "way"),
    [
        (JUDGED, rule("score", "", "pass"), None),
        (
            JUDGED,
            rule("complete", "Ask the rest too: workbench resume r1"),
            Way("Go on with the run", "run", {"run": "r1"}),
        ),
        (
            JUDGED,
            rule("complete", "Run desk@2 on all rows."),
            Way("Run all rows", "run", {"prompt": ["desk@2"], "dataset": "golden@1"}),
        ),
        (
            GROWN,
            rule("score", "About 40 more rows like these would settle it."),
            Way("Run 20 more", "run", {"prompt": ["desk@2"], "dataset": "golden@2"}),
        ),
        (
            JUDGED,
            rule("attacks", "Run 33 more attacks that do not succeed."),
            Way("Add 33 more", "datasets", {"set": "golden"}),
        ),
        (
            JUDGED,
            rule("score", "Run both: workbench run --prompt desk@1 --prompt desk@2 --dataset golden@1"),
            Way("Run both", "run", {"prompt": ["desk@1", "desk@2"], "dataset": "golden@1"}),
        ),
        (
            JUDGED,
            rule("labels", "Have people review 5 more answers of run r1."),
            Way("Review answers", "review", {"run": "r1"}),
        ),
        (
            JUDGED,
            rule("calibrated", "", metric="grounded"),
            Way("Look at the judge", "judges", {"run": "r1", "judge": "grounded"}),
        ),
        (JUDGED, rule("score", "", "fail"), Way("Read the answers", "compare", {"run": "r1"})),
    ],
)
def test_a_rule_leads_to_what_settles_it(judged, asked, way):
    assert way_on(asked, judged) == way


def test_no_command_stands_beside_a_link_that_does_the_same():
    assert settle_words("Run both: workbench run --prompt desk@1 --prompt desk@2 --dataset golden@1") == "Run both."
    assert settle_words("Read those answers.") == "Read those answers."
