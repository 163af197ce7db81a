"""The audit log: who did what, and whether the log is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.audit import AuditEntry
from workbench.store import audit
from workbench.workspace.context import Context


@dataclass(frozen=True)
class Audit:
    """The project's audit log."""

    context: Context

    def list(self, limit: int | None = None) -> Sequence[AuditEntry]:
        """The newest entries, oldest first; all without a limit."""
        return self.context.read(lambda s: audit.entries(s, limit))

    def verify(self) -> Sequence[str]:
        """What is wrong with the chain, in words; empty when it is intact."""
        return self.context.read(audit.verify)
