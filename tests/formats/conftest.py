"""Shared by the tests of the formats."""

from __future__ import annotations

from hypothesis import settings

# A slow machine is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
