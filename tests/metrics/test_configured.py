import re

import pytest

from tests.support.scoring import an_output
from workbench.domain.score import Scored, Unscored
from workbench.errors import InputError
from workbench.metrics.configured import configured


def test_a_project_can_ask_for_a_pattern_a_schema_or_brevity():
    polite = configured("polite", {"kind": "regex", "pattern": "(?i)please", "title": "Says please"})
    assert polite.info.title == "Says please"
    assert polite.score(an_output("Please wait")) == Scored(1.0, "met")
    assert polite.score(an_output("Wait")) == Scored(0.0, "the answer does not match '(?i)please'")
    assert configured("short", {"kind": "max_words", "words": 2}).score(an_output("one two three")).value == 0.0
    assert configured("json", {"kind": "json_schema", "schema": {"type": "array"}}).score(an_output("[]")).value == 1.0


def test_a_project_can_ask_for_a_length_a_format_or_a_language():
    assert configured("long", {"kind": "min_words", "words": 3}).score(an_output("one two")).value == 0.0
    assert (
        configured("table", {"kind": "format", "format": "table"}).score(an_output("| a |\n|---|\n| b |")).value == 1.0
    )
    german = configured("german", {"kind": "language", "language": "de-AT"})
    assert german.score(an_output("Bitte fragen Sie am Schalter nach.")).value == 1.0
    assert german.score(an_output("Please ask at the desk about it.")) == Scored(0.0, "in en, not in de")
    assert isinstance(german.score(an_output("30 Tage")), Unscored)
    assert isinstance(german.score(an_output("Please ask at the desk.", expect="ignore")), Unscored)


def test_rows_to_be_ignored_are_unscored():
    metric = configured("short", {"kind": "max_words", "words": 2})
    assert isinstance(metric.score(an_output("one", expect="ignore")), Unscored)


def test_other_options_are_another_version():
    def version(words):
        return configured("short", {"kind": "max_words", "words": words}).info.version

    assert version(2) == version(2) != version(3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "must be one of regex, json_schema, min_words, max_words, format, language, python"),
        ({"kind": "similarity", "value": "a"}, "must be one of regex"),
        ({"kind": "regex"}, "needs 'pattern'"),
        ({"kind": "regex", "pattern": "("}, "cannot be read"),
        ({"kind": "regex", "pattern": "a", "words": 3}, "unknown key 'words'"),
        ({"kind": "max_words", "words": "few"}, "whole number"),
        ({"kind": "min_words", "words": -1}, "whole number"),
        ({"kind": "format", "format": "poem"}, "needs one of plain, list, table, json, code"),
        ({"kind": "language"}, "needs 'language'"),
        ({"kind": "language", "language": "Klingon!"}, 'is no language.*Write its code, such as "de"'),
        ({"kind": "language", "language": "de" + "_aaa" * 60 + "!"}, "is no language"),
        ({"kind": "language", "language": "de", "words": 3}, "unknown key 'words'"),
        ({"kind": "python"}, "needs 'function'"),
    ],
)
def test_a_wrong_table_is_refused_by_name(options, message):
    with pytest.raises(InputError, match=r"\[metrics\.mine\]") as caught:
        configured("mine", options)
    assert re.search(message, str(caught.value))
