"""SE124: an all-reduce over replicas that are not there, or have nothing to reduce."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import sides
from stratc.analysis.said.phase import serves, training_words
from stratc.arith.functions import product
from stratc.arith.term import plain
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.mention import Mention
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("SE124", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def reduction_without_replicas(case: Case) -> Iterator[Finding]:
    """A data-parallel all-reduce is planned with one replica, or among replicas that serve requests.

    ## What it finds
    An all-reduce credited to data parallelism where the degree is stated as one, or in a plan that serves.  Plans with
    experts are left alone: their devices may hold copies of the dense part, and exchange more than gradients.  It is a
    question where no degree is stated and the others multiply to all devices.

    ## Why it matters
    Data parallelism reduces gradients, and only training has them: replicas that serve share nothing but a load
    balancer.  Time, buffers and links are planned for traffic that does not occur.

    ## Example
    ```plan
    # Inference plan
    - **TP**: 4
    - **DP**: 2
    - **DP communication**: all-reduce across the replicas   <!-- SE124 -->
    ```

    ## References
    - narayanan-2021, section 2.1
    """
    if not case.has("strategy.dp"):
        yield from _nowhere(case)
    degree = case.known("strategy.dp")
    if not degree.is_stated or case.has("model.experts") or any(case.mentions("expert_parallel")):
        return
    reductions = [each for each in case.mentions("all_reduce") if each.cause == "dp"]
    trained = {mention.context for mention in training_words(case)}
    if degree.value == 1 and value_or(case.strategy.cp, 1) == 1:
        apart = [each for each in reductions if not any(span in each.context for span in degree.spans())]
        why = "dp = 1 has no replicas"  # said elsewhere: "with DP = 1 the all-reduce goes" is right
    elif serves(case) and not trained:
        apart, why = reductions, "replicas that serve share nothing"
    else:
        return
    if apart:
        yield _finding(apart[0], degree, why)


def _nowhere(case: Case) -> Iterator[Finding]:
    """A reduction among replicas where no degree is said and the others take all devices."""
    devices, tp = case.known("strategy.device_count"), case.known("strategy.tp")
    reduction = next((each for each in case.mentions("all_reduce") if each.cause == "dp"), None)
    if reduction is not None and plain(product(sides(case, "tp", "ep", "pp", "cp"))) == devices.value > tp.value:
        yield Finding(
            at=reduction,
            message="a data-parallel all-reduce planned, but the plan states no dp, and its other degrees take all "
            f"{devices.value} devices",
            label="said here",
            severity=Severity.INFO,
            certainty=Certainty.JUDGEMENT,
            also=((devices, "all devices"),),
            help="say which devices are replicas of one another",
        )


def _finding(at: Mention, degree: Known[int], why: str) -> Finding:
    return Finding(
        at=at,
        message=f"a data-parallel all-reduce planned, but {why}",
        label="said here",
        also=((degree, "data parallelism"),),
        help="leave it out, or name the group that does reduce",
    )
