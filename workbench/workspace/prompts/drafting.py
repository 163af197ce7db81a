"""Drafts of prompts: what an editor holds, what is wrong with it, and the prompt that it would become."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

from workbench.domain.prompt import (
    DEFAULT_CITATION_PATTERN,
    FewShot,
    Message,
    PromptContent,
    PromptFile,
    RetrievalSettings,
    TemplateFormat,
)
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import FormatError, InputError, TemplateError
from workbench.formats import prompt_yaml, yaml_nodes
from workbench.formats.json_values import JsonProblem, decode
from workbench.hashing import plain
from workbench.templates.checking import Problem, check
from workbench.templates.messages import used_variables
from workbench.text.tokens import count
from workbench.workspace.prompts.prompts import as_file, no_index

_APART = ("temperature", "max_tokens")
"""Parameters with a field of their own; the others are JSON."""
_RETRIEVAL = RetrievalSettings(index="")


@dataclass(frozen=True)
class DraftFields:
    """What the editor holds. It need not be valid: JSON stands here as the text that was typed."""

    template_format: str = "mustache"
    messages: tuple[Message, ...] = ()
    few_shot: tuple[FewShot, ...] = ()
    model: str = ""
    """Empty: whatever the run says."""
    temperature: float | None = None
    max_tokens: int | None = None
    parameters: str = ""
    """Further parameters as JSON."""
    tools: str = ""
    response_schema: str = ""
    index: str = ""
    """Empty: nothing is retrieved."""
    k: int = _RETRIEVAL.k
    search: str = _RETRIEVAL.search
    min_score: float | None = None
    rerank: str = ""
    filter: str = ""
    refusal: str = ""
    citations_required: bool = False
    citation_pattern: str = DEFAULT_CITATION_PATTERN
    allowed_hosts: tuple[str, ...] = ()
    allowed_tools: tuple[str, ...] = ()
    use_case: str = ""
    changelog: str = ""

    def kept(self) -> dict[str, Any]:
        """As plain values, to be kept in the store; `fields_from` gives the fields back."""
        return cast("dict[str, Any]", plain(self))


@dataclass(frozen=True)
class Examined:
    """A draft as it stands."""

    file: PromptFile | None
    """What saving would store; None while something is wrong."""
    problems: tuple[Problem, ...]
    """Errors first; with an error the draft cannot be saved or tried."""
    variables: tuple[str, ...]
    tokens: int
    """About how long the prompt is, without the values that fill it."""
    unknown: tuple[str, ...] = ()
    """Variables, as they are written, that nothing fills: a person says whether that is meant before it is saved."""


@dataclass(frozen=True)
class Part:
    """A part of a prompt as people compare it."""

    title: str
    text: str


STARTING_POINTS: Mapping[str, DraftFields] = {
    "Answer from documents": DraftFields(
        messages=(
            Message(
                "system",
                "Use only the sources. Answer in at most two sentences.\n"
                "Cite the source after each sentence as [n].\n"
                'If the sources do not contain the answer, reply with exactly: "I can\'t find that in the documents."',
            ),
            Message("user", "Sources:\n\n{{context}}\n\nQuestion: {{question}}"),
        ),
        temperature=0.0,
        max_tokens=400,
        refusal="I can't find that in the documents.",
        citations_required=True,
    ),
    "Answer a question": DraftFields(
        messages=(Message("system", "Answer in at most two sentences."), Message("user", "{{question}}")),
        temperature=0.0,
        max_tokens=400,
    ),
    "Empty": DraftFields(messages=(Message("user", ""),)),
}
"""What a new prompt can start from."""


def fields_of(version: PromptVersion) -> DraftFields:
    """A version as the editor shows it."""
    return fields_of_file(as_file(version))


def fields_of_file(prompt: PromptFile) -> DraftFields:
    """A prompt file as the editor shows it."""
    content = prompt.content
    retrieval = content.retrieval or _RETRIEVAL
    parameters = dict(content.parameters)
    apart = {name: parameters.pop(name) for name in _APART if _is_number(parameters.get(name))}
    max_tokens = apart.get("max_tokens")
    if isinstance(max_tokens, float):  # a field of whole numbers would change it
        parameters["max_tokens"] = apart.pop("max_tokens")
    return DraftFields(
        template_format=content.template_format,
        messages=content.messages,
        few_shot=content.few_shot,
        model=content.model or "",
        temperature=apart.get("temperature"),
        max_tokens=apart.get("max_tokens"),
        parameters=_json(parameters),
        tools=_json(content.tools),
        response_schema="" if content.response_schema is None else json.dumps(plain(content.response_schema), indent=2),
        index=retrieval.index,
        k=retrieval.k,
        search=retrieval.search,
        min_score=retrieval.min_score,
        rerank=retrieval.rerank or "",
        filter=_json(retrieval.filter),
        refusal=content.policy.refusal or "",
        citations_required=content.policy.citations.required,
        citation_pattern=content.policy.citations.pattern,
        allowed_hosts=content.policy.allowed_hosts,
        allowed_tools=content.policy.allowed_tools,
        use_case=prompt.use_case or "",
        changelog=prompt.changelog,
    )


def fields_from(kept: Mapping[str, Any]) -> DraftFields:
    """The fields that `DraftFields.kept` gave; what an older or newer program did not know has its default."""
    known = {f.name: kept[f.name] for f in fields(DraftFields) if f.name in kept}
    for name in ("allowed_hosts", "allowed_tools"):
        known[name] = tuple(known.get(name, ()))
    known["messages"] = tuple(Message(m["role"], m["content"]) for m in known.get("messages", ()))
    known["few_shot"] = tuple(FewShot(pair["inputs"], pair["output"]) for pair in known.get("few_shot", ()))
    return DraftFields(**known)


def file_from(name: str, draft: DraftFields) -> PromptFile:
    """The prompt that the fields stand for, by the same rules as a prompt file. Raises InputError saying what is wrong.

    A blank field is one that was not filled in.
    """
    parameters = dict(_mapping(draft.parameters, "Further parameters") or {})
    for key in _APART:
        value = getattr(draft, key)
        if value is None:
            continue
        if key in parameters:
            raise InputError(f"Further parameters: {key!r} has a field of its own.", hint="Leave it out here.")
        parameters[key] = value
    values = {
        "prompt_name": name,
        "use_case": _filled(draft.use_case),
        "template_format": draft.template_format,
        "messages": draft.messages,
        "few_shot": draft.few_shot,
        "model": _filled(draft.model),
        "parameters": parameters,
        "tools": _parsed(draft.tools, "Tools"),
        "response_schema": _mapping(draft.response_schema, "Response schema"),
        "retrieval": _retrieval(draft),
        "policy": {
            "refusal": _filled(draft.refusal),
            "citations": {"required": draft.citations_required, "pattern": _filled(draft.citation_pattern)},
            "allowed_hosts": draft.allowed_hosts,
            "allowed_tools": draft.allowed_tools,
        },
        "changelog": draft.changelog,
    }
    try:
        return prompt_yaml.read(yaml_nodes.write(plain(values)))
    except FormatError as error:  # its line is one of a text that nobody sees
        raise InputError(error.problem, hint=error.hint) from error


def require_name(name: str) -> None:
    """Raise InputError unless a prompt can be called so."""
    file_from(name, DraftFields(messages=(Message("user", "{{question}}"),)))


def variables_of(draft: DraftFields) -> tuple[str, ...]:
    """The names that the draft's messages use; none while a message does not parse."""
    return _templates_only(draft).variables


def draft_text(name: str, draft: DraftFields) -> str:
    """The prompt file that saving would make. Raises InputError for a draft that cannot be saved."""
    return prompt_yaml.write(file_from(name, draft))


def examine(
    name: str,
    draft: DraftFields,
    *,
    base: PromptContent | None = None,
    given: Collection[str] | None = None,
    indexes: Sequence[str] | None = None,
) -> Examined:
    """What is wrong with a draft, and what is probably not meant.

    `base` is the content it started from; `given` names the inputs of the rows it will be asked with, None when no
    golden set is chosen. `indexes` are those that there are, where they are known. Never raises for what the draft says.
    """
    templates = _templates_only(draft)
    try:
        file = file_from(name, draft)
        problems = list(check(file.content))
    except InputError as error:
        file = None
        problems = [problem for problem in check(templates) if problem.place[:1] != ("variables",)]
        if not any(problem.severity == "error" for problem in problems):
            problems.insert(0, Problem(str(error), "error", ()))
    unknown = _unknown_variables(templates, base, given)
    problems += [Problem(f"{tag} is not known{meant}", "warning", place) for tag, meant, place in unknown]
    problems += _unused_values(templates, base, given)
    if indexes is not None and draft.index.strip() and draft.index not in indexes:
        problems.append(Problem(no_index(draft.index, indexes), "warning", ("retrieval",)))
    texts = [*(m.content for m in draft.messages), *(pair.output for pair in draft.few_shot)]
    return Examined(
        file,
        tuple(problems),
        templates.variables,
        sum(map(count, texts)),
        tuple(dict.fromkeys(tag for tag, *_ in unknown)),
    )


def parts(draft: DraftFields) -> tuple[Part, ...]:
    """A draft in readable parts: each message, the few-shot pairs, and the settings. What is not set has no line."""
    roles: dict[str, int] = {}
    shown: list[Part] = []
    for message in draft.messages:
        nth = roles[message.role] = roles.get(message.role, 0) + 1
        title = f"{message.role.capitalize()} message" + (f" {nth}" if nth > 1 else "")
        shown.append(Part(title, message.content))
    pairs = [{"inputs": dict(pair.inputs), "output": pair.output} for pair in draft.few_shot]
    shown.append(Part("Examples in the prompt", yaml_nodes.write(plain(pairs)) if pairs else ""))
    default = DraftFields()
    settings = {
        f.name: getattr(draft, f.name)
        for f in fields(DraftFields)
        if f.name not in {"messages", "few_shot", "changelog"} and getattr(draft, f.name) != getattr(default, f.name)
    }
    shown.append(Part("Settings", yaml_nodes.write(plain(settings)) if settings else ""))
    return tuple(shown)


def changed_parts(before: DraftFields, after: DraftFields) -> tuple[tuple[str, str, str], ...]:
    """Title, earlier and later text of every part that differs, in the order of the prompt."""
    old = {part.title: part.text for part in parts(before)}
    new = {part.title: part.text for part in parts(after)}
    titles = [*new, *(title for title in old if title not in new)]
    order = {"Examples in the prompt": 1, "Settings": 2}
    titles.sort(key=lambda title: order.get(title, 0))
    return tuple((t, old.get(t, ""), new.get(t, "")) for t in titles if old.get(t, "") != new.get(t, ""))


def _templates_only(draft: DraftFields) -> PromptContent:
    content = PromptContent(draft.messages, cast("TemplateFormat", draft.template_format), few_shot=draft.few_shot)
    try:
        used = used_variables(content)
    except TemplateError:
        used = ()
    return PromptContent(draft.messages, content.template_format, variables=used, few_shot=draft.few_shot)


def _unknown_variables(
    content: PromptContent, base: PromptContent | None, given: Collection[str] | None
) -> list[tuple[str, str, tuple[str | int, ...]]]:
    """Variables that nothing fills: as written, what was probably meant, and where.

    Without rows every value is typed by hand, so that only what looks like a mistyped name is told.
    """
    known = {*(given or ()), CONTEXT_VARIABLE, *(base.variables if base is not None and given is None else ())}
    found: list[tuple[str, str, tuple[str | int, ...]]] = []
    for position, message in enumerate(content.messages):
        try:
            used = used_variables(PromptContent((message,), content.template_format))
        except TemplateError:
            continue  # the check says so
        for name in used:
            if name in known:
                continue
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
            if near:
                found.append((_tag(name, content), f": {_tag(near[0], content)}?", ("messages", position)))
            elif given is not None:
                found.append((_tag(name, content), "; the rows give it no value.", ("messages", position)))
    return found


def _unused_values(
    content: PromptContent, base: PromptContent | None, given: Collection[str] | None
) -> Sequence[Problem]:
    """Values that no message uses: of the rows, else of the version it started from."""
    if not content.variables:
        return []
    unused = sorted({*(given or (base.variables if base is not None else ()))} - set(content.variables))
    listed = ", ".join(_tag(name, content) for name in unused)
    return [Problem(f"Not used in any message: {listed}.", "warning", ("variables",))] if unused else []


def _tag(name: str, content: PromptContent) -> str:
    return f"{{{{{name}}}}}" if content.template_format == "mustache" else f"{{{name}}}"


def _retrieval(draft: DraftFields) -> dict[str, Any] | None:
    if not draft.index.strip():
        return None
    return {
        "index": draft.index,
        "k": draft.k,
        "search": draft.search,
        "rerank": _filled(draft.rerank),
        "min_score": draft.min_score,
        "filter": _mapping(draft.filter, "Filter"),
    }


def _parsed(text: str, what: str) -> Any:
    if not text.strip():
        return None
    try:
        return decode(text)
    except JsonProblem as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(f"{what}, line {line}: {error.problem}.", hint='Write it as {"name": value}.') from error


def _mapping(text: str, what: str) -> Mapping[str, Any] | None:
    value = _parsed(text, what)
    if value is not None and not isinstance(value, dict):
        raise InputError(f"{what}: names with values are expected.", hint='Write it as {"name": value}.')
    return value


def _filled(text: str) -> str | None:
    return text if text.strip() else None


def _json(value: object) -> str:
    return json.dumps(plain(value), ensure_ascii=False, indent=2) if value else ""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
