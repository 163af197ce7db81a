"""Questions of judges put into a `workbench.toml`, and taken out, with everything else in it left as it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import InputError
from workbench.settings.editing import toml_value, values_of, with_table

WIDEST = 100
"""Characters of a list of questions that stands on one line."""


def with_question(text: str, judge: str, question: str, model: str | None = None) -> str:
    """The file's text with a question more in `[judges.NAME]`, which is begun at its end where it is not there.

    A judge that begins is given `model`; None leaves it without one. Comments and order stay. Raises InputError where the
    judge has the question already, and where the text is written in a way that cannot be added to safely.
    """
    table = _judge(text, judge)
    questions = list(table.get("criteria", ()))
    if question in questions:
        raise InputError(f"The judge {judge!r} asks this already.", hint="Choose another judge, or word it otherwise.")
    if not table:
        named = [] if model is None else [f"model = {toml_value(model)}"]
        lines = [f"[judges.{judge}]", *named, f"criteria = {toml_value([question])}"]
        return _with_table(text, judge, "\n".join(lines))
    return _edited(text, judge, [*questions, question], lambda written: written.append(question))


def without_question(text: str, judge: str, question: str, *, drop_judge: bool) -> str:
    """The file's text without that question; the same text where it is not there.

    With `drop_judge`, a judge that has no other question is taken out as a whole.
    """
    questions = list(_judge(text, judge).get("criteria", ()))
    if question not in questions:
        return text
    left = [other for other in questions if other != question]
    if not left and drop_judge:
        return _with_table(text, judge, None)
    return _edited(text, judge, left, lambda written: written.remove(question))


def _judge(text: str, judge: str) -> Mapping[str, Any]:
    judges = values_of(text).get("judges", {})
    table = judges.get(judge, {}) if isinstance(judges, dict) else {}
    return table if isinstance(table, dict) else {}


def _with_table(text: str, judge: str, table: str | None) -> str:
    return _with_ends(text, with_table(text.replace("\r\n", "\n"), ("judges", judge), table))


def _edited(text: str, judge: str, questions: list[str], edit: Callable[[Any], object]) -> str:
    """The text with the judge's list of questions edited, proven to say that and nothing else new."""
    import tomlkit

    meant = tomllib.loads(text)
    _replace(meant["judges"][judge], questions)
    # Whatever goes wrong in there, the file must stay as it is.
    try:
        document = tomlkit.parse(text.replace("\r\n", "\n"))
        table: Any = document.get("judges", {})[judge]
        if not questions:
            table.pop("criteria")
        elif "criteria" in table:
            edit(table["criteria"])
        else:
            array = tomlkit.array()
            array.extend(questions)
            table["criteria"] = array.multiline(sum(map(len, questions)) > WIDEST)
        written = _with_ends(text, tomlkit.dumps(document))
        says = tomllib.loads(written)
    except Exception as error:
        raise _by_hand(judge) from error
    if says != meant:
        raise _by_hand(judge)
    return written


def _replace(table: dict[str, Any], questions: list[str]) -> None:
    table["criteria"] = questions
    if not questions:
        del table["criteria"]


def _with_ends(before: str, written: str) -> str:
    """What was written, with the line ends that the text had."""
    return written.replace("\n", "\r\n") if "\r\n" in before else written


def _by_hand(judge: str) -> InputError:
    return InputError(
        f"[judges.{judge}] of workbench.toml is written in a way that cannot be edited safely. Nothing was changed.",
        hint="Change its criteria by hand.",
    )
