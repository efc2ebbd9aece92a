"""Configuration files that a command names: read beside it, as part of the same launch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.frontends.launch.traced import Traced
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.frontends.launch.arguments import Command
    from stratc.frontends.launch.shell.memory import Memory

NAMING = (
    "--deepspeed",
    "--deepspeed_config",
    "--deepspeed-config",
    "--deepspeed_config_file",
    "--deepspeed-config-file",
)


def beside(command: Command, shell: Memory) -> Iterator[Statement]:
    """What the DeepSpeed configuration says that a command names, at its places in that file or in the script."""
    named = _named((*command.before, *command.words))
    text = shell.fetch(named) if named is not None else None
    if text is None:
        return
    from stratc.codec.positions import Fault, parse
    from stratc.frontends.launch.documents import DEEPSPEED, reading

    node = parse(text.text)
    found = None if isinstance(node, Fault) else reading(node, Source("", text.text), (DEEPSPEED,))
    for each in found.statements if found else ():
        span, context = _placed(each.span, text, shell), _placed(each.context, text, shell)
        if span is not None:
            yield replace(each, span=span, context=context or span)


def _named(words: tuple[Traced, ...]) -> Traced | None:
    """The path behind one of the options."""
    for option, value in pairwise(words):
        if option.text in NAMING and value.text.endswith(".json"):
            return value
    joined = (each for each in words if each.text.partition("=")[0] in NAMING and each.text.endswith(".json"))
    return next((each.part(each.text.index("=") + 1) for each in joined), None)


def _placed(span: Span, text: Traced, shell: Memory) -> Span | None:
    return shell.atlas.span(text.part(span.start, span.end))
