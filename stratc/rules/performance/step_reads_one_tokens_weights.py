"""PE128: a step of a batch that reads the weights of a single token."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import batch_parameters, memory_readings, token_parameters
from stratc.analysis.memory.setting import element_bytes
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import PERCENT, SECOND, UNITS, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

NEAR = 0.06  # by which the bytes of a working may be off those of the active parameters
MORE = 1.3  # times as many bytes, from which on the difference is worth a word


@rule("PE128", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def step_reads_one_tokens_weights(case: Case) -> Iterator[Finding]:
    """The time of a decode step reads the active parameters alone, which are those of one token and not of a batch.

    ## What it finds
    A working that divides the bytes of the active parameters by a memory bandwidth, in a plan with experts.  The tokens
    of a batch choose different experts: of E experts with K for each token, 1 - (1 - K / E)^batch are read.  Where the
    plan states no batch the finding is a remark.

    ## Why it matters
    Throughput and time per token that are multiplied by a batch, but read the weights of one token, come out several
    times too good.

    ## Example
    ```plan
    - **Model**: 120B parameters, 20B active, 16 experts, top-2, FP16
    - **Batch size**: 64 sequences
    - **Memory bandwidth**: 3.35 TB/s
    - **Decode step**: 40 GB / 8 GPUs / 3.35 TB/s = 1.49 ms   <!-- PE128 -->
    ```

    ## References
    - pope-2022, section 2
    """
    chosen, experts = plain(case.number("model.top_k")), plain(case.number("model.experts"))
    active, width = _active(case), plain(element_bytes(case))
    if chosen >= experts:
        return
    batch = plain(case.number("workload.batch_size")) if case.has("workload.batch_size") else None
    tokens = experts / chosen if batch is None else batch
    read, share = batch_parameters(case, active, tokens)
    if read < active * MORE:
        return
    for claim, amount, _ in memory_readings(case):
        if isclose(amount.value, active * width, rel_tol=NEAR):
            computed = lift(Named("parameters", read, None, UNITS["parameters"]) * Named("", width, None, UNITS["B"]))
            of_batch = f"{figures(round(tokens))} tokens" if batch is None else f"the batch of {figures(batch)}"
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} for reading {amount}, the active parameters of one token, but "
                f"{of_batch} use {show(share, PERCENT)} of the experts: {show(computed.value, UNITS['GB'])}",
                stated=claim.value,
                computed=claim.value * computed.value / amount.value,
                unit=SECOND,
                severity=Severity.INFO if batch is None else None,
                certainty=Certainty.JUDGEMENT if batch is None else None,
                help="count the experts that a whole batch reads, and its key-value cache",
            )
            return


def _active(case: Case) -> float:
    """Parameters of one token as the plan says, else by its architecture."""
    stated = min((each.value for each in case.claims("parameters.active")), default=None)
    return plain(token_parameters(case)[0]) if stated is None else stated
