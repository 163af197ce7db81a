"""Statistics for small samples: intervals, paired comparison and verdicts."""
