"""What a prompt of ours, or a golden set, loses in a format that has no place for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from workbench.domain.dataset import Example
from workbench.domain.prompt import Message, Policy, PromptContent, PromptFile
from workbench.errors import InputError
from workbench.formats.dataset_ids import with_ids
from workbench.formats.dataset_rows import to_row
from workbench.formats.prompts import braces, jinja
from workbench.formats.prompts.composing import as_mustache, joined
from workbench.formats.prompts.foreign import Losses
from workbench.templates.messages import few_shot_messages, last_user_position
from workbench.templates.parsing import Part, parse

_FIELDS = {
    "expected": "the expected answer",
    "relevant": "the sources named",
    "expect": "whether a refusal is expected",
    "checks": "the checks",
    "must_pass": "the mark of what must pass",
    "cluster": "the cluster",
    "tags": "the tags",
    "history": "the earlier turns",
    "context": "the planted sources",
    "metadata": "the metadata",
}


def message_parts(content: PromptContent) -> list[tuple[Message, tuple[Part, ...]]]:
    """The messages with what they mean, few-shot pairs written out as the turns that a model is sent."""
    last = last_user_position(content)
    read = [(message, joined(parse(message.content, content.template_format))) for message in content.messages]
    pairs: list[tuple[Message, tuple[Part, ...]]] = [
        (message, joined([message.content])) for message in few_shot_messages(content)
    ]
    return [*read[:last], *pairs, *read[last:]]


def texts(content: PromptContent, syntax: Syntax, losses: Losses) -> list[tuple[Message, str]]:
    """The messages with their texts in another syntax, in which what it reads alike stays as it is written.

    Raises InputError for what cannot be said in it.
    """
    found = []
    for message, parts in message_parts(content):
        text = message.content if _reads_alike(message.content, parts, syntax) else syntax.write(parts)
        if content.template_format == "mustache" and text != message.content and as_mustache(parts) != message.content:
            losses.add("Variables are spelled in one way, and comments left out; what a model is sent stays the same.")
        found.append((message, text))
    return found


@dataclass(frozen=True)
class Syntax:
    """How another tool writes templates."""

    read: Callable[[str], tuple[Part, ...]]
    """Raises InputError for what it does not know."""
    write: Callable[[tuple[Part, ...]], str]


BRACES = Syntax(lambda text: braces.read(text, "", 1), braces.write)
JINJA = Syntax(lambda text: jinja.read(text, "", 1, Losses()), jinja.write)


def _reads_alike(text: str, parts: tuple[Part, ...], syntax: Syntax) -> bool:
    try:
        return syntax.read(text) == parts
    except InputError:
        return False


def prompt_losses(prompt: PromptFile, carried: Collection[str], losses: Losses) -> None:
    """Note what of a prompt the format has no place for; `carried` names the parts that it has."""
    content = prompt.content
    if content.template_format == "f-string":
        losses.add("The variables are written as {{name}}, not as {name}; the messages are the same.")
    if content.few_shot:
        pairs = len(content.few_shot)
        what = (
            "The few-shot pair is written out as two messages."
            if pairs == 1
            else (f"The {pairs} few-shot pairs are written out as messages.")
        )
        losses.add(what)
    checks = (
        ("model", content.model is not None, f"The model {content.model!r} is left out."),
        ("parameters", bool(content.parameters), f"Parameters are left out: {_listed(content.parameters)}."),
        ("tools", bool(content.tools), f"{_counted(len(content.tools), 'tool')} left out."),
        ("answer schema", content.response_schema is not None, "The schema of the answer is left out."),
        ("changelog", bool(prompt.changelog), "The changelog is left out."),
        ("use case", prompt.use_case is not None, f"The use case {prompt.use_case!r} is left out."),
        (
            "retrieval",
            content.retrieval is not None,
            "Retrieval is left out: whoever uses the file fills {{context}} with sources.",
        ),
        ("policy", content.policy != Policy(), "The policy (refusal, citations, allowed hosts and tools) is left out."),
    )
    for part, there, text in checks:
        if there and part not in carried:
            losses.add(text)


def row_losses(examples: Sequence[Example], carried: Collection[str], losses: Losses) -> None:
    """Note what golden rows lose; `carried` names the columns that the format has."""
    if not examples:
        return
    derived = with_ids([replace(example, id="") for example in examples])
    if "id" not in carried and any(a.id != b.id for a, b in zip(examples, derived, strict=True)):
        losses.add("The rows lose their ids, and get new ones from their content.")
    written = [to_row(example) for example in examples]
    for column, words in _FIELDS.items():
        count = sum(column in row for row in written)
        if count and column not in carried:
            losses.add(f"1 row loses {words}." if count == 1 else f"{count:,} rows lose {words}.")


def no_rows(examples: Sequence[Example], losses: Losses) -> None:
    """Note that the format has no place for golden rows at all."""
    if examples:
        losses.add(f"{_counted(len(examples), 'golden row')} left out: this format holds no tests.")


def _counted(count: int, noun: str) -> str:
    return f"1 {noun} is" if count == 1 else f"{count:,} {noun}s are"


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
