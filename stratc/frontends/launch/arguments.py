"""The arguments of a command: its launcher, its program, its options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stratc.frontends.launch.settings import Setting
from stratc.frontends.launch.shell import slurm
from stratc.frontends.launch.shell.started import Invocation
from stratc.frontends.launch.traced import EMPTY, Atlas, Traced, computed

FRAGMENT = "fragment"  # arguments without the program that takes them
_PROGRAM = re.compile(r"[^\s=]+\.py$")
_OPTION = re.compile(r"-{1,2}[A-Za-z][\w.-]*(?:=.*)?", re.S)
_SGLANG = ("sglang.launch_server", "sglang_router.launch_server")
_COUNTS = frozenset(["ntasks", "ntasks-per-node"])
_TORCH = ("torch.distributed.run", "torch.distributed.launch", "torch.distributed.elastic")


@dataclass(frozen=True, slots=True)
class Command:
    """A launch taken apart: words before the program belong to its launcher."""

    launcher: str  # torchrun, deepspeed, accelerate, ray, mpirun, srun, or "" for a program alone
    before: tuple[Traced, ...]
    program: Traced
    words: tuple[Traced, ...]
    invocation: Invocation


def taken_apart(invocation: Invocation) -> Command | None:
    """The parts of a command; None when it starts no program that trains or serves a model."""
    words = invocation.words
    names = [each.text.rpartition("/")[2] for each in words]
    if (served := _served(words, names)) is not None:
        launcher, at = served
        return Command(launcher, words[:at], words[at], words[at + 1 :], invocation)
    launcher, start = _launcher(names, [each.text for each in words])
    at = next((index for index, each in enumerate(words) if index >= start and _PROGRAM.fullmatch(each.text)), -1)
    if at < 0 and "-m" in names[start:] and names.index("-m", start) + 1 < len(words):
        at = names.index("-m", start) + 1
        if names[at].startswith("torch.distributed"):
            at = -1
    if at < 0:
        if not launcher and not re.search(r"\.(?:sh|slurm|sbatch)$", " ".join(names[:2])):
            return None
        at = next((index for index in range(start, len(words)) if _is_module(words, index)), start)
        return Command(launcher or "shell", words[:at], words[min(at, len(words) - 1)], words[at:], invocation)
    return Command(launcher, words[:at], words[at], words[at + 1 :], invocation)


def _is_module(words: Sequence[Traced], index: int) -> bool:
    return words[index].text in ("--num-layers", "--tensor-model-parallel-size", "--model-name-or-path")


def _served(words: Sequence[Traced], names: Sequence[str]) -> tuple[str, int] | None:
    """The server among the words and where it is named."""
    for index, name in enumerate(names):
        text = words[index].text
        if (name == "vllm" and names[index + 1 : index + 2] == ["serve"]) or text.startswith("vllm.entrypoints"):
            return "vllm", index + (name == "vllm")
        if (name == "sglang" and names[index + 1 : index + 2] == ["serve"]) or text in _SGLANG:
            return "sglang", index + (name == "sglang")
        if name == "trtllm-serve" or text == "tensorrt_llm.commands.serve":
            return "tensorrt", index
    return None


def _launcher(names: Sequence[str], texts: Sequence[str]) -> tuple[str, int]:
    """Who starts the processes, and the index behind its name."""
    for index, name in enumerate(names):
        if name == "torchrun" or texts[index].startswith(_TORCH):
            return "torchrun", index + 1
        if name in ("deepspeed", "accelerate"):
            return name, index + 1
        if name == "ray" and "submit" in names[index:]:
            return "ray", names.index("--", index) + 1 if "--" in names[index:] else index + 1
    for index, name in enumerate(names):
        if name in ("mpirun", "mpiexec", "srun"):
            return name, index + 1
    return "", 0


def options(words: Sequence[Traced], atlas: Atlas) -> Iterator[Setting]:
    """The options among words, each with the first of its values and the rest; an option without one is a switch."""
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not _OPTION.fullmatch(word.text) or not word.text.startswith("-"):
            continue
        name, sign, _ = word.text.partition("=")
        value = word.part(len(name) + 1) if sign else None
        follows = at < len(words) and not _OPTION.fullmatch(words[at].text)
        if value is None and follows and (words[at].is_known or not _is_switch(name)):
            value = words[at]
            at += 1
        rest = at
        while at < len(words) and not _OPTION.fullmatch(words[at].text):
            at += 1
        span = atlas.span(value) if value is not None and value.text else None
        context = atlas.span(word)
        span = span or context
        if span is None:
            continue
        told: str | bool | None = True if value is None else value.text if value.is_known else None
        whole = span if context is None or context.source != span.source else context | span
        others = tuple(each.text for each in words[rest:at] if each.text)
        yield Setting(name.lstrip("-").lower().replace("-", "_"), told, span, whole, name, others)


def open_words(words: Sequence[Traced]) -> Iterator[Traced]:
    """Words that only a run would tell and that may be further options, being no option's value."""
    for before, each in zip((EMPTY, *words), words, strict=False):
        takes = _OPTION.fullmatch(before.text) and not _is_switch(before.text)
        if not each.is_known and not takes and not each.text.startswith("-"):
            yield each


def _is_switch(option: str) -> bool:
    """Whether an argument of Megatron stands alone, so that an unknown word behind it is none of its own."""
    from stratc.frontends.launch.megatron_flags import SWITCHES  # only a launch with open words pays for it

    return option.lstrip("-").replace("_", "-") in SWITCHES


def world(command: Command) -> tuple[Traced | None, Traced | None]:
    """Processes in all, and those of a node, where the command tells them; standing where they are written."""
    given = counted_by_launcher(command)
    nodes, per_node, total = given
    options_ = slurm_options(command)
    if total is None and nodes is not None and per_node is not None:
        total = _product(nodes, per_node)
    if total is None and (carried := of_carriers(command)) is not None:
        return carried
    if total is None and command.launcher in ("srun", ""):
        total = slurm.tasks(options_) if command.launcher == "srun" or is_carried(command) else None
        per_node = per_node or slurm.number(options_, "ntasks-per-node")
    return total, per_node or slurm.per_node(options_)


def of_carriers(command: Command) -> tuple[Traced | None, Traced | None] | None:
    """What torchrun starts where it starts the shell that starts the program."""
    for carrier in reversed(command.invocation.carriers):
        names = [each.text.rpartition("/")[2] for each in carrier]
        if "torchrun" in names:
            inner = replace(command, launcher="torchrun", before=tuple(carrier))
            nodes, each, _ = counted_by_launcher(inner)
            return (_product(nodes, each) if nodes is not None and each is not None else None), each
    return None


def device(command: Command) -> Traced | None:
    """The accelerator that Slurm is asked for."""
    return slurm.accelerator(slurm_options(command))


def counted_by_launcher(command: Command) -> tuple[Traced | None, Traced | None, Traced | None]:
    """Nodes, processes of each, and processes in all, as far as the options of the launcher count them."""
    before = command.before
    match command.launcher:
        case "torchrun":
            nodes = _value(before, "--nnodes")
            per_node = _value(before, "--nproc_per_node", "--nproc-per-node")
            told = command.invocation.variables  # by which a cluster tells torchrun what its command does not
            if per_node is None and not _has(before, "--nproc_per_node", "--nproc-per-node"):
                each = told.get("PET_NPROC_PER_NODE")
                per_node = computed(each.text, before[0]) if each is not None and each.text.isdecimal() else None
            if nodes is None and _has(before, "--standalone") and not _has(before, "--nnodes"):
                nodes = computed("1", before[0])
            if nodes is None and not _has(before, "--nnodes") and per_node is not None:
                count = told.get("PET_NNODES")
                nodes = computed(count.text if count is not None else "1", per_node)  # 1 is torchrun's own default
            return nodes, per_node, None
        case "deepspeed":
            nodes, per_node = _value(before, "--num_nodes"), _value(before, "--num_gpus")
            if nodes is None and per_node is not None and not _has(before, "--num_nodes", "--hostfile", "-H"):
                nodes = computed("1", per_node)  # the launcher's own default without a list of hosts
            return nodes, per_node, None
        case "accelerate":
            return None, None, _value(before, "--num_processes", "--num-processes")
        case "ray":
            words = command.words
            return _value(words, "--actor-num-nodes"), _value(words, "--actor-num-gpus-per-node"), None
        case "mpirun" | "mpiexec":
            return None, _value(before, "-npernode", "--npernode", "-ppn"), _value(before, "-np", "-n", "--np")
        case _:
            return None, None, None


def slurm_options(command: Command) -> dict[str, Traced]:
    """What Slurm is asked for; of how tasks are counted only what stands nearest to the program."""
    own = of_srun(command)
    others = _COUNTS if own.keys() & _COUNTS else frozenset[str]()
    return {name: each for name, each in command.invocation.slurm.items() if name not in others} | own


def of_srun(command: Command) -> dict[str, Traced]:
    """The options of the srun or sbatch that starts a command."""
    found: dict[str, Traced] = {}
    for carrier in command.invocation.carriers:
        if carrier and carrier[0].text.rpartition("/")[2] in ("srun", "sbatch"):
            found |= slurm.options(carrier)
    if command.launcher == "srun" or (command.before and command.before[0].text == "srun"):
        found |= slurm.options(command.before)
    return found


def is_carried(command: Command) -> bool:
    """Whether srun starts the shell that starts the program."""
    return any(each[0].text.rpartition("/")[2] == "srun" for each in command.invocation.carriers if each)


def _has(words: Sequence[Traced], *names: str) -> bool:
    return any(each.text.partition("=")[0] in names for each in words)


def _value(words: Sequence[Traced], *names: str) -> Traced | None:
    """The whole number behind an option."""
    for index, each in enumerate(words):
        name, sign, text = each.text.partition("=")
        if name not in names:
            continue
        found = each.part(len(name) + 1) if sign else words[index + 1] if index + 1 < len(words) else None
        if found is not None and re.fullmatch(r"\d{1,7}", found.text) and int(found.text) > 0:
            return found
        if sign and text:
            return None
    return None


def _product(nodes: Traced, per_node: Traced) -> Traced:
    return computed(str(int(nodes.text) * int(per_node.text)), nodes)
