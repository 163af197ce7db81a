"""A version as people read it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.domain.prompt import PromptContent
from workbench.domain.prompt_version import PromptVersion
from workbench.stats.numbers import number
from workbench.ui import state
from workbench.ui.components import address, downloads
from workbench.ui.components.allowed import for_role
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.ui.prompts import copying, keeping
from workbench.ui.prompts.shown import Shown
from workbench.workspace import Workbench
from workbench.workspace.prompts.drafting import examine, fields_of
from workbench.workspace.prompts.prompts import file_text
from workbench.workspace.runs.planning import DEFAULT_MODEL

OWN = "own"
VARIABLE = "background:rgba(11,110,117,.16);border-radius:4px;padding:0 .15rem;font-weight:600"


def show_version(wb: Workbench, version: PromptVersion, place: str, rest: DeltaGenerator) -> Shown:
    """A version: its messages and settings, and the way to edit it; where it is from and its file in `rest`."""
    fields, content = fields_of(version), version.content
    tokens = examine(version.name, fields).tokens
    model = _model(wb, content, place)
    with st.container(horizontal=True):
        how = {"help": "Starts a draft from this version", **for_role(wb, "engineer", "edit a prompt")}
        if st.button("Edit", icon=":material/edit:", key=f"edit-{place}", **how):
            keeping.show_in_free_column(keeping.begin(wb, version.name, replace(fields, changelog=""), version.number))
            st.rerun()
        file = f"{version.name}-v{version.number}.prompt.yaml"
        copying.offer(wb, fields, version.label, key=place)
        downloads.download("Download", file_text(version), file, key=f"file-{place}")
    for message in content.messages:
        st.caption(message.role.capitalize())
        with st.container(border=True):
            st.html(_with_variables(message.content, content))
    st.markdown(f"About {number(tokens)} tokens · {_variables(content)}")
    st.caption(" · ".join(_settings(content)))
    why = f" · {plain(version.changelog)}" if version.changelog else ""
    with rest:
        st.markdown(f"**v{version.number}**")
        st.caption(f"By {plain(version.author)}, {when(version.created_at)}{why}")
        with st.expander("As a file", icon=":material/description:", key=f"text-{place}"):
            st.code(file_text(version), language="yaml", wrap_lines=True)
    return Shown(version.label, f"v{version.number}", fields, content, model, version.label)


def _model(wb: Workbench, content: PromptContent, place: str) -> str | None:
    """The model to try the version on; None for its own."""
    ready = [found.name for found in state.models(wb) if found.ready]
    own = content.model or DEFAULT_MODEL
    names = {OWN: f"{own} (its own)" if content.model else f"{own} (nothing chosen)"}
    names |= {name: name for name in ready if name != own}
    chosen = address.pick("Try it on", list(names), f"model{place[1:]}", format_func=names.__getitem__)
    return None if chosen == OWN else chosen


def _with_variables(text: str, content: PromptContent) -> str:
    """A message as HTML with its placeholders marked."""
    html = escape(text)
    names = "|".join(re.escape(escape(name)) for name in content.variables)
    if names:
        pattern = rf"\{{\{{\s*(?:{names})\s*\}}\}}" if content.template_format == "mustache" else rf"\{{(?:{names})\}}"
        html = re.sub(pattern, lambda found: f'<span style="{VARIABLE}">{found.group()}</span>', html)
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{html}</div>'


def _variables(content: PromptContent) -> str:
    return f"variables {plain(', '.join(content.variables))}" if content.variables else "no variables"


def _settings(content: PromptContent) -> list[str]:
    """What else the version consists of, in a few words each."""
    said = [f"{plain(name)} {plain(str(value))}" for name, value in content.parameters.items()]
    if content.few_shot:
        said.append(f"Examples {len(content.few_shot)}")
    if content.retrieval is not None:
        said.append(f"Sources from {plain(content.retrieval.index)}, {content.retrieval.k} at most")
    if content.policy.citations.required:
        said.append("Must cite")
    if content.policy.refusal:
        said.append(f"Declines with “{plain(content.policy.refusal)}”")
    if content.response_schema is not None:
        said.append("Answers in a given form")
    return said or ["No further settings"]
