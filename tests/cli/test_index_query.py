"""`workbench index query` with filters."""

from __future__ import annotations

import pytest

QUERY = ("index", "query", "library", "How long are books lent?", "--json")


def found(workbench, *conditions):
    options = [part for condition in conditions for part in ("--filter", condition)]
    return [chunk["document"] for chunk in workbench(*QUERY, *options).json["chunks"]]


def test_a_filter_keeps_to_the_documents_of_which_it_holds(workbench):
    assert found(workbench, "document=loans.md", "document=other.md") == ["loans.md"]
    assert found(workbench, "document=fees/*") == []


def test_a_filter_of_a_key_that_no_document_has_says_which_there_are(workbench):
    ended = workbench(*QUERY, "--filter", "year>=2024")

    assert ended.code == 2
    assert "names 'year', which no document of the index has. It can name 'document'." in ended.err


@pytest.mark.parametrize(
    ("conditions", "problem"),
    [
        (("locale",), "'locale' is no condition: write KEY=VALUE"),
        (("=de",), "'=de' is no condition"),
        (("locale=de", "locale!=en"), "names 'locale' with = and with another sign"),
    ],
)
def test_what_is_no_condition_is_refused_with_an_example(workbench, conditions, problem):
    ended = workbench(*QUERY, *(part for condition in conditions for part in ("--filter", condition)))

    assert ended.code == 2
    assert problem in ended.err


def test_a_floor_leaves_out_what_fits_less_and_fit_says_how_much(workbench):
    (first, *_) = chunks = workbench(*QUERY).json["chunks"]
    assert f"{first['fit']:.2f}" in workbench(*QUERY[:-1]).out

    at_floor = workbench(*QUERY, "--min-score", str(first["fit"])).json["chunks"]
    assert at_floor == [chunk for chunk in chunks if chunk["fit"] >= first["fit"]]

    nothing = workbench(*QUERY[:-1], "--min-score", "1")
    assert (nothing.code, nothing.out, "Nothing was found." in nothing.err) == (0, "", True)


def test_a_floor_that_nothing_can_reach_is_refused(workbench):
    ended = workbench(*QUERY, "--min-score", "7")
    assert (ended.code, "no chunk fits by more than 1" in ended.err) == (2, True)
