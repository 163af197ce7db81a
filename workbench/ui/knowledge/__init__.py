"""The Knowledge page: indexes, what a search finds in them and why, their documents, building."""
