"""Prompt templates: a small strict renderer for mustache and f-string placeholders.

Only plain names are placeholders. There is no logic, no attribute access and no escaping: a value is inserted as
it is, and never read as a template again.
"""
