"""What the plan requires or promises to reach."""

from __future__ import annotations

from stratc.ir.origin import Fact, Unknown
from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Targets(Record):
    """What the plan requires or promises to reach."""

    ttft: Fact[float] = Unknown("target.ttft")  # time to the first token, seconds
    tpot: Fact[float] = Unknown("target.tpot")  # time per output token, seconds
    throughput: Fact[float] = Unknown("target.throughput")  # tokens/s in total
    latency: Fact[float] = Unknown("target.latency")  # time of a request or step, seconds
