"""Configuration files that a command names: read beside it, as part of the same launch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.codec.positions import Fault, Node
from stratc.frontends.launch.traced import Traced
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.frontends.launch.arguments import Command
    from stratc.frontends.launch.kinds import Kind
    from stratc.frontends.launch.shell.memory import Memory

DEEPSPEED = (
    "--deepspeed",
    "--deepspeed_config",
    "--deepspeed-config",
    "--deepspeed_config_file",
    "--deepspeed-config-file",
)
OTHERS = {  # by launcher or program: the options that name its configuration
    "accelerate": ("--config_file", "--config-file"),
    "torchtitan": ("--job.config_file", "--job.config-file"),
    "vllm": ("--config",),
    "sglang": ("--config",),
}
NEUTRAL = {"strategy.framework", "workload.phase"}
Parse = Callable[[str], "Node | Fault"]


def beside(command: Command, shell: Memory, said: list[Statement]) -> Iterator[Statement]:
    """What a configuration says that a command names, at its places in that file or in the script.

    Arguments of the command outweigh the file, but for DeepSpeed's, which must agree with them.
    """
    known = {each.subject for each in said}
    for each in _told(command, shell, DEEPSPEED, _deepspeed):
        if each.subject not in known & NEUTRAL:
            yield each
    program = "torchtitan" if is_torchtitan(command) else command.launcher
    for each in _told(command, shell, OTHERS.get(program, ()), _other(program)):
        if each.subject not in known:
            yield each


def is_torchtitan(command: Command) -> bool:
    """Whether a command starts torchtitan: by its module, or with the configuration that only it takes."""
    named = any(each.text.partition("=")[0] in OTHERS["torchtitan"] for each in command.words)
    return named or command.program.text.startswith("torchtitan.")


def _deepspeed() -> tuple[Parse, Kind]:
    from stratc.codec.positions import parse
    from stratc.frontends.launch.kinds import DEEPSPEED as KIND

    return parse, KIND


def _other(program: str) -> Callable[[], tuple[Parse, Kind]]:
    def chosen() -> tuple[Parse, Kind]:
        from stratc.frontends.launch import kinds, toml, yaml

        match program:
            case "torchtitan":
                return toml.parse, kinds.TORCHTITAN
            case "accelerate":
                return yaml.parse, kinds.ACCELERATE
            case _:
                return yaml.parse, kinds.SERVER

    return chosen


def _told(
    command: Command, shell: Memory, options: tuple[str, ...], chosen: Callable[[], tuple[Parse, Kind]]
) -> Iterator[Statement]:
    """The statements of the file behind one of the options, where it can be read and is of the kind."""
    named = _named((*command.before, *command.words), options)
    text = shell.fetch(named) if named is not None else None
    if text is None:
        return
    from stratc.frontends.launch.documents import reading

    parse, kind = chosen()
    node = parse(text.text)
    found = None if isinstance(node, Fault) else reading(node, Source("", text.text), (kind,))
    for each in found.statements if found else ():
        span, context = _placed(each.span, text, shell), _placed(each.context, text, shell)
        if span is not None:
            yield replace(each, span=span, context=context or span)


def _named(words: tuple[Traced, ...], options: tuple[str, ...]) -> Traced | None:
    """The path behind one of the options."""
    endings = (".json",) if options is DEEPSPEED else (".yaml", ".yml", ".toml", ".json")
    for option, value in pairwise(words):
        if option.text in options and value.text.endswith(endings):
            return value
    joined = (each for each in words if each.text.partition("=")[0] in options and each.text.endswith(endings))
    return next((each.part(each.text.index("=") + 1) for each in joined), None)


def _placed(span: Span, text: Traced, shell: Memory) -> Span | None:
    return shell.atlas.span(text.part(span.start, span.end))
