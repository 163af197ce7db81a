"""Metrics that are Python functions of the project's own, named in `workbench.toml`."""
