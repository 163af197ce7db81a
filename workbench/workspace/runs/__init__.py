"""Runs: from what a person asked for to stored, scored answers."""
