"""Texts in quotation marks, and sentences of prompts, which such a text never breaks."""

from __future__ import annotations

import re

from workbench.text.sentences import sentences

QUOTED = re.compile(
    r"\"([^\"\n]{1,400})\"|“([^”\n]{1,400})”|«([^»\n]{1,400})»|`([^`\n]{1,400})`|(?<!\w)['‘]([^\n]{1,400}?)['’](?!\w)"
)
"""A text in quotation marks of any usual kind; exactly one group holds it. Apostrophes inside words do not count."""


def quoted(text: str) -> list[str]:
    """The texts in quotation marks, in order, without the marks."""
    return [next(group for group in match.groups() if group is not None).strip() for match in QUOTED.finditer(text)]


def split_sentences(text: str) -> list[str]:
    """The sentences of a text; what stands in quotation marks stays in one."""
    return sentences(text, whole=[match.span() for match in QUOTED.finditer(text)])
