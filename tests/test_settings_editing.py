"""A table of `workbench.toml` is changed, and nothing else of the file."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.gate import Gate, GateRule
from workbench.errors import FormatError, InputError
from workbench.settings import read_settings
from workbench.settings.editing import put_table
from workbench.settings.gates import gate_toml

FILE = """\
# ours
[project]
name = "Shop"   # the shop

[gates.release] # strict
rules = [
  {metric = "correct", at_least = 0.8},
  # ["not a header"]
]

# who
[people]
approvers = ["ann"]
"""
GATE = Gate((GateRule("correct", at_least=0.9), GateRule(must_pass=True)), baseline="production")
RELEASE = ("gates", "release")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "workbench.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_table_is_replaced_and_the_rest_stays_to_the_byte(file):
    put_table(file, RELEASE, gate_toml("release", GATE))

    text = file.read_text(encoding="utf-8")
    start, end = FILE.index("[gates.release]"), FILE.index("\n# who")
    assert text == FILE[:start] + gate_toml("release", GATE) + FILE[end:]
    assert read_settings(file).gates == {"release": GATE}


def test_a_new_table_comes_at_the_end_and_can_be_taken_out_again(file):
    put_table(file, ("gates", "über alles"), gate_toml("über alles", GATE))
    assert read_settings(file).gates["über alles"] == GATE

    put_table(file, ("gates", "über alles"), None)
    assert file.read_text(encoding="utf-8").rstrip() == FILE.rstrip()
    put_table(file, RELEASE, None)
    assert read_settings(file).gates == {}
    assert "# who" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "gates = {release = {rules = [{metric = 'correct', at_least = 0.8}]}}\n",
        "[gates]\nrelease = {rules = [{metric = 'correct', at_least = 0.8}]}\n",
        "[gates]\nrelease.rules = [{metric = 'correct', at_least = 0.8}]\n",
        "[gates.release]\nrules = [\n",
    ],
)
def test_what_cannot_be_changed_safely_is_left_alone(file, text):
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError):
        put_table(file, RELEASE, gate_toml("release", GATE))

    assert file.read_text(encoding="utf-8") == text


def test_a_gate_that_would_not_be_read_is_not_written():
    with pytest.raises(FormatError, match=r"gates\.release"):
        gate_toml("release", Gate((GateRule("correct", at_least=0.5, at_most=0.6),)))


names = st.text(min_size=1).filter(str.strip)
rules = st.one_of(
    st.builds(GateRule, metric=names, at_least=st.floats(-5, 5), slice=st.none() | names),
    st.builds(GateRule, metric=names, at_most=st.floats(0, 5), quantile=st.none() | st.floats(0.1, 0.9)),
    st.builds(GateRule, metric=names, not_worse_by=st.floats(0, 1), on=st.sampled_from(["bound", "mean"])),
    st.builds(GateRule, calibrated=names),
    st.builds(GateRule, labels_at_least=st.integers(1, 99)),
)


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(min_size=1),
    gate=st.builds(Gate, st.lists(rules, min_size=1, max_size=3).map(tuple), st.none() | names),
)
def test_every_gate_is_written_as_it_is_read(name, gate):
    from workbench.formats.fields import Fields
    from workbench.settings.gates import read_gate

    written = tomllib.loads(gate_toml(name, gate))["gates"][name]

    def complain(path, problem, hint):
        return FormatError(f"{path} {problem}")

    assert read_gate(Fields.of(written, (), complain)) == gate
