"""Prompt templates: a small strict renderer for mustache and f-string placeholders.

Only plain names are placeholders. There is no logic, no attribute access and no escaping: a value is inserted as
it is, and never read as a template again.
"""

from __future__ import annotations

from workbench.templates.checking import Problem, check
from workbench.templates.messages import render_messages, used_variables
from workbench.templates.rendering import as_text, render, variables

__all__ = ["Problem", "as_text", "check", "render", "render_messages", "used_variables", "variables"]
