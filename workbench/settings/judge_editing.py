"""Questions of judges put into a `workbench.toml`, and taken out, with everything else in it left as it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from workbench.errors import InputError

FORM_WIDTH = 100
"""A list of questions that is longer is written one question a line."""


def with_question(text: str, judge: str, question: str, model: str | None = None) -> str:
    """The file's text with a question more in `[judges.NAME]`, which is begun where it is not there.

    A judge that begins is given `model`; None leaves it without one. Comments and order stay. Raises InputError where the
    judge has the question already, and where the text is written in a way that cannot be added to safely.
    """
    before = tomllib.loads(text)
    table = _judge(before, judge)
    if question in table.get("criteria", ()):
        raise InputError(f"The judge {judge!r} asks this already.", hint="Choose another judge, or word it otherwise.")
    wanted: dict[str, Any] = dict(table) or ({"model": model} if model else {})
    wanted["criteria"] = [*table.get("criteria", ()), question]
    return _edited(text, before, judge, wanted)


def without_question(text: str, judge: str, question: str, *, drop_judge: bool) -> str:
    """The file's text without that question; the same text where it is not there.

    With `drop_judge`, a judge that has no other question is taken out as a whole.
    """
    before = tomllib.loads(text)
    table = _judge(before, judge)
    questions = list(table.get("criteria", ()))
    if question not in questions:
        return text
    questions.remove(question)
    wanted: dict[str, Any] | None = {name: value for name, value in table.items() if name != "criteria"}
    if questions and wanted is not None:
        wanted["criteria"] = questions
    elif drop_judge:
        wanted = None
    return _edited(text, before, judge, wanted)


def _judge(document: Mapping[str, Any], judge: str) -> Mapping[str, Any]:
    judges = document.get("judges", {})
    table = judges.get(judge, {}) if isinstance(judges, dict) else {}
    return table if isinstance(table, dict) else {}


def _edited(text: str, before: Mapping[str, Any], judge: str, wanted: Mapping[str, Any] | None) -> str:
    """The text with this table, None for none, proven to say that and nothing else new."""
    others = {name: value for name, value in before.get("judges", {}).items() if name != judge}
    judges = others if wanted is None else {**others, judge: dict(wanted)}
    rest = {name: value for name, value in before.items() if name != "judges"}
    meant = {**rest, "judges": judges} if judges else rest
    # Whatever goes wrong in there, the file must stay as it is.
    try:
        written = _with_ends(text, _written(text.replace("\r\n", "\n"), judge, wanted))
        says = tomllib.loads(written)
    except Exception as error:
        raise _by_hand(judge) from error
    if {name: value for name, value in says.items() if value or name != "judges"} != meant:
        raise _by_hand(judge)
    return written


def _written(text: str, judge: str, wanted: Mapping[str, Any] | None) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    judges: Any = document.get("judges", {})
    if wanted is None:
        del judges[judge]
        return tomlkit.dumps(document).rstrip("\n") + "\n"
    if judge not in judges:
        # At the end of the file, where it cannot come between a table and its comments.
        lines = [
            f"[judges.{judge}]",
            *(f"{name} = {tomlkit.item(value).as_string()}" for name, value in wanted.items()),
        ]
        return "\n".join([text.rstrip("\n"), "", *lines, ""]).lstrip("\n")
    table = judges[judge]
    if "criteria" not in wanted:
        table.pop("criteria", None)
        return tomlkit.dumps(document)
    questions = list(wanted["criteria"])
    old = table.get("criteria")
    if old is None:
        array = tomlkit.array()
        array.extend(questions)
        table["criteria"] = array.multiline(sum(map(len, questions)) > FORM_WIDTH or len(questions) > 1)
    elif len(questions) > len(old):
        old.append(questions[-1])
    else:
        for question in [question for question in old if question not in questions]:
            old.remove(question)
    return tomlkit.dumps(document)


def _with_ends(before: str, written: str) -> str:
    """What was written, with the line ends that the text had."""
    return written.replace("\n", "\r\n") if "\r\n" in before else written


def _by_hand(judge: str) -> InputError:
    return InputError(
        f"[judges.{judge}] of workbench.toml is written in a way that cannot be edited safely. Nothing was changed.",
        hint="Add the question to its criteria by hand.",
    )
