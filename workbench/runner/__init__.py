"""The run engine: a plan in, outcomes out."""
