"""Options that several commands share, and the configuration they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from stratc.config import Config, load_config
from stratc.diagnostics.diagnostic import Certainty, Severity
from stratc.errors import UsageError
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


def configured(
    select: tuple[str, ...], ignore: tuple[str, ...], fail_on: str | None, min_certainty: str | None
) -> Config:
    """The configuration of the working folder, overruled by options.  Raises UsageError on an unknown rule."""
    config = load_config(Path.cwd())
    config = replace(
        config,
        select=select or config.select,
        ignore=(*config.ignore, *ignore),
        fail_on=Severity(fail_on) if fail_on else config.fail_on,
        min_certainty=Certainty(min_certainty) if min_certainty else config.min_certainty,
    )
    if config.select or config.ignore or config.severity:
        _refuse_unknown(config)
    return config


def _refuse_unknown(config: Config) -> None:
    from stratc.pages import rule_names, unknown_rules

    for name in unknown_rules(config):
        raise UsageError(f"no rule `{name}`; {meant(name, rule_names())}")


def meant(name: str, known: tuple[str, ...]) -> str:
    """The end of a sentence that names what was probably meant.

    >>> meant("DV111", ("DV101", "world-size-mismatch"))
    'did you mean `DV101`?'
    """
    close = nearest(name, known)
    return f"did you mean {' or '.join(f'`{each}`' for each in close)}?" if close else "`stratc rules` lists them"
