"""Archives of a project, and what was kept of its store."""
