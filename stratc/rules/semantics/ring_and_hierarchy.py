"""SE109: two algorithms for one all-reduce."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.mention import Mention
from stratc.ir.origin import value_or
from stratc.ir.scope import Topic
from stratc.rules.rule import Finding, rule

NODE = 8  # devices of the usual node, where the plan does not say


@rule("SE109", category=Category.COMMUNICATION, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def ring_and_hierarchy(case: Case) -> Iterator[Finding]:
    """The tensor-parallel all-reduce is called both a ring and hierarchical.

    ## What it finds
    Both words for the collectives of tensor parallelism whose groups fit a node.

    ## Why it matters
    A hierarchy reduces inside nodes first and between them after; a group inside one node has nothing to do in its
    second step.  One of the two words is decoration, and the volume per device hangs on which.

    ## Example
    ```plan
    - **Tensor Parallelism**: 4-way
    - **Tensor parallel communication**: ring-based all-reduce
    - **Tensor parallel optimization**: hierarchical all-reduce   <!-- SE109 -->
    ```

    ## References
    - nccl-manual, algorithms
    """
    tp = case.known("strategy.tp")
    if not 2 <= tp.value <= value_or(case.plan.hardware.devices_per_node, NODE):
        return
    rings = [each for each in case.mentions("ring") if _is_tensor(each)]
    for mention in case.mentions("hierarchical"):
        if _is_tensor(mention) and rings:
            yield Finding(
                at=mention,
                message=f"hierarchical here and a ring elsewhere, for groups of {tp.value} devices inside a node",
                label="hierarchical",
                also=((rings[0], "a ring"), (tp, "devices of a group")),
                help="keep the ring",
            )
            return


def _is_tensor(mention: Mention) -> bool:
    return mention.cause == "tp" or (not mention.cause and mention.scope.topics[:1] == (Topic.TENSOR,))
