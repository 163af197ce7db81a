"""The store: one leased DuckDB file."""
