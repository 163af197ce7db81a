"""Metrics: rules and overlap measures that need no model."""
