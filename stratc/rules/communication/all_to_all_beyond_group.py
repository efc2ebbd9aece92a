"""CO109: an all-to-all over more devices than an expert-parallel group has."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule

SPARE = 2  # times the experts of a layer: redundant copies of them are no more


@rule("CO109", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def all_to_all_beyond_group(case: Case) -> Iterator[Finding]:
    """The all-to-all is said to span more devices than share the experts of a layer.

    ## What it finds
    "All-to-all across 1024 ranks" where expert and tensor parallelism together have fewer, or where a layer has not
    half as many experts.

    ## Why it matters
    Tokens travel among the devices that hold the experts of one layer.  Stages and replicas have groups of their own:
    a wider exchange is planned with messages, hops and time that do not occur.

    ## Example
    ```plan
    - **EP**: 8, **TP**: 2, **PP**: 4
    - **Experts per layer**: 32
    - All-to-all across 64 GPUs in each MoE layer   <!-- CO109 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    ep, strategy = case.known("strategy.ep"), case.strategy
    if not ep.is_stated or case.has_several("strategy.ep"):
        return
    tensors = max(value_or(strategy.tp, 1), value_or(strategy.expert_tp, 1)) * value_or(strategy.cp, 1)
    experts = value_or(case.plan.model.experts, 0)
    for claim in case.claims("group.devices"):
        wide = claim.value > ep.value * tensors
        sparse = experts > 0 and claim.value > SPARE * experts * tensors
        if claim.cause == "ep" and ep.value > 1 and (wide or sparse):
            held = f"ep = {ep.value}" if wide else f"a layer has {experts} experts"
            beside = f" and {tensors} devices a tensor group" if tensors > 1 else ""
            yield Finding(
                at=claim,
                message=f"an all-to-all over {figures(claim.value)} devices, but {held}{beside}",
                stated=claim.value,
                computed=ep.value * tensors if wide else experts,
                also=((ep, "expert parallelism"),),
                help="count the devices that share the experts of a layer; stages and replicas exchange on their own",
            )
