"""People work through queues: with a purpose, on single answers or pairs, and verdicts say more than pass or fail."""

from __future__ import annotations

from workbench.store.session import Session

_QUEUE_TABLES = (
    """review_queues (
        id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        document VARCHAR NOT NULL
    )""",
    """review_queue_items (
        queue VARCHAR NOT NULL,
        key VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        first_trial VARCHAR NOT NULL,
        second_trial VARCHAR,
        example_id VARCHAR NOT NULL,
        stratum VARCHAR NOT NULL,
        wanted INTEGER,
        again BOOLEAN NOT NULL
    )""",
    """review_queue_closings (
        queue VARCHAR NOT NULL,
        closed_at TIMESTAMP NOT NULL,
        closed_by VARCHAR NOT NULL
    )""",
    """review_claims (
        queue VARCHAR NOT NULL,
        key VARCHAR NOT NULL,
        reviewer VARCHAR NOT NULL,
        claimed_at TIMESTAMP NOT NULL
    )""",
    """pair_reviews (
        queue VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        first_trial VARCHAR NOT NULL,
        second_trial VARCHAR NOT NULL,
        example_id VARCHAR NOT NULL,
        reviewer VARCHAR NOT NULL,
        choice VARCHAR,
        left_answer VARCHAR NOT NULL,
        note VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        seconds DOUBLE,
        purpose VARCHAR NOT NULL,
        rubric VARCHAR,
        shown VARCHAR,
        hidden_repeat BOOLEAN NOT NULL
    )""",
)
_OF_REVIEWS = (
    "purpose VARCHAR DEFAULT 'estimate'",
    "queue VARCHAR",
    "rubric VARCHAR",
    "shown VARCHAR",
    "criteria VARCHAR DEFAULT '[]'",
    "tags VARCHAR DEFAULT '[]'",
    "spans VARCHAR DEFAULT '[]'",
    "correction VARCHAR",
    "hidden_repeat BOOLEAN DEFAULT false",
    "gold BOOLEAN DEFAULT false",
)


def m007_review_queues(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    for table in _QUEUE_TABLES:
        s.execute(f"CREATE TABLE {table}")
    for column in _OF_REVIEWS:
        s.execute(f"ALTER TABLE reviews ADD COLUMN {column}")
