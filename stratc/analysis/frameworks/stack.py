"""What named software stacks do with memory of their own accord, where the published formulas leave it open."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.origin import Known, value_or
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.analysis.case import Case


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stack(Record):
    """Habits of a stack; those of one that the plan does not name are the papers' own.

    `gradients` is the bytes of a gradient beside BF16 weights, `kept_gradients` those of a second one in the
    weights' precision; `handed` tells whether gradients in half precision reach the optimizer as an FP32 copy of
    its share. `fused` is the share of element-wise operations in fused kernels. `loss_copies` counts FP32 copies of
    the logits, None where they never exist as a whole; `loss_whole` tells whether tensor parallelism leaves them
    undivided. `alternate` tells whether selective recomputation means every second layer. `bucket` and `gathered`
    count elements of the buffers for reductions and for gathered weights. `sends` tells whether a stage keeps its
    outputs beside its inputs, `libraries` whether workspaces of libraries are known, `unfused` whether the
    optimizer steps without a fused kernel, `offloads` whether its state is on the host. `as_stages` tells whether a
    replica's batch is cut into as many micro-batches as stages where the plan names none, `ends_whole` whether
    sharded weights and gradients mean those of transformer layers alone, `masters` whether the weights that a device
    keeps are the FP32 ones, cast as they are gathered, and `regathers` whether sequence parallelism gathers the inputs
    of blocks once more for the backward pass instead of keeping them whole. `uniform` tells whether stages share out
    embedding, final norm and output layer like layers, one each, and `averaged` is the bytes of a gradient in which
    all replicas average it as a whole, although ZeRO shards the state; 0 where each is only sent to its owner.
    `parted` tells whether the gate and the first projection of a feed-forward block are two products, each of which
    all-reduces the gradient of their input.
    """

    name: str = ""
    gradients: int = 2
    kept_gradients: int = 0
    handed: bool = False
    fused: float = 0.0
    loss_copies: int | None = 3
    loss_whole: bool = False
    alternate: bool = False
    bucket: float = 0.0
    gathered: float = 0.0
    sends: bool = False
    libraries: bool = False
    unfused: bool = False
    offloads: bool = False
    as_stages: bool = False
    ends_whole: bool = False
    masters: bool = False
    regathers: bool = True
    uniform: bool = False
    averaged: int = 0
    parted: bool = False


UNNAMED = Stack(fused=1, loss_copies=1)
_MEGATRON = Stack(gradients=4, handed=True, fused=1, loss_copies=1, libraries=True, ends_whole=True)
_DEEPSPEED = replace(_MEGATRON, kept_gradients=2, sends=True, libraries=False, ends_whole=False)
_BUCKETS = 2 * 5e8  # deepspeed-config: reduce_bucket_size and allgather_bucket_size, 500 million elements each

STACKS: tuple[Stack, ...] = (
    # the first whose name occurs in the framework that the plan names; sources by key of stratc/cost/references.toml:
    # megatron-core (20 or 4 + 16/d bytes with half-precision gradients, 18 or 6 + 12/d with FP32 ones);
    # megatron-fsdp (modules that are no unit of it stay allocated); torchtitan-pipeline (micro-batches);
    # torchtitan-parallelize (every second layer, FP32 weights, inputs kept whole);
    # llm-foundry (norms in half precision and a fused loss unless told otherwise);
    # deepspeed-config (buckets, live parameters), deepspeed-bf16 (FP32 gradients beside BF16 ones);
    # internevo-zero (an FP32 copy of the gradients, and the step);
    # aleph-alpha-scaling (stages of as many modules each, gradients averaged in FP32 after the last micro-batch,
    # SwiGLU of two column-parallel products, logits gathered before the loss);
    # and of liger-kernel (logits in pieces) and hagemann-2023: its sweep ran with and without fused norms
    replace(_DEEPSPEED, name="megatron-deepspeed", bucket=_BUCKETS),
    replace(_DEEPSPEED, name="neox", bucket=_BUCKETS),
    Stack("deepspeed", handed=True, bucket=_BUCKETS, gathered=1e9),
    replace(_MEGATRON, name="megatron"),
    replace(_MEGATRON, name="nemo", gradients=2, handed=False),
    replace(_MEGATRON, name="bridge"),
    Stack("nanotron", gradients=4),
    Stack("torchtitan", fused=1, alternate=True, as_stages=True, masters=True, regathers=False),
    Stack("composer", fused=1, loss_copies=1),
    Stack("foundry", fused=1, loss_copies=1),
    Stack("internevo", handed=True, unfused=True),
    Stack("aleph alpha", fused=0.5, loss_copies=4, loss_whole=True, uniform=True, averaged=4, parted=True),
)
_LIGER = re.compile(r"(?<!no )(?<!without )\bliger\b")
_OFFLOADED = re.compile(r"(?<!no )\boffload(?:ed|ing)?\b")


def stack_of(case: Case) -> Stack:
    """The stack that the plan's framework names.

    Liger's kernels fuse norms, gates and the loss of whatever stack uses them; an offloaded optimizer leaves its state
    on the host.
    """
    fact = case.fact("strategy.framework")
    words = str(fact.value).lower() if isinstance(fact, Known) else ""
    found = next((each for each in STACKS if each.name in words), Stack()) if words else UNNAMED
    if _LIGER.search(words):
        found = replace(found, fused=1, loss_copies=None)
    hosted = value_or(case.strategy.offload_optimizer, False)
    return replace(found, offloads=True) if hosted or _OFFLOADED.search(words) else found
