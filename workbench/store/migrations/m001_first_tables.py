"""Everything the first version stores."""

from __future__ import annotations

from workbench.store.session import Session

_FIRST_TABLES = (
    """prompt_versions (
        name VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        use_case VARCHAR,
        changelog VARCHAR NOT NULL,
        parent INTEGER
    )""",
    """drafts (
        prompt VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        slot VARCHAR NOT NULL,
        fields VARCHAR NOT NULL,
        base INTEGER,
        updated_at TIMESTAMP NOT NULL
    )""",
    """examples (
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL
    )""",
    """dataset_versions (
        name VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        hash VARCHAR NOT NULL,
        size INTEGER NOT NULL,
        author VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        source VARCHAR NOT NULL,
        parent INTEGER
    )""",
    """dataset_examples (
        dataset VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        position INTEGER NOT NULL,
        example_hash VARCHAR NOT NULL
    )""",
    """texts (
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL
    )""",
    """index_documents (
        fingerprint VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        text_hash VARCHAR NOT NULL,
        sections VARCHAR NOT NULL,
        metadata VARCHAR NOT NULL
    )""",
    """indexes (
        name VARCHAR NOT NULL,
        fingerprint VARCHAR NOT NULL,
        info VARCHAR NOT NULL
    )""",
    """runs (
        id VARCHAR NOT NULL,
        dataset VARCHAR NOT NULL,
        dataset_version INTEGER NOT NULL,
        arms VARCHAR NOT NULL,
        repeats INTEGER NOT NULL,
        planned INTEGER NOT NULL,
        metrics VARCHAR NOT NULL,
        judges VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        created_by VARCHAR NOT NULL,
        plan VARCHAR NOT NULL
    )""",
    """run_examples (
        run VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        example_hash VARCHAR NOT NULL
    )""",
    """run_events (
        run VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        seconds DOUBLE,
        stopped_by VARCHAR
    )""",
    """chunks (
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL
    )""",
    """trial_outputs (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        arm VARCHAR NOT NULL,
        example_id VARCHAR NOT NULL,
        repeat INTEGER NOT NULL,
        cell_hash VARCHAR NOT NULL,
        request_key VARCHAR NOT NULL,
        text VARCHAR NOT NULL,
        model VARCHAR NOT NULL,
        finish_reason VARCHAR,
        prompt_tokens BIGINT,
        completion_tokens BIGINT,
        cached_tokens BIGINT,
        latency_ms DOUBLE NOT NULL,
        ttft_ms DOUBLE,
        tool_calls VARCHAR NOT NULL,
        notes VARCHAR NOT NULL,
        retrieved VARCHAR NOT NULL,
        retrieval_ms DOUBLE,
        cost_usd DOUBLE,
        attempts INTEGER NOT NULL,
        started_at TIMESTAMP NOT NULL,
        cache_hit BOOLEAN NOT NULL
    )""",
    """trial_failures (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        arm VARCHAR NOT NULL,
        example_id VARCHAR NOT NULL,
        repeat INTEGER NOT NULL,
        cell_hash VARCHAR NOT NULL,
        error VARCHAR NOT NULL,
        message VARCHAR NOT NULL,
        retryable BOOLEAN NOT NULL,
        final BOOLEAN NOT NULL,
        attempt INTEGER NOT NULL,
        started_at TIMESTAMP NOT NULL,
        elapsed_ms DOUBLE NOT NULL
    )""",
    """scores (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        metric VARCHAR NOT NULL,
        metric_version VARCHAR NOT NULL,
        value DOUBLE,
        reason VARCHAR NOT NULL,
        raw VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        cost_usd DOUBLE
    )""",
    """reviews (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        reviewer VARCHAR NOT NULL,
        verdict VARCHAR,
        note VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        seconds DOUBLE
    )""",
    """releases (
        prompt VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        version VARCHAR NOT NULL,
        approver VARCHAR NOT NULL,
        self_approved BOOLEAN NOT NULL,
        note VARCHAR NOT NULL,
        evidence VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        document VARCHAR NOT NULL
    )""",
    """exports (
        prompt VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        directory VARCHAR NOT NULL,
        files VARCHAR NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        actor VARCHAR NOT NULL
    )""",
    """audit_entries (
        number INTEGER NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        actor VARCHAR NOT NULL,
        action VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        detail VARCHAR NOT NULL,
        previous VARCHAR NOT NULL,
        hash VARCHAR NOT NULL
    )""",
)


def m001_first_tables(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    for table in _FIRST_TABLES:
        s.execute(f"CREATE TABLE {table}")
