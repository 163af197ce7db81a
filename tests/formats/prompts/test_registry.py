"""The formats that there are, and that the guide says of each what it carries."""

from __future__ import annotations

from pathlib import Path

import workbench
from workbench.formats.prompts.registry import FORMATS, PARTS

GUIDE = Path(workbench.__file__).parent / "guide" / "interchange.md"


def table():
    rows = [["", "", "import", "export", *PARTS], ["---"] * (4 + len(PARTS))]
    for form in FORMATS:
        marks = ["yes" if part in form.carries else "" for part in PARTS]
        rows.append([form.title, f"`{form.name}`", "yes", "yes" if form.write else "", *marks])
    return "".join("|" + "|".join(f" {cell} " if cell else " " for cell in row) + "|\n" for row in rows).replace(
        " --- ", "---"
    )


def test_the_guides_table_says_what_each_format_carries():
    text = GUIDE.read_text(encoding="utf-8")

    assert text.partition("<!-- formats: begin -->\n")[2].partition("<!-- formats: end -->")[0] == table()


def test_names_are_distinct_and_every_written_format_has_an_ending_of_its_own():
    assert len({form.name for form in FORMATS}) == len(FORMATS)
    endings = [form.ending for form in FORMATS if form.write]
    assert all(endings)
    assert len(set(endings)) == len(endings)
    assert all(form.carries <= set(PARTS) for form in FORMATS)
