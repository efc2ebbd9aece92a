"""Everything the memory of a device depends on beside its stage: recipe, batch, what is kept, all as plain numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.analysis.frameworks.stack import Stack, stack_of
from stratc.analysis.layout.division import Division, division
from stratc.analysis.model.architecture import Assumption, architecture
from stratc.arith.term import plain
from stratc.cost.activations import Kept
from stratc.cost.allowance import library_workspaces
from stratc.cost.memory import ELEMENT_BYTES, FULL, MIXED, Recipe
from stratc.cost.parameters import shard
from stratc.cost.shape import Shape
from stratc.ir.origin import Known, Missing
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.analysis.case import Case
BEFORE_HOPPER = ("v100", "a100", "a800", "a40", "a10", "rtx 3")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Setting(Record):
    """Everything the ledger of a stage depends on beside the stage itself."""

    whole: Shape
    part: Shape
    division: Division
    training: bool
    recipe: Recipe
    kept: Kept
    stack: Stack
    sequence: float | None
    sequences: float | None  # of a micro-batch in training, of a replica in inference
    micro_batches: float
    cache_bytes: float
    workspace: float = 0.0

    @property
    def weighing(self) -> Shape:
        """The part whose weights a device holds: Megatron-Core (transformer/attention.py) cuts those of fewer key-value
        heads than ranks too and gathers what they give; engines that serve repeat the heads."""
        whole, tp = self.whole.kv_heads, self.division.tp
        cut = self.training and plain(whole) < tp
        return replace(self.part, kv_heads=whole / tp) if cut else self.part

    @property
    def alternate(self) -> bool:
        """Whether every second layer is computed again and the others are kept."""
        return self.kept.recompute == "selective" and self.stack.alternate


def amount(case: Case, key: str) -> float | None:
    """A fact as a plain number, None where the plan does not say."""
    fact = case.fact(key)
    return plain(case.named(key, fact)) if isinstance(fact, Known) else None


def word_of(case: Case, key: str) -> str:
    """A fact in words as the plan gives it, in lower case; "" where it does not say."""
    fact = case.fact(key)
    return str(fact.value).lower() if isinstance(fact, Known) else ""


def is_training(case: Case) -> bool:
    """Whether the plan trains, as far as it says."""
    return word_of(case, "workload.phase") == "training"


def element_bytes(case: Case, key: str = "model.precision") -> float:
    """Bytes of one element in the plan's precision; raises Missing where it does not say or we do not know it."""
    word = str(case.known(key).value).lower()
    if word not in ELEMENT_BYTES:
        raise Missing(key)
    return ELEMENT_BYTES[word]


def width_or_none(case: Case) -> float | None:
    """Bytes of one element in the plan's precision, None where it does not say."""
    try:
        return element_bytes(case)
    except Missing:
        return None


def opened(case: Case) -> tuple[Setting, tuple[Assumption, ...]]:
    """The setting of a plan and everything assumed for it; raises Missing where the architecture is not said."""
    return case.once(_opened)


def _opened(case: Case) -> tuple[Setting, tuple[Assumption, ...]]:
    found, divided = architecture(case), division(case)
    assumed = [*found.assumed, *divided.assumed]
    return setting_of(case, found.shape, divided, assumed), tuple(assumed)


def setting_of(case: Case, shape: Shape, divided: Division, assumed: list[Assumption]) -> Setting:
    """What the plan says, with the choices it leaves open appended to `assumed`."""
    training = is_training(case)
    if not case.has("workload.phase"):
        assumed.append(Assumption("workload.phase", "inference", "the plan does not speak of training"))
    if not case.has("model.precision"):
        assumed.append(Assumption("model.precision", "bf16", "the usual precision"))
    if shape.sliding and not training:
        because = "only the last tokens are kept of layers with a window, as engines can"
        assumed.append(Assumption("model.sliding_window", plain(shape.sliding.window), because))
    width = element_bytes(case) if case.has("model.precision") else 2.0
    sequences = _micro_batch(case, divided) if training else _replica_batch(case, divided)
    stack = stack_of(case)
    return Setting(
        whole=shape,
        part=shard(shape, divided.tp, divided.ep, divided.expert_tp),
        division=divided,
        training=training,
        recipe=_recipe(case, stack) if training else Recipe(width, 0, 0),
        kept=_kept(case, shape, stack, assumed),
        stack=stack,
        sequence=_sequence(case),
        sequences=sequences,
        micro_batches=_micro_batches(case, divided, sequences),
        cache_bytes=element_bytes(case, "model.kv_precision") if case.has("model.kv_precision") else max(width, 1.0),
        workspace=_workspace(case) if training and stack.libraries else 0.0,
    )


def _workspace(case: Case) -> float:
    """Workspaces of matrix libraries on the accelerator that the plan names."""
    return plain(library_workspaces(before_hopper=word_of(case, "hardware.accelerator").startswith(BEFORE_HOPPER)))


def _recipe(case: Case, stack: Stack) -> Recipe:
    """Bytes a parameter; FP32 gradients are the optimizer's own, so that no further copy is made for it."""
    precision = word_of(case, "model.precision")
    if precision in ("fp32", "tf32") or stack.masters:
        return FULL
    gradient = 2 if precision == "fp16" else stack.gradients
    handed = 4 if stack.handed and gradient == 2 else 0
    recipe = replace(MIXED, gradient=gradient, optimizer=MIXED.optimizer + handed)
    recipe = replace(recipe, kept=stack.kept_gradients) if gradient == 4 else recipe
    return replace(recipe, optimizer=0) if stack.offloads else recipe


def _kept(case: Case, shape: Shape, stack: Stack, assumed: list[Assumption]) -> Kept:
    recompute = word_of(case, "strategy.recompute")
    if not recompute and is_training(case):
        assumed.append(Assumption("strategy.recompute", "none", "no recomputation is named"))
    sequence_parallel = (amount(case, "strategy.sp") or 1) > 1
    flash = word_of(case, "strategy.attention_kernel") != "unfused"
    return Kept(
        recompute or "none",
        flash,
        sequence_parallel,
        dropout=shape.matrices == 2,
        fused=stack.fused,
        gathered=not stack.regathers,
    )


def _sequence(case: Case) -> float | None:
    if is_training(case) or not case.has("workload.prompt_length"):
        return amount(case, "workload.sequence_length") or amount(case, "workload.prompt_length")
    return (amount(case, "workload.prompt_length") or 0) + (amount(case, "workload.output_length") or 0)


def _micro_batch(case: Case, divided: Division) -> float | None:
    size, batch = amount(case, "workload.micro_batch_size"), amount(case, "workload.batch_size")
    count = amount(case, "workload.micro_batches")
    if size is None and batch is not None and count:
        return max(1.0, batch / divided.dp / count)
    return size


def _replica_batch(case: Case, divided: Division) -> float | None:
    batch = amount(case, "workload.batch_size")
    return None if batch is None else max(1.0, batch / divided.dp)


def _micro_batches(case: Case, divided: Division, size: float | None) -> float:
    count, batch = amount(case, "workload.micro_batches"), amount(case, "workload.batch_size")
    if count:
        return count
    return max(1.0, batch / divided.dp / size) if batch and size else float(divided.pp)
