"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from stratc.text.suggest import nearest

F = TypeVar("F", bound=Callable[..., Any])

stdin_name = click.option(
    "--stdin-filename",
    default="<stdin>",
    metavar="NAME",
    help="What standard input is called; its ending says the kind.",
)


def form(*names: str) -> Callable[[F], F]:
    """The option --format with these choices, the first of them the default."""
    return click.option("--format", "form", type=click.Choice(names), default=names[0], show_default=True)


def words(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Values of an option that may be repeated or hold several, parted by commas."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def meant(name: str, known: tuple[str, ...]) -> str:
    """The end of a sentence that names what was probably meant.

    >>> meant("DV111", ("DV101", "world-size-mismatch"))
    'did you mean `DV101`?'
    """
    close = nearest(name, known)
    return f"did you mean {' or '.join(f'`{each}`' for each in close)}?" if close else "`stratc rules` lists them"
