"""From a version to files in a repository."""
