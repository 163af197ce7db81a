import pytest

from workbench.errors import FormatError, InputError
from workbench.workspace.runs.plan_file import options_from
from workbench.workspace.runs.planning import RunOptions

PLAN = """\
prompt: [answer@1, answer@2]
model: one
dataset: golden
metric: correct
repeats: 3
timeout: 20
parameters: {temperature: 0.2}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


def test_a_plan_file_has_the_commands_options_as_keys(file):
    assert options_from(file, {}) == RunOptions(
        prompts=("answer@1", "answer@2"),
        models=("one",),
        dataset="golden",
        metrics=("correct",),
        repeats=3,
        timeout_s=20,
        parameters={"temperature": 0.2},
    )


def test_options_given_by_hand_win_and_those_not_given_leave_the_plan_alone(file):
    given = {"prompts": ("answer@3",), "models": (), "dataset": None, "repeats": 1, "concurrency": None}

    made = options_from(file, given)

    assert (made.prompts, made.models, made.dataset, made.repeats) == (("answer@3",), ("one",), "golden", 1)


@pytest.mark.parametrize(
    ("written", "read"), [("handbook", ("handbook",)), ("[handbook, handbook-small]", ("handbook", "handbook-small"))]
)
def test_a_plan_names_one_index_or_several(file, written, read):
    file.write_text(PLAN + f"index: {written}\n")

    assert options_from(file, {}).index == read
    assert options_from(file, {"index": ("other",)}).index == ("other",)


def test_a_plan_may_borrow_the_chunks_of_an_earlier_run(file):
    file.write_text(PLAN + "chunks_from: r1:answer@1\n")

    assert options_from(file, {}).chunks_from == ("r1:answer@1",)


@pytest.mark.parametrize(
    ("written", "given", "used"), [("true", None, False), ("false", None, True), ("true", True, True)]
)
def test_a_plan_may_leave_the_cache_out(file, written, given, used):
    file.write_text(PLAN + f"no_cache: {written}\n")

    assert options_from(file, {"use_cache": given}).use_cache is used


def test_a_plan_may_hold_the_run_to_a_cost_and_say_where_it_is_carried_out(file):
    file.write_text(PLAN + "max_cost: 5\nexecutor: dask://127.0.0.1:8786\n")

    assert options_from(file, {}).max_cost_usd == 5
    assert options_from(file, {"max_cost_usd": 9.0}).max_cost_usd == 9
    assert options_from(file, {}).executor == "dask://127.0.0.1:8786"


def test_without_a_plan_file_the_options_stand_alone():
    assert options_from(None, {"prompts": ("a",), "dataset": "d"}) == RunOptions(("a",), "d")


def test_no_golden_set_is_an_error(tmp_path):
    with pytest.raises(InputError, match="--dataset"):
        options_from(None, {"prompts": ("a",)})


def test_unknown_keys_are_refused_with_their_line(file):
    file.write_text(PLAN + "modle: two\n")

    with pytest.raises(FormatError, match=r"plan\.yaml, line 8.*modle"):
        options_from(file, {})
