from __future__ import annotations

import pytest

from workbench.retrieval.globs import matches


@pytest.mark.parametrize(
    ("name", "pattern", "fits"),
    [
        ("a.md", "*.md", True),
        ("sub/a.md", "*.md", True),
        ("sub/a.md", "a.md", True),
        ("sub/a.md", "sub", True),
        ("sub/a.md", "sub/", True),
        ("sub/a.md", "./sub/*", True),
        ("sub/a.md", "**/a.md", True),
        ("a.md", "**/a.md", True),
        ("sub/deep/a.md", "deep", True),
        ("a.md", "A.md", False),
        ("a.md", "b*", False),
        ("subway/a.md", "sub", False),
        ("a[1].md", "a[[]1].md", True),
    ],
)
def test_a_pattern_fits_a_name_its_last_part_or_a_folder_above_it(name, pattern, fits):
    assert matches(name, pattern) is fits
