"""Golden rows for property tests: everything that a row may hold, as readers give it."""

from __future__ import annotations

from hypothesis import strategies as st

from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import Message

# fmt: off
AWKWARD = st.sampled_from([
    "", " ", "a,b", "a;b", 'say "hi"', '"', '""', "a\nb", "a\r\nb", "\r", "\t", "=1+1", "-x", "@x", "+1", "|", "a|b",
    "[x]", "{}", "null", "é", "😀", "\u2028", "\x85", "\ufeff", "'", "0",
])
# fmt: on
TEXT = st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12))
FILLED = TEXT.filter(lambda text: text.strip() != "")
NAME = FILLED.map(str.strip)
NUMBER = st.one_of(st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXT, inner, max_size=2)),
    max_leaves=4,
)
MAPPING = st.dictionaries(TEXT, JSON, max_size=3)
MESSAGES = st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant", "tool"]), TEXT), max_size=2)
CHECKS = st.one_of(
    st.builds(Check, st.just("equals"), TEXT),
    st.builds(Check, st.sampled_from(["contains", "icontains", "not_contains"]), TEXT.filter(bool)),
    st.builds(Check, st.sampled_from(["contains_all", "contains_any"]), st.lists(TEXT.filter(bool), min_size=1)),
    st.builds(Check, st.sampled_from(["min_words", "max_words"]), st.integers(1, 500)),
    st.builds(Check, st.just("format"), st.sampled_from(["plain", "list", "table", "json", "code"])),
    st.builds(Check, st.just("regex"), st.sampled_from([r"\d+", "(a|b)", '^"x"$'])),
    st.builds(Check, st.just("json_schema"), st.just({"type": "object", "required": ["a"]})),
    st.builds(Check, st.just("similarity"), TEXT.filter(bool), st.none() | st.floats(0, 1)),
)


@st.composite
def golden_rows(draw: st.DrawFn) -> tuple[Example, ...]:
    """Rows with ids of their own; now and then all with the same inputs, all text."""
    ids = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    columns = draw(st.none() | st.lists(NAME, min_size=1, max_size=3, unique=True))
    inputs = MAPPING if columns is None else st.fixed_dictionaries(dict.fromkeys(columns, TEXT))
    return tuple(
        Example(
            id=name,
            inputs=draw(inputs),
            expected=draw(st.none() | FILLED),
            relevant=tuple(draw(st.lists(FILLED, max_size=2))),
            expect=draw(st.sampled_from(["answer", "refuse", "ignore"])),
            checks=tuple(draw(st.lists(CHECKS, max_size=2))),
            must_pass=draw(st.booleans()),
            cluster=draw(st.none() | FILLED),
            tags=tuple(draw(st.lists(FILLED, max_size=3))),
            history=tuple(draw(MESSAGES)),
            context=draw(st.none() | st.lists(TEXT, max_size=2).map(tuple)),
            metadata=draw(MAPPING),
        )
        for name in ids
    )
