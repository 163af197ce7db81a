"""Gates: whether a version meets rules that were fixed before the run that they judge."""
