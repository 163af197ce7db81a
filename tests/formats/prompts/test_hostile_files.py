"""Whatever a file holds, it is read or refused with a reason: nothing else comes out, and nothing takes long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.prompt_files import FILES, imported
from workbench.errors import FormatError, InputError
from workbench.formats.prompts import registry

NAMES = [one.name for one in registry.FORMATS]
WORDS = r"""{{ }} {% %} {# #} {{{ ~ \{{ {{# {{/ {{> {{! --}} --- : - [ ] { } " ' | > & * ! # user: system: null true 1e999 -0
.nan <<: &a *a !!python/object/apply:os.system file:// ${env:HOME} ${file:/etc/passwd} name messages prompts tests
template role content _type lc vars assert type value input output é"""
TOKENS = st.sampled_from([*WORDS.split(), "\n", "\t", " ", "\0", "\ud83d", "\u2028", "\ufeff"])
KEYS = """name model prompt prompts messages role content template tests vars assert type value config tools inputs outputs
default kind sample id lc kwargs _type examples suffix testData evaluators string description properties data version
parameters options configuration metadata workbench"""


def only_refusals(text, form, file="a.yaml"):
    try:
        found = imported(text, file, form)
    except InputError:
        return
    assert found.prompts or found.examples


@pytest.mark.parametrize("form", NAMES)
@settings(max_examples=25)
@given(text=st.one_of(st.text(max_size=200), st.lists(TOKENS, max_size=30).map(" ".join)))
def test_any_text_is_read_or_refused(form, text):
    only_refusals(text, form)


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=15)
@given(data=st.data())
def test_a_file_that_was_cut_up_is_read_or_refused(file, data):
    form, text = FILES[file]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = (
            text[:start] + data.draw(st.one_of(TOKENS, st.just(text[start:end] * 2), st.text(max_size=5))) + text[end:]
        )
    only_refusals(text, form, file)
    only_refusals(text, None, file)


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "user", "{{a}}", "f", "1", "file://x"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(KEYS.split()),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("form", [name for name in NAMES if name != "workbench"])
@settings(max_examples=40)
@given(value=VALUES)
def test_values_of_any_kind_anywhere_are_read_or_refused(form, value):
    import json

    text = json.dumps(value)
    only_refusals(f"---\n{text}\n---\nuser:\n{{{{a}}}}\n" if form in ("prompty", "dotprompt") else text, form)


BOMBS = {
    "bomb": "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)),
    "deep": "[" * 10_000,
    "deep JSON": '{"a":' * 10_000,
    "deep YAML": "a: " + "[" * 2_000 + "]" * 2_000,
    "tag": "messages: !!python/object/apply:os.system [id]",
    "cycle": "a: &a\n  b: *a",
}
LONG = {
    "spaces": " " * 200_000 + "x",
    "braces": "{{" * 100_000,
    "comments": "{# #}" * 5_000 + "{{a}}",
    "Handlebars comments": "{{! }}\n" * 5_000 + "{{a}}",
    "raw": "{% raw %}" * 5_000,
    "rules": "---\n" * 2_000,
    "roles": "user:\n" * 1_000,
    "pictures": "![" * 100_000,
    "spaces in a statement": "{% for" + " " * 200_000,
    "spaces behind a file": "---\nsample: '${file:" + " " * 100_000 + "'\n---\nuser:\n{{a}}",
}


@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_and_deep_nesting_are_refused(form, bomb):
    text = f"---\n{BOMBS[bomb]}\n---\nuser:\n{{{{a}}}}\n" if form in ("prompty", "dotprompt") else BOMBS[bomb]
    with pytest.raises(FormatError):
        imported(text, "a.yaml", form)


@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize("long", LONG)
def test_endless_lines_and_repeats_are_read_in_time_that_grows_with_their_length(form, long):
    only_refusals(LONG[long], form)
    only_refusals(f"---\n---\n{LONG[long]}", form)


@pytest.mark.parametrize("form", NAMES)
def test_what_is_too_long_is_refused_before_it_is_looked_at(form):
    with pytest.raises(FormatError, match="more than 1,048,576 characters"):
        imported("x" * 10_000_000, form=form)
    with pytest.raises(FormatError, match="more than 1,048,576 characters"):
        imported("x" * 10_000_000)
