"""Artifacts: approved prompts as files in a repository."""
