"""Judges: metrics that ask a model."""
