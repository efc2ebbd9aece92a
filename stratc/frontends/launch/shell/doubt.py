"""What a part of a script would change or start, where only a run tells whether it is reached."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.frontends.launch.shell.tree import (
    Assign,
    Block,
    Case,
    Chain,
    Command,
    Count,
    For,
    Group,
    If,
    Loop,
    Pipe,
    Simple,
)

STARTERS = (
    "torchrun",
    "deepspeed",
    "accelerate",
    "srun",
    "vllm",
    "python",
    "python3",
    "mpirun",
    "sbatch",
    "bash",
    "ray",
)


def assigned(block: Block) -> dict[str, bool]:
    """The variables that commands would set; True for those that they only add to."""
    found: dict[str, bool] = {}
    for each in _simple(block):
        for one in (*each.assigns, *each.declared) if not each.words or each.declared else ():
            found[one.name] = found.get(one.name, True) and _adds(one)
    return found


def starts(block: Block) -> bool:
    """Whether commands would start a program that may train or serve."""
    return any(each.words and each.words[0].text.rpartition("/")[2] in STARTERS for each in _simple(block))


def _adds(one: Assign) -> bool:
    """name+=… and name="$name …"."""
    text = "" if isinstance(one.value, tuple) else one.value.text.lstrip("\"' ")
    return one.append or one.index is not None or text.startswith((f"${one.name}", f"${{{one.name}}}"))


def _simple(block: Block) -> Iterator[Simple]:
    for each in block:
        yield from _inside(each)


def _inside(command: Command) -> Iterator[Simple]:
    """The simple commands of a command, those of functions aside."""
    match command:
        case Simple():
            yield command
        case Pipe(parts):
            yield from _simple(parts)
        case Chain(first, rest):
            yield from _simple((first, *(each for _, each in rest)))
        case Group(body) | For(body=body) | Count(body=body):
            yield from _simple(body)
        case If(arms, otherwise):
            yield from _simple((*(each for _, body in arms for each in body), *otherwise))
        case Loop(body=body):
            yield from _simple(body)
        case Case(arms=cases):
            yield from _simple(tuple(each for _, body, _ in cases for each in body))
        case _:
            return
