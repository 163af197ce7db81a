"""Releases in the words that every list of them uses."""

from __future__ import annotations

from workbench.domain.release import Release


def approved_by(release: Release) -> str:
    """Everybody who signed, and whether the author did."""
    names = ", ".join(signed.by for signed in release.approvals) or release.approver
    return f"{names} (own version)" if release.self_approved else names
