"""stratc explain: the page of a rule."""

from __future__ import annotations

import click

from stratc.cli.options import meant
from stratc.cli.screen import show
from stratc.errors import UsageError
from stratc.pages import page_of, rule_names


@click.command("explain")
@click.argument("rule")
def explain_command(rule: str) -> None:
    """Show the page of a RULE, named by code (DV101) or by name (world-size-mismatch)."""
    page = page_of(rule)
    if page is None:
        raise UsageError(f"no rule `{rule}`; {meant(rule, rule_names())}")
    show(page)
