"""What the devices are to do."""

from __future__ import annotations

from stratc.ir.origin import Fact, Unknown
from stratc.ir.values import Extent
from stratc.record import Record, dataclass

ACCUMULATION = "gradient-accumulation steps"  # the step by which micro-batches follow from them


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Workload(Record):
    """What the devices are to do."""

    phase: Fact[str] = Unknown("workload.phase")  # training or inference
    batch_size: Fact[int] = Unknown("workload.batch_size")  # sequences of a step over all replicas
    micro_batches: Fact[int] = Unknown("workload.micro_batches")  # micro-batches of a pipeline step
    micro_batch_size: Fact[int] = Unknown("workload.micro_batch_size")  # sequences of a micro-batch
    accumulation_steps: Fact[int] = Unknown("workload.accumulation_steps")  # passes whose gradients an update adds up
    sequence_length: Fact[Extent] = Unknown("workload.sequence_length")  # tokens of a sequence, a number or a range
    prompt_length: Fact[Extent] = Unknown("workload.prompt_length")  # tokens of a prompt
    output_length: Fact[Extent] = Unknown("workload.output_length")  # tokens generated for a prompt
