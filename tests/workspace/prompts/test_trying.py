import pytest

from tests.support.builders import a_content
from tests.support.completers import an_answer
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.domain.model import Usage
from workbench.domain.prompt import Policy, PromptFile
from workbench.errors import (
    BudgetReachedError,
    InputError,
    OverloadedError,
    ProviderError,
    StoreError,
    WorkbenchError,
)
from workbench.store.store import Store
from workbench.workspace.projects import init

ROW = Example("q-1", {"question": "How long is a book lent?"}, context=("A book is lent for 21 days.", "Tea is free."))
CITES = 'Use only the sources. Cite each as [n]. If they do not say it, reply with exactly: "No."'


@pytest.fixture
def wb(tmp_path):
    with Workbench.open(init(tmp_path / "project").directory, environ={"WORKBENCH_USER": "ann"}) as opened:
        yield opened


def test_several_prompts_are_asked_at_once_and_each_streams_into_its_own_place(wb):
    plain, citing = (
        a_content(user="{{context}}\n\n{{question}}"),
        a_content("Sources:\n\n{{context}}\n\nQuestion: {{question}}", CITES),
    )
    heard = {0: "", 1: ""}

    def hear(position, piece):
        heard[position] += piece

    answers = wb.tries.ask_side_by_side([(plain, None), (citing, "offline/reader")], ROW, on_piece=hear)

    assert [answer.completion.text for answer in answers] == [heard[0], heard[1]]
    assert "21 days" in heard[1]


def test_the_sources_that_an_answer_names_are_known(wb):
    content = a_content(user="{{context}}\n\n{{question}}", system=CITES, policy=Policy(refusal="No."))

    answer = wb.tries.ask(content, ROW)

    assert "[1]" in answer.completion.text
    assert answer.cited == {1}


def test_one_prompt_that_cannot_be_filled_does_not_keep_the_others_from_answering(wb):
    broken, fine = a_content(user="{{nothing}}", variables=("nothing",)), a_content(user="{{context}} {{question}}")

    first, second = wb.tries.ask_side_by_side([(broken, None), (fine, None)], ROW, on_piece=lambda *_: None)

    assert isinstance(first, InputError)
    assert "nothing" in str(first)
    assert second.completion.text


TOML = """
[models.dear]
model = "openai/dear"
api_base = "http://127.0.0.1:9/v1"
price = { input_per_million = 1.0, output_per_million = 2.0 }
parameters = { max_tokens = 10_000 }

[models.unpriced]
model = "openai/unpriced"
api_base = "http://127.0.0.1:9/v1"
parameters = { max_tokens = 10 }
"""
ASKS = a_content(user="{{question}}")
A_CENT = an_answer("21 days", usage=Usage(0, 5_000))


@pytest.fixture
def scripted(wb, models):
    """Opens the project with two hosted models and, it may be, a budget; `dear` answers for a cent."""
    models.default.answer = lambda request: A_CENT

    def opened(budget: str = "") -> Workbench:
        toml = wb.root / "workbench.toml"
        toml.write_text('[project]\nname = "p"\n' + TOML + budget)
        return Workbench.open(wb.root, environ={"WORKBENCH_USER": "ann", "OPENAI_API_KEY": "not-a-key"})

    return opened


def spent(wb) -> list[tuple]:
    return wb.context.read(lambda s: s.rows("SELECT what, prompt, use_case, model, usd FROM spend_apart"))


def test_what_a_try_costs_is_kept_with_the_prompt_it_was_for(scripted):
    with scripted() as wb:
        wb.prompts.save(PromptFile("desk", ASKS, use_case="support"))
        wb.tries.ask(ASKS, ROW, model="dear", prompt="desk")
        wb.tries.ask(ASKS, ROW, model="dear")

        assert spent(wb) == [("try", "desk", "support", "dear", 0.01), ("try", None, None, "dear", 0.01)]
        assert wb.spending.month().spent.known_usd == 0.02


def test_a_try_of_unknown_price_is_kept_as_unknown(scripted):
    with scripted() as wb:
        wb.tries.ask(ASKS, ROW, model="unpriced")

        assert spent(wb) == [("try", None, None, "unpriced", None)]
        assert wb.spending.month().text == "at least $0"


def test_a_free_try_never_waits_for_the_store_to_write(scripted, monkeypatch):
    with scripted("[budget]\nmonth_usd = 1.0\n") as wb:
        monkeypatch.setattr(Store, "write", None)

        answer = wb.tries.ask(a_content(user="{{context}} {{question}}"), ROW, model="offline/reader")

        assert answer.completion.text


def test_tries_side_by_side_stay_within_the_months_budget(scripted, models):
    with scripted("[budget]\nmonth_usd = 0.045\n") as wb:
        answers = wb.tries.ask_side_by_side([(ASKS, "dear")] * 6, ROW, on_piece=lambda *_: None)

        answered = [one for one in answers if not isinstance(one, WorkbenchError)]
        refused = [one for one in answers if isinstance(one, BudgetReachedError)]
        assert (len(answered) + len(refused), len(models.default.requests)) == (6, len(answered))
        assert 2 <= len(answered) <= 4
        assert "could cost up to $0.02" in refused[0].message
        assert "month_usd" in refused[0].hint
        assert wb.spending.month().spent.usd == pytest.approx(0.01 * len(answered))


def test_a_try_of_unknown_price_is_refused_while_a_budget_is_in_force(scripted, models):
    with scripted("[budget]\nmonth_usd = 1.0\n") as wb:
        with pytest.raises(ProviderError, match="'unpriced' may cost at most is not known"):
            wb.tries.ask(ASKS, ROW, model="unpriced")

        assert models.default.requests == []


@pytest.mark.parametrize(("status", "kept"), [(None, True), (500, False)])
def test_a_try_that_failed_keeps_its_reservation_only_where_it_may_be_charged(scripted, models, status, kept):
    models.default.answer = lambda request: OverloadedError("it broke", status=status)
    with scripted("[budget]\nmonth_usd = 1.0\n") as wb:
        with pytest.raises(OverloadedError):
            wb.tries.ask(ASKS, ROW, model="dear")

        assert (wb.spending.month().spent.reserved_usd > 0.02) is kept
        assert spent(wb) == []


def test_an_answer_is_not_lost_when_its_cost_cannot_be_written_down(scripted, monkeypatch):
    with scripted() as wb:

        def fails(*_):
            raise StoreError("the disk is full")

        monkeypatch.setattr(Store, "write", fails)
        answer = wb.tries.ask(ASKS, ROW, model="dear")

        assert answer.completion.text == "21 days"
        assert answer.completion.notes == ("Its cost could not be written down: the disk is full",)
