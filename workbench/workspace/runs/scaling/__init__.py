"""Runs on several machines: the driver's crew, and what its workers do."""
