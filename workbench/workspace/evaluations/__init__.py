"""Retrieval measured on a golden set, setting by setting."""
