"""Wordings: one module per kind of instruction, each from a sentence to a change of `Instructions`."""
