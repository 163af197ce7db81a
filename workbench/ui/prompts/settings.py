"""What a draft has besides its messages: examples, model, sources, rules for answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

import streamlit as st

from workbench.domain.prompt import FewShot, SearchMode, TemplateFormat
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.ui import state
from workbench.ui.components.text import plain
from workbench.ui.prompts.widgets import Widgets
from workbench.workspace import Workbench
from workbench.workspace.prompts import in_words
from workbench.workspace.prompts.drafting import DraftFields, variables_of
from workbench.workspace.runs.planning import DEFAULT_MODEL

UNSET = ""
MOST_TOKENS = 1_000_000
MOST_SOURCES = 100
FORMATS = {"mustache": "{{name}} (mustache)", "f-string": "{name} (f-string)"}
SEARCHES = {"hybrid": "by meaning and words", "dense": "by meaning", "bm25": "by words"}


def show(wb: Workbench, widgets: Widgets, fields: DraftFields) -> tuple[DraftFields, bool]:
    """All settings as they stand in the editor, and whether widgets have to be drawn anew."""
    fields, regroup = _examples(widgets, fields)
    fields = _model(wb, widgets, fields)
    fields = _sources(wb, widgets, fields)
    fields = _rules(widgets, fields)
    before = fields.response_schema
    fields = _form(widgets, fields)
    return fields, regroup or (not before.strip() and fields.response_schema == in_words.SIMPLE_FORM)


def _examples(widgets: Widgets, fields: DraftFields) -> tuple[DraftFields, bool]:
    pairs: list[FewShot] = []
    removed: int | None = None
    names = [name for name in variables_of(fields) if name != CONTEXT_VARIABLE] or ["question"]
    title = f"Examples in the prompt ({len(fields.few_shot)})"
    with st.expander(title, icon=":material/format_quote:", key=widgets.part_key("examples")):
        st.caption("A question with the answer you would like. The model sees them before the real question.")
        for position, pair in enumerate(fields.few_shot):
            inputs = {
                name: _kept(
                    value, widgets.text(f"pair-{position}-{name}", f"{position + 1}. {plain(name)}", _as_text(value))
                )
                for name, value in {**dict.fromkeys(names, ""), **pair.inputs}.items()
            }
            filled = {name: value for name, value in inputs.items() if name in pair.inputs or value != ""}
            output = widgets.text(f"pair-{position}-output", f"{position + 1}. The answer you would like", pair.output)
            pairs.append(FewShot(filled, output))
            if widgets.button(f"pair-{position}-remove", "Remove this example", icon=":material/delete:"):
                removed = position
        added = widgets.button("pair-add", "Add an example", icon=":material/add:")
    if removed is not None:
        widgets.removed(f"Example {removed + 1}", _pair_put_back(pairs.pop(removed), removed))
    if added:
        pairs.append(FewShot(dict.fromkeys(names, ""), ""))
    return replace(fields, few_shot=tuple(pairs)), added or removed is not None


def _pair_put_back(pair: FewShot, position: int) -> Callable[[DraftFields], DraftFields]:
    return lambda now: replace(now, few_shot=(*now.few_shot[:position], pair, *now.few_shot[position:]))


def _kept(value: object, typed: str) -> object:
    return value if typed == _as_text(value) else typed


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _model(wb: Workbench, widgets: Widgets, fields: DraftFields) -> DraftFields:
    title = _model_title(widgets, fields)
    with st.expander(title, icon=":material/tune:", key=widgets.part_key("model-part")):
        names = [UNSET, *(found.name for found in state.models(wb) if found.ready)]
        return replace(
            fields,
            model=widgets.choice(
                "model",
                "Model",
                names,
                fields.model,
                format_func=lambda name: name or "whatever the run says",
                accept_new_options=True,
            ),
            temperature=widgets.decimal(
                "temperature", "Temperature", fields.temperature, step=0.1, min_value=0.0, placeholder="not set"
            ),
            max_tokens=widgets.whole(
                "max_tokens", "Longest answer, in tokens", fields.max_tokens, low=1, high=MOST_TOKENS
            ),
            parameters=widgets.text("parameters", "Further parameters (JSON)", fields.parameters),
            template_format=widgets.choice(
                "format",
                "Placeholders are written as",
                get_args(TemplateFormat),
                fields.template_format,
                format_func=lambda name: FORMATS.get(name, name),
            ),
        )


def _model_title(widgets: Widgets, fields: DraftFields) -> str:
    """The model and what is set of its parameters, so that columns can be told apart at a glance."""
    temperature = widgets.now("temperature", fields.temperature)
    longest = widgets.now("max_tokens", fields.max_tokens)
    said = [widgets.now("model", fields.model) or f"Model not chosen: {DEFAULT_MODEL}"]
    said += [f"temperature {temperature:g}"] if temperature is not None else []
    said += [f"at most {longest:,} tokens"] if longest is not None else []
    said += ["further parameters"] if widgets.now("parameters", fields.parameters).strip() else []
    return plain(" · ".join(said))


def _sources(wb: Workbench, widgets: Widgets, fields: DraftFields) -> DraftFields:
    now = widgets.now("index", fields.index)
    title = f"Sources from {plain(now)}, {widgets.now('k', fields.k)} at most" if now else "Sources: none"
    with st.expander(title, icon=":material/menu_book:", key=widgets.part_key("sources-part")):
        known = [UNSET, *(info.name for info in wb.indexes.list())]
        index = widgets.choice(
            "index",
            "Look up in the index",
            known,
            fields.index,
            format_func=lambda name: name or "none: nothing is looked up",
            help="What is found stands where a message says {{context}}.",
        )
        if not index:
            return replace(fields, index=UNSET)
        k = widgets.whole("k", "Passages, at most", fields.k, low=1, high=MOST_SOURCES)
        return replace(
            fields,
            index=index,
            k=fields.k if k is None else k,
            search=widgets.choice(
                "search",
                "Search",
                get_args(SearchMode),
                fields.search,
                format_func=lambda name: SEARCHES.get(name, name),
            ),
            rerank=widgets.line(
                "rerank",
                "Put into order by the reranker",
                fields.rerank,
                help="Its name, such as one of [rerankers] in workbench.toml. Empty: the order of the search.",
            ),
            filter=widgets.text(
                "filter",
                "Only from documents with (JSON)",
                fields.filter,
                help='What a document\'s metadata must say, such as {"product": "fixed"}. Empty: all documents.',
            ),
            min_score=widgets.decimal(
                "min_score",
                "Leave out passages that fit less than",
                fields.min_score,
                step=0.05,
                max_value=None if (fields.min_score or 0) > 1 else 1.0,
                placeholder="none",
                help="From 0 to 1. The page Knowledge shows how well each passage fits a question.",
            ),
        )


def _rules(widgets: Widgets, fields: DraftFields) -> DraftFields:
    with st.expander("Rules for answers", icon=":material/rule:", key=widgets.part_key("rules-part")):
        st.caption("Answers are checked against these. The messages must say them to the model too.")
        return replace(
            fields,
            refusal=widgets.line("refusal", "The sentence with which it declines", fields.refusal),
            citations_required=widgets.flag("citations", "Answers must cite sources", fields.citations_required),
            citation_pattern=widgets.line(
                "pattern",
                "What a citation looks like (regular expression)",
                fields.citation_pattern,
                help="The first group is the number of the source.",
            ),
            allowed_hosts=_names(widgets, "hosts", "Web sites that answers may link to", fields.allowed_hosts),
            use_case=widgets.line("use-case", "Use case, for costs by use case", fields.use_case),
        )


def _form(widgets: Widgets, fields: DraftFields) -> DraftFields:
    """The form of the answer and the tools: JSON, said below in words."""
    with st.expander("Form of the answer, and tools", icon=":material/data_object:", key=widgets.part_key("form-part")):
        schema = widgets.text(
            "schema",
            "Form of the answer (JSON schema)",
            fields.response_schema,
            help="The model is told to answer in this form, and answers are checked against it. Empty: free text.",
        )
        _say(in_words.form(schema))
        if not schema.strip() and widgets.button("schema-add", "Begin with a simple form", icon=":material/add:"):
            schema = in_words.SIMPLE_FORM
        tools = widgets.text(
            "tools",
            "Tools (a list of JSON schemas)",
            fields.tools,
            help="What the model may ask to call. Nothing is ever carried out here.",
        )
        _say(in_words.tools(tools))
        allowed = _names(widgets, "allowed-tools", "Tools that answers may call", fields.allowed_tools)
        return replace(fields, response_schema=schema, tools=tools, allowed_tools=allowed)


def _say(lines: Sequence[str]) -> None:
    if lines:
        st.caption("\n".join(f"- {plain(line)}" for line in lines))


def _names(widgets: Widgets, name: str, label: str, given: Sequence[str]) -> tuple[str, ...]:
    """A few names in one line, apart by commas."""
    written = ", ".join(given)
    typed = widgets.line(name, f"{label} (apart by commas)", written, help="Empty: this is not checked.")
    return tuple(given) if typed == written else tuple(one for part in typed.split(",") if (one := part.strip()))
