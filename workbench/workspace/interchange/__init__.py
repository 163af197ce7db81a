"""Prompts from other tools' files, and into them."""
