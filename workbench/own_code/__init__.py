"""Python code that a project's `workbench.toml` names: found, blamed by line, and kept within a time."""
