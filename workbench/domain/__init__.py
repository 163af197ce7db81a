"""Frozen types, one file per noun, and the protocols at which layers meet. The standard library only."""
