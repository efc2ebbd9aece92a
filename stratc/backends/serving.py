"""What serving engines share: how engines stand on nodes, and what of a plan is not for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Problem, Shape
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.flags import Setting, only_version, value
from stratc.backends.notices import CHOSEN, OTHER_USE, remark
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.errors import UsageError
from stratc.ir.origin import Derived, Known

DTYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
IN_CHECKPOINT = ("int8", "int4", "fp4")
NO_NAME = '"${MODEL:?set MODEL to the checkpoint}"'


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes that one start covers: how many, and the devices of each."""

    count: int
    per_node: int


S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Serving(Generic[S]):
    """The backend of an engine that one script starts: writes serve.sh."""

    name: str
    engine: str
    version: str
    lower: Callable[[Case, Options], tuple[S | None, tuple[Diagnostic, ...]]]
    script: Callable[[S, Where], str]

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:
        """The script that starts the server, or why the engine cannot serve the plan."""
        only_version(options, self.engine, self.version)
        no_slurm(options, self.engine)
        server, remarks = self.lower(case, options)
        if server is None:
            return Emission(diagnostics=remarks)
        return Emission((Artefact("serve.sh", self.script(server, where), executable=True),), remarks)


def engine_size(shape: Shape) -> int:
    """Devices that hold the model once: tp × cp × pp."""
    return shape.tp.value * shape.cp.value * shape.pp.value


def no_slurm(options: Options, target: str) -> None:
    """Raises UsageError for a launcher that an engine is not started with."""
    if options.launcher:
        raise UsageError(f"{target} is started on each node by itself; it takes no --launcher {options.launcher}")


def problems(case: Case, shape: Shape) -> Iterator[Problem]:
    """What every engine refuses, or accepts and then leaves ranks without work."""
    heads, layers = value(case, "model.heads"), value(case, "model.layers")
    if heads and heads.value % shape.tp.value:
        yield Problem(f"{heads.value} heads do not divide by tp {shape.tp.value}", (heads, shape.tp), ("heads", "tp"))
    if layers and layers.value < shape.pp.value:
        message = f"{layers.value} layers are fewer than {shape.pp.value} stages"
        yield Problem(message, (layers, shape.pp), ("layers", "stages"))
    name = value(case, "model.name")
    if name and name.value.startswith("-"):
        yield Problem("the model's name begins with `-`: the engine takes it for an option", (name,), ("the name",))
    if name and "\0" in name.value:
        yield Problem("the model's name holds a NUL, which no argument can hold", (name,), ("the name",))
    size, node = engine_size(shape), shape.used_per_node
    if size % node and node % size:
        message = f"an engine of {size} devices and nodes of {node} do not divide one another"
        yield Problem(message, (shape.tp, shape.per_node), ("tp", "devices of a node"))


def inexpressible(case: Case, shape: Shape, engine: str) -> Iterator[Problem]:
    """What only training has."""
    if shape.vpp.value > 1:
        yield Problem(f"vpp {shape.vpp.value}: {engine} has no virtual stages", (shape.vpp,), ("stated here",))
    zero = value(case, "strategy.zero_stage")
    if zero and zero.value:
        yield Problem(f"ZeRO stage {zero.value}: {engine} has no optimizer to shard", (zero,), ("stated here",))


def requests(case: Case, shape: Shape) -> Setting:
    """Sequences that one replica computes at once."""
    batch = value(case, "workload.batch_size")
    if batch is None or shape.dp.value == 1:
        return batch
    return Known(-(-batch.value // shape.dp.value), Derived("batch ÷ dp", (batch, shape.dp)))


def remarks(case: Case, engine: str, lengths: Setting) -> Iterator[Diagnostic | None]:
    """What was chosen where the plan leaves it open, and what the target is not made for."""
    phase, precision = value(case, "workload.phase"), value(case, "model.precision")
    if phase and phase.value == "training":
        yield remark(OTHER_USE, f"the plan trains a model; {engine} serves one", phase)
    if precision and precision.value in IN_CHECKPOINT:
        message = f"{engine} finds weights in {precision.value} by the checkpoint; no flag was written"
        yield remark(CHOSEN, message, precision)
    stated = value(case, "workload.sequence_length")
    if stated and stated.value.is_range and lengths:
        message = f"sequences of {stated.value.low:.0f} to {stated.value.high:.0f} tokens: the upper end was written"
        yield remark(CHOSEN, message, stated)
