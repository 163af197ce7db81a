"""`workbench index risks`."""

from __future__ import annotations

import click

from workbench.cli.common import emit, json_option, opened, say, table


@click.command()
@click.argument("name")
@json_option
def risks(name: str, as_json: bool) -> None:
    """List the places in an index's documents that look like personal data, secrets or instructions to a model."""
    from workbench.hashing import plain
    from workbench.workspace.knowledge.risks import LIMITS, in_words

    with opened() as wb:
        info = wb.indexes.get(name)
        found = wb.indexes.scan(info)
    if as_json:
        emit(
            {
                "index": name,
                "fingerprint": info.fingerprint,
                "rules": found.rules,
                "counts": dict(found.counts),
                "unlisted": found.unlisted,
                "findings": [plain(finding) for finding in found.findings],
                "limits": LIMITS,
            }
        )
        return
    rows = [(one.severity, one.rule, f"{one.document}:{one.start}", one.excerpt) for one in found.findings]
    if rows:
        table(("", "looks like", "where", "text"), rows)
    more = f" {found.unlisted:,} more are not listed." if found.unlisted else ""
    say(f"{in_words(found) or 'Nothing was found.'}{more}")
    say(LIMITS)
