"""The page on which prompts are read, edited, compared and tried."""
