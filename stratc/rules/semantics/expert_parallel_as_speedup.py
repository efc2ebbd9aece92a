"""SE103: expert parallelism credited with faster experts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("SE103", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_parallel_as_speedup(case: Case) -> Iterator[Finding]:
    """Expert parallelism is said to shorten the computation of an expert.

    ## What it finds
    A latency or computation of one expert that the plan divides by its expert-parallel degree, or calls
    faster in words.

    ## Why it matters
    Expert parallelism puts whole experts on different devices.  Each computes its tokens as before; only tensor
    parallelism inside experts splits one.  The gain is in memory and in how many experts work side by side.

    ## Example
    ```plan
    - **Expert Parallelism**: 8-way
    - Expert parallelism reduces per-expert latency by 8x   <!-- SE103 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    figures = set()
    for claim in case.claims("reduction.latency", "speedup.latency", "speedup.computation"):
        if claim.cause == "ep" and claim.per is Per.EXPERT:
            figures.add(claim.context)
            gain = claim.quantity.show() + ("" if claim.metric.startswith("reduction") else "×")
            yield Finding(
                at=claim,
                message=f"experts faster by {gain}, credited to expert parallelism, which places whole "
                "experts and splits none",
                help="credit tensor parallelism inside experts, or speak of experts that work side by side",
            )
    for mention in case.mentions("expert_faster", roles=(Role.PLAN, Role.ALTERNATIVE)):
        if mention.context in figures:
            continue
        yield Finding(
            at=mention,
            message="one expert said to become faster by expert parallelism, which splits none",
            label="said here",
            help="credit tensor parallelism inside experts, or speak of experts that work side by side",
        )
