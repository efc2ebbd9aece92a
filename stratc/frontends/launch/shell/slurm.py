"""Slurm's options: the #SBATCH lines of a script and the options of sbatch and srun."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stratc.frontends.launch.traced import Traced, computed

_LINE = re.compile(r"^[ \t]*#SBATCH[ \t]+(.*?)(?:[ \t]#.*)?$", re.M)
_COMMAND = re.compile(r"^[ \t]*[^#\s]", re.M)
_WRITTEN = re.compile(r"<<-?[ \t]*[\"'\\]?[A-Za-z_]")
_WORD = re.compile(r"\S+")
SHORT = {"-N": "nodes", "-n": "ntasks", "-G": "gpus"}
NAMES = ("nodes", "ntasks", "ntasks-per-node", "gpus-per-node", "gpus", "gres", "gpus-per-task", "tasks-per-node")


def header(script: Traced) -> dict[str, Traced]:
    """The options of all #SBATCH lines, by their long names; not those of a script that this one writes."""
    found: dict[str, Traced] = {}
    for line in _LINE.finditer(script.text, 0, _own(script.text)):
        words = [
            script.part(line.start(1) + word.start(), line.start(1) + word.end()) for word in _WORD.finditer(line[1])
        ]
        found |= options(words)
    return found


def options(words: Sequence[Traced]) -> dict[str, Traced]:
    """Slurm's options among words, up to the first that is none.

    >>> {name: each.text for name, each in options([Traced("-N"), Traced("4"), Traced("--gpus-per-node=8")]).items()}
    {'nodes': '4', 'gpus-per-node': '8'}
    """
    found: dict[str, Traced] = {}
    for index, word in enumerate(words):
        text = word.text
        if text.startswith("--"):
            name, sign, _ = text[2:].partition("=")
            value = word.part(len(name) + 3) if sign else words[index + 1] if index + 1 < len(words) else None
        elif text[:2] in SHORT:
            name = SHORT[text[:2]]
            value = word.part(2) if len(text) > 2 else words[index + 1] if index + 1 < len(words) else None
        else:
            continue
        if name in NAMES and value is not None and value.text:
            found["ntasks-per-node" if name == "tasks-per-node" else name] = value
    return found


def number(options_: dict[str, Traced], name: str) -> Traced | None:
    """The whole number that an option gives; of gres the GPUs."""
    value = options_.get(name)
    if value is None:
        return None
    match = re.fullmatch(r"(?:gpu:)?(?:[A-Za-z][\w.-]*:)?(\d{1,7})(?:\([^)]*\))?", value.text.strip("\"'"))
    if name == "gres" and not value.text.strip("\"'").startswith("gpu"):
        return None
    start = value.text.find(match[1]) if match else -1
    return value.part(start, start + len(match[1])) if match else None


def per_node(options_: dict[str, Traced]) -> Traced | None:
    """GPUs of a node."""
    for name in ("gpus-per-node", "gres"):
        if (found := number(options_, name)) is not None:
            return found
    return None


def accelerator(options_: dict[str, Traced]) -> Traced | None:
    """The kind of GPU that is asked for, where a name stands before its number.

    >>> accelerator({"gpus-per-node": Traced("v100:8")}).text
    'v100'
    """
    for name in ("gpus-per-node", "gres", "gpus"):
        value = options_.get(name)
        match = re.search(r"(?<![\w.-])(?!gpu:)([A-Za-z][\w.-]*):\d", value.text) if value is not None else None
        if value is not None and match:
            return value.part(match.start(1), match.end(1))
    return None


def tasks(options_: dict[str, Traced]) -> Traced | None:
    """Processes that srun starts in all."""
    if (found := number(options_, "ntasks")) is not None:
        return found
    nodes, each = number(options_, "nodes"), number(options_, "ntasks-per-node")
    if nodes is None or each is None:
        return None
    return computed(str(int(nodes.text) * int(each.text)), nodes)


def devices(options_: dict[str, Traced]) -> Traced | None:
    """GPUs in all.

    >>> devices({"ntasks": Traced("16"), "gpus-per-task": Traced("2")}).text
    '32'
    """
    if (found := number(options_, "gpus")) is not None:
        return found
    count, each = number(options_, "nodes"), per_node(options_)
    if each is None:
        count, each = tasks(options_), number(options_, "gpus-per-task")
    return None if count is None or each is None else computed(str(int(count.text) * int(each.text)), each)


def late(script: str) -> Iterator[tuple[int, int]]:
    """Where options of sbatch stand behind the first command, so that sbatch does not read them.

    Those of a script that is written inside another one do not count, nor do scripts without any that are read.

    >>> list(late("#SBATCH -N 2\\nmodule load cuda\\n#SBATCH -n 4\\n"))
    [(30, 42)]
    """
    command = _COMMAND.search(script)
    if command is None or (not script.startswith("#SBATCH") and "\n#SBATCH" not in script[: command.start()]):
        return
    yield from (line.span() for line in _LINE.finditer(script, command.start(), _own(script)))


def _own(script: str) -> int:
    """Where the first text begins that a script only writes, its end where there is none."""
    found = _WRITTEN.search(script)
    return found.start() if found else len(script)


def variables(options_: dict[str, Traced]) -> dict[str, Traced]:
    """The variables that Slurm sets from them."""
    found = {
        **dict.fromkeys(("SLURM_NNODES", "SLURM_JOB_NUM_NODES"), number(options_, "nodes")),
        **dict.fromkeys(("SLURM_NTASKS", "SLURM_NPROCS"), tasks(options_)),
        **dict.fromkeys(("SLURM_GPUS_PER_NODE", "SLURM_GPUS_ON_NODE"), per_node(options_)),
        "SLURM_NTASKS_PER_NODE": number(options_, "ntasks-per-node"),
    }
    return {name: value for name, value in found.items() if value is not None}
