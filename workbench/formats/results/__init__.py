"""Results of other tools, one file per format; pure readers that execute and fetch nothing."""
