"""What differs between two arms: words of the prompt, model, parameters, retrieval and index. Only what differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workbench.domain.index import IndexInfo
from workbench.domain.run import Arm
from workbench.hashing import plain
from workbench.workspace.prompts.drafting import changed_parts, fields_of

SHORT_FINGERPRINT = 19
"""Of `sha256:` and a digest: enough to tell two indexes apart."""
NOTHING = "none"
APART = "Settings"
"""The part of a prompt that is told setting by setting here."""


@dataclass(frozen=True)
class Changed:
    """Something that differs."""

    what: str
    before: str
    after: str
    is_text: bool = False
    """Whether it is a text of the prompt, whose lines are compared; else a value."""


def arm_changes(before: Arm, after: Arm, index: Callable[[str], IndexInfo | None]) -> Sequence[Changed]:
    """What differs between two arms, values first, then texts of the prompt. `index` finds one by its fingerprint."""
    old, new = dict(_values(before, index)), dict(_values(after, index))
    values = [
        Changed(what, old.get(what, NOTHING), new.get(what, NOTHING))
        for what in dict.fromkeys([*old, *new])
        if old.get(what, NOTHING) != new.get(what, NOTHING)
    ]
    texts = [
        Changed(title, was, now, is_text=True)
        for title, was, now in changed_parts(fields_of(before.prompt), fields_of(after.prompt))
        if title != APART
    ]
    return [*values, *texts]


def _values(arm: Arm, index: Callable[[str], IndexInfo | None]) -> Iterator[tuple[str, str]]:
    """Everything but the prompt's texts, as words."""
    content = arm.prompt.content
    yield "Prompt", arm.prompt.label
    yield "Model", arm.model.alias if arm.model.alias == arm.model.model else f"{arm.model.alias} ({arm.model.model})"
    yield "Address of the model", arm.model.api_base or "the provider's own"
    yield from ((f"Parameter {name}", _word(value)) for name, value in arm.parameters.items())
    if arm.retrieval is not None:
        settings = asdict(arm.retrieval)
        yield "Index", str(settings.pop("index"))
        yield from ((f"Retrieval, {name}", _word(value)) for name, value in settings.items())
    if arm.borrowed is not None:
        yield "Sources shown", f"those of {arm.borrowed.arm} in run {arm.borrowed.run}"
    if arm.index_fingerprint is not None:
        yield from _index(arm.index_fingerprint, index(arm.index_fingerprint))
    yield "Sentence for declining", content.policy.refusal or NOTHING
    yield "Must cite", _word(content.policy.citations.required)
    yield "Citations look like", content.policy.citations.pattern
    yield "Hosts allowed in links", _word(content.policy.allowed_hosts)
    yield "Tools allowed", _word(content.policy.allowed_tools)
    yield "Tools", _word(content.tools)
    yield "Response schema", _word(content.response_schema)
    yield "Template format", content.template_format


def _index(fingerprint: str, info: IndexInfo | None) -> Iterator[tuple[str, str]]:
    yield "State of the index", fingerprint[:SHORT_FINGERPRINT]
    if info is None:
        return
    yield from ((f"Index, {name.replace('_', ' ')}", _word(value)) for name, value in asdict(info.settings).items())
    yield "Index, documents", f"{info.documents:,}"
    yield "Index, chunks", f"{info.chunks:,}"


def _word(value: Any) -> str:
    """A setting as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ((), {}, []):
        return NOTHING
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(plain(value), ensure_ascii=False)
