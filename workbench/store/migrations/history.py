"""All migrations, in the order of their making."""

from __future__ import annotations

from collections.abc import Callable

from workbench.store.migrations.m001_first_tables import m001_first_tables
from workbench.store.migrations.m002_spend import m002_spend
from workbench.store.migrations.m003_verdict_times import m003_verdict_times
from workbench.store.migrations.m004_measured_retrieval import m004_measured_retrieval
from workbench.store.migrations.m005_imported_runs import m005_imported_runs
from workbench.store.migrations.m006_judge_versions import m006_judge_versions
from workbench.store.migrations.m007_review_queues import m007_review_queues
from workbench.store.migrations.m008_failure_modes import m008_failure_modes
from workbench.store.migrations.m009_judge_alignment import m009_judge_alignment
from workbench.store.migrations.m010_gates import m010_gates
from workbench.store.migrations.m011_releasing import m011_releasing
from workbench.store.session import Session

Migration = Callable[[Session], None]

MIGRATIONS: tuple[Migration, ...] = (
    m001_first_tables,
    m002_spend,
    m003_verdict_times,
    m004_measured_retrieval,
    m005_imported_runs,
    m006_judge_versions,
    m007_review_queues,
    m008_failure_modes,
    m009_judge_alignment,
    m010_gates,
    m011_releasing,
)
"""Only ever appended to: what a released program has applied cannot be changed."""
