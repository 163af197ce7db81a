"""InspectorRAGet's evaluations: several people's ratings of each answer, words that mean numbers, and broken files."""

from __future__ import annotations

import json

import pytest

from workbench.errors import FormatError
from workbench.formats.results.reading import read_results


def document(**changes):
    words = [{"value": "No", "numeric_value": 1}, {"value": "Yes", "numeric_value": 4}, {"value": "?"}]
    return {
        "models": [{"model_id": "m"}],
        "metrics": [{"name": "faithful", "author": "human", "values": words}, {"name": "rl_f", "author": "algorithm"}],
        "documents": [{"document_id": "d1", "text": "A book is lent for 21 days."}],
        "tasks": [
            {
                "task_id": "t1",
                "input": [{"speaker": "user", "text": "Hello"}, {"speaker": "user", "text": "How long?"}],
                "contexts": [{"document_id": "d1"}, {"document_id": "gone"}],
                "targets": [{"text": "21 days"}],
                "Question Type": ["Factoid"],
            }
        ],
        "evaluations": [
            {
                "task_id": "t1",
                "model_id": "m",
                "model_response": "21 days.",
                "annotations": {
                    "faithful": {"ann": {"value": "Yes"}, "ben": {"value": "No"}, "cleo": {"value": "?"}},
                    "rl_f": {"system": {"value": 0.5}},
                    "empty": {},
                },
            }
        ],
    } | changes


def read(changed):
    return read_results([("evaluations.json", json.dumps(changed).encode())])


def test_answers_come_with_sources_reference_tags_and_mean_ratings():
    found = read(document())
    ((answer,),) = (arm.answers for arm in found.arms)

    assert (found.tool, found.arms[0].model, answer.text) == ("InspectorRAGet", "m", "21 days.")
    assert answer.inputs == {"question": "How long?", "conversation": "Hello"}
    assert (answer.expected, answer.sources, answer.tags) == ("21 days", ("A book is lent for 21 days.",), ("Factoid",))
    assert [(score.name, score.value, score.reason) for score in answer.scores] == [
        ("faithful", 2.5, "ann: 4; ben: 1"),
        ("rl_f", 0.5, ""),
        ("empty", None, ""),
    ]


def test_an_evaluation_of_no_task_is_refused_and_what_is_no_list_is_empty():
    with pytest.raises(FormatError, match="evaluation 1 names a task that is not in the file"):
        read(document(tasks=[]))
    with pytest.raises(FormatError):
        read(document(evaluations="none"))
    ((answer,),) = (arm.answers for arm in read(document(documents=None, metrics=[])).arms)
    assert answer.sources == ()
    # Without the metric's numbers, words count as usual: yes is 1, no is 0.
    assert answer.scores[0].value == 0.5
