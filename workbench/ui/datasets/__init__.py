"""The page on which golden sets are read, edited, compared and imported."""
