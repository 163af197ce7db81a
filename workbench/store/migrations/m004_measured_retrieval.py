"""Embeddings that are kept, what a scan found in an index's documents, and how well an index was measured to find."""

from __future__ import annotations

from workbench.store.session import Session

_RETRIEVAL_TABLES = (
    """embeddings (
        embedder VARCHAR NOT NULL,
        text_hash VARCHAR NOT NULL,
        vector BLOB NOT NULL
    )""",
    """relevances (
        key VARCHAR NOT NULL,
        relevance DOUBLE NOT NULL
    )""",
    """index_scans (
        fingerprint VARCHAR NOT NULL,
        rules VARCHAR NOT NULL,
        findings VARCHAR NOT NULL
    )""",
    """retrieval_evaluations (
        id VARCHAR NOT NULL,
        index_name VARCHAR NOT NULL,
        dataset VARCHAR NOT NULL,
        dataset_version INTEGER NOT NULL,
        created_at TIMESTAMP NOT NULL,
        created_by VARCHAR NOT NULL,
        summary VARCHAR NOT NULL,
        record VARCHAR NOT NULL
    )""",
)


def m004_measured_retrieval(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    for table in _RETRIEVAL_TABLES:
        s.execute(f"CREATE TABLE {table}")
    s.execute("ALTER TABLE spend_apart ADD COLUMN run VARCHAR")
