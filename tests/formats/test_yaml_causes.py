"""What is wrong with a YAML file is said in plain words, with the line and the way out."""

import pytest

from workbench.errors import FormatError
from workbench.formats import yaml_nodes


@pytest.mark.parametrize(
    ("text", "line", "problem", "way_out"),
    [
        ("messages:\n  - role: user\n   content: x\n", 3, "indentation of this line does not fit", "same column"),
        ("messages:\n  - role: user\n   - role: user\n", 3, "indentation of this line does not fit", "same column"),
        ("a: b\n  c: d\n", 2, "indentation of this line does not fit", "same column"),
        (" a: b\nc: d\n", 2, "indentation of this line does not fit", "same column"),
        ("a: Answer: briefly\n", 1, "a value with a colon and a blank in it has to be in quotes", "below `|`"),
        ('a: "Yes" or no\n', 1, "goes on behind its end", "quotes around the whole value"),
        ("a: {{question}} please\n", 1, "goes on behind its end", "quotes around the whole value"),
        ("a: {{question}}\n", 1, "two braces has to be in quotes", "below `|`"),
        ("a:\n\tb: c\n", 2, "a tab stands where only blanks may", "Indent with blanks"),
        ("a: b\nmessages\nc: d\n", 2, "neither `key: value` nor indented", "put a colon"),
        ('a: b\nc: "open\nd: e\n', 2, "a quote is opened here and never closed", "Close it"),
        ('a: "C:\\docs"\n', 1, "a backslash in double quotes", "two backslashes"),
        ("a: @home\n", 1, "a value that begins with a sign", "Put quotes"),
        ("a: *home\n", 1, "a value that begins with a sign", "Put quotes"),
        ("a: [1, 2\nb: c\n", 2, "a bracket is opened and not closed", "Close it"),
        ("Hello world.\n\n# Title\n\nMore text\n", 5, "a text of another kind", "`prompt_name:`"),
        ("# Title\n\n**Bold** text\nwith more: here\n", 3, "a text of another kind", "`prompt_name:`"),
        ("---\na: b\n---\n# Title\n", 3, "a text of another kind", "`prompt_name:`"),
        ('{"a": 1}\n{"a": 2}\n', 2, "a text of another kind", "`prompt_name:`"),
    ],
)
def test_the_usual_causes_are_said_in_plain_words_with_the_way_out(text, line, problem, way_out):
    with pytest.raises(FormatError) as caught:
        yaml_nodes.read(text, "x.prompt.yaml")

    assert problem in caught.value.problem
    assert way_out in caught.value.hint
    assert (caught.value.file, caught.value.line) == ("x.prompt.yaml", line)


def test_what_is_not_usual_is_said_as_the_parser_says_it():
    with pytest.raises(FormatError, match=r"line 1, column 5: this is not YAML: expected chomping"):
        yaml_nodes.read("a: >x\n")
