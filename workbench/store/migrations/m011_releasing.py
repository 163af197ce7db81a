"""Approvals are asked for and signed, and releases stand in environments."""

from __future__ import annotations

from workbench.store.session import Session

_RELEASING_TABLES = (
    """approval_steps (
        prompt VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        actor VARCHAR NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        note VARCHAR NOT NULL,
        run VARCHAR,
        gate VARCHAR,
        basis VARCHAR NOT NULL,
        override VARCHAR NOT NULL,
        without_run VARCHAR NOT NULL
    )""",
    """environment_steps (
        prompt VARCHAR NOT NULL,
        environment VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        actor VARCHAR NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        reason VARCHAR NOT NULL,
        audit_length INTEGER NOT NULL,
        audit_head VARCHAR NOT NULL
    )""",
)
_WITHOUT_UNNAMED_INDEX = """
UPDATE releases SET evidence = CAST(json_merge_patch(evidence, '{"index_fingerprint": null}') AS VARCHAR)
WHERE contains(evidence, '"index_fingerprint"')
"""
"""Evidence named an index by its fingerprint alone; which one it was is not known, and so it is not held to it."""
_SIGNED_BY_THE_APPROVER = """
UPDATE releases SET changelog = '', approvals = json_array(json_object(
    'by', approver, 'at', strftime(created_at, '%Y-%m-%dT%H:%M:%S.%f'), 'note', note))
"""
_IN_THE_FIRST_ENVIRONMENT = """
INSERT INTO environment_steps
SELECT prompt, 'dev', version, 'approved', approver, created_at, '', 0, '' FROM releases ORDER BY rowid
"""


def m011_releasing(s: Session) -> None:
    """Bring the file from the schema before to this one. Earlier releases had one signature, and stood in dev."""
    for table in _RELEASING_TABLES:
        s.execute(f"CREATE TABLE {table}")
    for column in ("approvals", "changelog"):
        s.execute(f"ALTER TABLE releases ADD COLUMN {column} VARCHAR")
    s.execute(_WITHOUT_UNNAMED_INDEX)
    s.execute(_SIGNED_BY_THE_APPROVER)
    s.execute(_IN_THE_FIRST_ENVIRONMENT)
    s.execute("ALTER TABLE exports ADD COLUMN audit_length INTEGER")
    s.execute("ALTER TABLE exports ADD COLUMN audit_head VARCHAR")
