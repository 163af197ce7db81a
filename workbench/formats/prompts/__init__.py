"""Prompt files of other tools: one module a format, and a registry that tells them apart by what a file holds."""
