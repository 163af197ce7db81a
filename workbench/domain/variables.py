"""Variables of prompts that have a meaning of their own."""

CONTEXT_VARIABLE = "context"
"""Stands for what was found in the index."""
