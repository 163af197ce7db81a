"""Approved prompts for programs that ask for them."""
