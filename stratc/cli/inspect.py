"""stratc inspect: what was understood of a plan."""

from __future__ import annotations

import click

from stratc.cli import options
from stratc.cli.files import load, plan_in
from stratc.cli.screen import coloured, send, show
from stratc.pipeline import inspect, read


@click.command("inspect")
@click.argument("path")
@options.form("text", "json")
@options.stdin_name
def inspect_command(path: str, form: str, stdin_filename: str) -> None:
    """Show what was understood of a plan: every fact with where it is said, what was assumed, derived, left unread."""
    seen = inspect(read(plan_in(path, stdin_filename), load))
    if form == "json":
        from stratc.codec.inspection import inspection_json
        from stratc.reporters.json import document

        send(document(inspection_json(seen)))
    else:
        from stratc.reporters.inspection import render

        show(render(seen, colour=coloured()))
