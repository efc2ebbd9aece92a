"""stratc rules: the list of all rules."""

from __future__ import annotations

import click

from stratc.cli import options
from stratc.cli.screen import send, show
from stratc.pages import catalogue


@click.command("rules")
@options.form("text", "json")
def rules_command(form: str) -> None:
    """List the rules: code, name, severity, certainty, category, and what each finds."""
    if form == "json":
        from stratc.reporters.json import document

        listed = [
            {
                "code": rule.id.code,
                "name": rule.id.name,
                "category": rule.category.value,
                "severity": rule.severity.value,
                "certainty": rule.certainty.value,
                "since": rule.since,
                "summary": rule.summary,
            }
            for rule in catalogue()
        ]
        send(document({"version": 1, "rules": listed}))
        return
    rows = [(rule.id.code, rule.id.name, rule.severity.value, rule.certainty.value) for rule in catalogue()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row, rule in zip(rows, catalogue(), strict=True):
        cells = "  ".join(f"{cell:{wide}}" for cell, wide in zip(row, widths, strict=True))
        show(f"{cells}  {rule.summary}\n")
