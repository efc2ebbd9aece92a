"""PE213: a latency and a throughput that leave each sequence a length which the plan does not state."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import stated_lengths
from stratc.analysis.said.promise import said, single_total
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import TOKEN, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

NEAR = 1.25
TIMES = ("latency.step", "latency.forward", "latency.unsaid")


@rule("PE213", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def batch_time_of_unstated_length(case: Case) -> Iterator[Finding]:
    """A latency and a throughput belong together only for sequences of a length that the plan does not state.

    ## What it finds
    The total throughput × the time of a batch, or a latency of which the plan does not say what it spans, ÷ batch: the
    tokens that each sequence has in that time.  They should be one, as in a decode step, or one of the lengths that
    the plan states, with as many batches under way as it has stages and replicas.  Silent where it times tokens, too.

    ## Why it matters
    Where no stated length fits, one of the two figures was worked out for another load or for none, and neither holds
    for the load that the plan is made for.

    ## Example
    ```plan
    - **Batch size**: 128 sequences
    - **Sequence length**: 512 to 8192 tokens
    - **Throughput**: 40,000 tokens/s
    - **Projected latency**: 30 ms   <!-- PE213 -->
    ```

    ## References
    - pope-2022, section 2
    """
    batch = lift(case.number("workload.batch_size"))
    if any(case.claims("latency.tpot")) or case.has("target.tpot"):
        return
    time = next((each for metric in TIMES for each in single_total(case, metric)), None)
    if time is None or not time.value:
        return
    of_time = Named("", time.value, time, time.quantity.unit)
    for rate in single_total(case, "throughput.tokens"):
        each = Named("", rate.value, rate, rate.quantity.unit) * of_time / batch
        text = _unlike(case, time, each)
        if text:
            yield Finding(
                at=time,
                message=f"{said(time)} stated, in which {said(rate)} are {figures(each.value, 3)} tokens for each of "
                f"{figures(batch.value)} sequences: {text}",
                because=each,
                stated=time.value,
                unit=TOKEN,
                also=((rate, "throughput stated here"),),
                help="give the batch and the length that time and throughput hold for",
            )


def _unlike(case: Case, time: Claim, each: Term) -> str:
    """Why tokens of a sequence fit none of the lengths of the plan; "" where they fit one."""
    lengths = stated_lengths(case)
    under_way = {1.0, *(float(case.known(key).value) for key in ("strategy.dp", "strategy.pp") if case.has(key))}
    under_way.add(max(under_way) * min(under_way - {1.0}, default=1.0))
    fits = (1 / NEAR < each.value / (length * many) < NEAR for length in (1.0, *lengths) for many in under_way)
    if not lengths or any(fits):
        return ""
    low, high = min(lengths), max(lengths)
    if low < each.value < high:
        return "a length that the plan does not state"
    if time.metric == "latency.step" or low < each.value < high * max(under_way):
        return ""  # for another rule, or some of the batches under way
    return (
        f"neither one, as in a decode step, nor the {figures(low)}{f' to {figures(high)}' * (high > low)} of the plan"
    )
