"""PE162: a bound of memory bandwidth that reads no weights."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.memory.setting import element_bytes
from stratc.arith.term import Apply, Term, lift
from stratc.arith.unit import BYTE, BYTE_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

FAR = 10  # times fewer bytes than the weights' share, which sparse experts do not explain
NOTHING = 16e3  # bytes a token, below which no batch that fits a device reads its weights


@rule("PE162", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def memory_rate_without_weights(case: Case) -> Iterator[Finding]:
    """A rate of tokens is the memory bandwidth over bytes of a token in which the weights are left out.

    ## What it finds
    A throughput worked out from a bandwidth and bytes a token that are a tenth or less of the weights of a device over
    the sequences of the batch, as those of one hidden state are; where these are not said, of some kilobytes alone.

    ## Why it matters
    Every step of decoding reads the weights, once for all sequences of its batch, and the cache of each of them.  What
    is left is the traffic of the activations, which bounds nothing.

    ## Example
    ```plan
    - **Hidden size**: 4096
    - **Memory-bound throughput**: 2 TB/s ÷ (2 bytes × 4096) = 244,140,625 tokens/s   <!-- PE162 -->
    ```

    ## References
    - pope-2022, section 2
    """
    share = _share(case)
    most = share.value / FAR if share is not None else NOTHING
    for claim in case.claims("throughput.tokens"):
        match claim.working:
            case Apply("÷", Term() as rate, Term() as read) if rate.dimension == BYTE_RATE and read.value < most:
                of_batch = f": {share} = {show(share.value, BYTE)} for each sequence of the batch" if share else ""
                yield Finding(
                    at=claim,
                    message=f"{show(read.value, BYTE)} a token read, but a step reads the weights{of_batch}, and the "
                    "cache of each sequence",
                    because=share,
                    stated=read.value,
                    unit=BYTE,
                    help="count weights over the batch, and the cache of a sequence",
                )
                return


def _share(case: Case) -> Term | None:
    """The weights of a device over the sequences of the batch; None where the plan leaves them open."""
    if not case.has("model.parameters", "model.precision", "workload.batch_size", "strategy.device_count"):
        return None
    weights = case.number("model.parameters") * element_bytes(case) / device_count(case)
    return lift(weights / case.number("workload.batch_size"))
