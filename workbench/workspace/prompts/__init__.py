"""Prompts: versions, drafts, and trying one example."""
