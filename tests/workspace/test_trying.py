import pytest

from tests.support.builders import a_content
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.domain.prompt import Policy
from workbench.errors import InputError
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
