"""Writes to standard output, in colour only where somebody looks at it."""

from __future__ import annotations

import os
import sys

import click

from stratc.text.width import printable


def coloured() -> bool:
    """Whether standard output is a terminal that shows colours; NO_COLOR and TERM=dumb switch them off."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def show(text: str) -> None:
    """Text for people, as it is."""
    click.echo(text, nl=False, color=True)


def send(text: str) -> None:
    """Text for programs: UTF-8 whatever the terminal speaks."""
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def complain(line: str) -> None:
    """One line on standard error."""
    click.echo(f"stratc: {printable(line)}", err=True)
