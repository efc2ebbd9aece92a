"""PE272: a throughput far below that of one sequence on one device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import stated_weights
from stratc.analysis.said.promise import promises
from stratc.arith.term import lift, plain
from stratc.arith.unit import TOKEN_RATE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import FLOORS, Per
from stratc.rules.rule import Finding, rule

FAR = 8.0  # times; collectives and launches slow a single sequence down by less


@rule("PE272", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def rate_below_one_sequence(case: Case) -> Iterator[Finding]:
    """The throughput of all devices is far below what one sequence alone would have on a single one.

    ## What it finds
    Tokens a second in total, eight times or more below one token in the time that one device takes to read all weights
    of the model, in a plan with several devices.  A floor that the plan sets itself is left alone.

    ## Why it matters
    Nobody plans such devices for such a rate: the figure is that of sequences, of a millisecond, or of a device.

    ## Example
    ```plan
    - **Model**: 30B parameters in FP16
    - **Tensor Parallelism**: 8
    - **Total GPUs**: 8
    - **Memory bandwidth**: 2.0 TB/s per GPU
    - **Throughput**: 0.4 tokens/second   <!-- PE272 -->
    ```

    ## References
    - pope-2022, section 2
    """
    claims = [each for each in promises(case, "throughput.tokens") if _is_rate(each)]
    if not claims or plain(case.number("strategy.device_count")) < 2:
        return
    alone = lift(case.number("hardware.memory_bandwidth") / stated_weights(case))
    for claim in claims:
        if claim.quantity.high * FAR < alone.value:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} in all, but one sequence on a single device that reads all weights "
                f"a token has {show(alone.value, TOKEN_RATE)}: {figures(alone.value / claim.value, 2)} times as many",
                because=lift(alone),
                stated=claim.value,
                unit=TOKEN_RATE,
                help="look at what the figure counts: sequences, tokens of a device, or tokens of a millisecond",
            )
            return


def _is_rate(claim: Claim) -> bool:
    whole = claim.per in (Per.UNSAID, Per.TOTAL) and claim.quantity.dimension == TOKEN_RATE
    return whole and claim.relation not in FLOORS and claim.value > 0 and claim.goal is None
