"""Error analysis: what goes wrong, named by experts and counted."""
