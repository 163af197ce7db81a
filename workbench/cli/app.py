"""`workbench app`."""

from __future__ import annotations

import click

from workbench.cli.common import opened, say


@click.command()
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="Port; 0 finds a free one."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def app(host: str, port: int, no_browser: bool) -> None:
    """Open the project in the browser."""
    with opened() as wb:
        root = wb.root
    from workbench.server import serve

    serve(root, host=host, port=port, open_browser=not no_browser, say=say)
