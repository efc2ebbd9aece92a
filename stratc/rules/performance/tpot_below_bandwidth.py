"""PE202: a token sooner than its weights can be read."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import least_token_seconds
from stratc.analysis.said.promise import foremost, is_below, promises, said
from stratc.arith.term import lift, plain
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.scope import Role
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

TOKEN = "latency.tpot"
DRAFTED = 6  # tokens of a step at most, drafts accepted and one more
WHOLE = (Per.UNSAID, Per.TOTAL)  # not a stage, a layer or a micro-batch


@rule("PE202", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def tpot_below_bandwidth(case: Case) -> Iterator[Finding]:
    """A token or a pass is promised sooner than its weights can be read from memory.

    ## What it finds
    A time per output token below the weights that a token must use, read at the memory bandwidth of the devices that
    work on it at once; pipeline stages work one after another, and a plan that drafts tokens takes several in a step.
    The same for a step or a forward pass of all of the model, which reads them once at least; in a pipeline what a plan
    calls a step may be that of one stage.

    ## Why it matters
    Decoding is bound by memory bandwidth; batching raises the throughput, never the speed of one sequence.

    ## Example
    ```plan
    - **Parameters**: 70B
    - **Precision**: FP16
    - **VRAM Bandwidth**: 2 TB/s
    - **Tensor Parallelism**: 8-way
    - **Total GPUs**: 8
    - **Time per output token**: 4 ms   <!-- PE202 -->
    ```

    ## References
    - pope-2022, section 2
    """
    bound = least_token_seconds(case)
    accepted = DRAFTED if any(case.mentions("drafting")) else 1
    stages = value_or(case.plan.strategy.pp, 1)
    passes = (each for each in promises(case, "latency.step", "latency.forward") if each.per in WHOLE)
    for claim in (*foremost(promises(case, "latency.tpot")), *foremost(passes)):
        if is_below(claim, plain(bound) / (accepted if claim.metric == TOKEN else stages)):
            yield Finding(
                at=claim,
                message=f"{said(claim)}{' a token' if claim.metric == TOKEN else ''} claimed, but reading its weights "
                f"takes {bound} = {show(plain(bound), SECOND)}",
                because=lift(bound),
                stated=claim.value,
                unit=SECOND,
                certainty=Certainty.JUDGEMENT if claim.scope.role is Role.TARGET else None,
                help="a draft model or fewer bytes a weight get below; name them if they are meant",
                rival=True,
            )
