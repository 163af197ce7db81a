from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.prompt import RetrievalSettings
from workbench.errors import InputError
from workbench.retrieval.filters import keys_of, matching
from workbench.retrieval.index import open_index

DOCUMENTS = {
    "de/urlaub.md": {"locale": "de", "year": 2023, "tags": ["hr", "leave"], "draft": False},
    "en/leave.md": {"locale": "en", "year": "2024", "tags": ["hr"], "draft": "true"},
    "en/pay.md": {"locale": "en", "year": 2025.5, "reviewed": "2026-03-01"},
    "plain.md": {},
}
DE, LEAVE, PAY, PLAIN = DOCUMENTS


def passing(wanted):
    found = matching(DOCUMENTS, wanted)
    return set(DOCUMENTS) if found is None else found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, {DE, LEAVE, PAY, PLAIN}),
        ({"locale": "de"}, {DE}),
        ({"locale": ["de", "en"]}, {DE, LEAVE, PAY}),
        ({"locale": []}, set()),
        ({"locale": "fr"}, set()),
        ({"locale": "en", "year": {"$gte": 2025}}, {PAY}),
        ({"locale": "en", "document": "*leave*"}, {LEAVE}),
        ({"document": ["plain.md", "de"]}, {DE, PLAIN}),
        ({"locale": {"$ne": "en"}}, {DE, PLAIN}),
        ({"locale": {"$ne": ["en", "de"]}}, {PLAIN}),
        ({"year": {"$gte": 2023, "$lte": "2024"}}, {DE, LEAVE}),
        ({"year": 2024}, {LEAVE}),
        ({"year": "2023"}, {DE}),
        ({"year": {"$gte": "soon"}}, set()),
        ({"draft": True}, {LEAVE}),
        ({"draft": "false"}, {DE}),
        ({"tags": "leave"}, {DE}),
        ({"tags": {"$ne": "leave"}}, {LEAVE, PAY, PLAIN}),
        ({"reviewed": {"$gte": "2026-02-28"}}, {PAY}),
        ({"reviewed": {"$lte": "2026-02-28"}}, set()),
    ],
)
def test_a_filter_lets_through_what_holds_for_all_of_its_keys(wanted, expected):
    assert passing(wanted) == expected


def test_a_filter_that_lets_all_through_is_told_from_one_that_lets_none_through():
    assert matching(DOCUMENTS, {"document": "*"}) is None
    assert matching(DOCUMENTS, {"document": "nothing"}) == frozenset()


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"language": "de"}, "names 'language', which no document of the index has. It can name 'document', 'draft',"),
        ({"document": 3}, "filter's document is 3"),
        ({"document": ["a", 3]}, "must be a pattern or a list"),
        ({"year": {"$gt": 3}}, r"'\$gt', which is no condition. There is: \$gte, \$lte, \$ne"),
        ({"year": None}, "filter's year is None"),
        ({"year": [{"$gte": 3}]}, "Give a text, a number"),
        ({"year": {"$gte": [1, 2]}}, r"filter's year is \[1, 2\]"),
    ],
)
def test_a_filter_that_cannot_be_followed_says_what_can(wanted, problem):
    with pytest.raises(InputError, match=problem):
        matching(DOCUMENTS, wanted)


def test_the_keys_come_with_their_values_for_choosing():
    assert keys_of(DOCUMENTS) == {
        "draft": ["false", "true"],
        "locale": ["de", "en"],
        "reviewed": ["2026-03-01"],
        "tags": ["hr", "leave"],
        "year": [2023.0, 2024.0, 2025.5],
    }


simple = st.booleans() | st.integers(-99, 99) | st.text(max_size=3) | st.floats(allow_nan=False, allow_infinity=False)


@given(values=st.lists(simple, min_size=1), wanted=simple)
def test_equal_and_unequal_share_out_the_documents(values, wanted):
    documents = {f"{at}.md": {"key": value} for at, value in enumerate(values)}
    equal, unequal = (matching(documents, {"key": condition}) for condition in (wanted, {"$ne": wanted}))
    both = [set(documents) if found is None else found for found in (equal, unequal)]
    assert both[0] | both[1] == set(documents)
    assert not both[0] & both[1]
    at_least, at_most = (matching(documents, {"key": {name: wanted}}) for name in ("$gte", "$lte"))
    assert (both[0] if at_least is None else at_least) & (both[0] if at_most is None else at_most) <= both[0]


def many(document, count):
    """Documents of one text each; every fiftieth is of another kind."""
    words = ["leave", "salary", "laptop", "password", "manager", "office", "travel"]
    return [
        document(
            f"{words[at % 7]} rules number {at} and {words[at % 5]}",
            f"{at:04}.md",
            {"kind": "rare" if at % 50 == 0 else "common", "number": at},
        )
        for at in range(count)
    ]


@pytest.mark.parametrize("mode", ["dense", "bm25", "hybrid"])
def test_every_chunk_that_a_filter_lets_through_can_be_reached_however_few_they_are(document, build_from, mode):
    retriever = open_index(*build_from(many(document, 600)))
    for wanted, count in (({"kind": "rare"}, 12), ({"number": {"$gte": 597}}, 3), ({"number": 123}, 1)):
        hits = retriever.retrieve("rules", RetrievalSettings("handbook", k=50, search=mode, filter=wanted))
        assert len(hits) == count


def test_metadata_is_part_of_what_an_index_is(document, build_from):
    text = "Thirty days of leave."
    fingerprints = [
        build_from([document(text, "a.md", metadata)])[1].fingerprint for metadata in ({}, {"year": 1}, {"year": 2})
    ]
    assert len(set(fingerprints)) == 3
