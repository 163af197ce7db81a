"""Judges: which there are, how their verdicts came about, how far they can be trusted."""
