"""PE121: more in use than there is."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import CEILINGS
from stratc.rules.rule import Finding, rule

SHARES = ("memory.share", "utilisation.mfu", "utilisation.pipeline", "utilisation.bandwidth", "utilisation")
LEAST = 1.005  # of the whole; 100 % may be rounded up


@rule("PE121", category=Category.THROUGHPUT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def use_above_whole(case: Case) -> Iterator[Finding]:
    """More than all of a device's memory, compute or bandwidth is said to be in use.

    ## What it finds
    A utilisation, or a share of the memory, above 100 %, unless the same words admit that it is too much.  Certain
    where they call it optimal, minimal or within limits.

    ## Why it matters
    Nothing can be used more than whole: the figure divides by something else, or the plan does not fit.

    ## Example
    ```plan
    - **Memory utilization**: 118% of GPU memory   <!-- PE121 -->
    - **MFU**: 45%
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    praised, admitted = (_places(case, concept) for concept in ("excess_praised", "excess_admitted"))
    told: set[object] = set()
    for claim in case.claims(*SHARES):
        bound = claim.relation in CEILINGS
        if claim.quantity.low > LEAST and not bound and not admitted.intersection(claim.spans()):
            told.update(claim.spans())
            yield _finding(claim, bool(praised.intersection(claim.spans())))
    for mention in case.mentions("excess_praised"):
        if not told.intersection(mention.spans()):
            yield Finding(
                at=mention,
                message="more than all that there is in use, and called good",
                category=Category.CONSISTENCY,
                certainty=Certainty.DEFINITE,
                help="say what it is a share of, or divide the model further",
            )


def _places(case: Case, concept: str) -> set[object]:
    return {span for mention in case.mentions(concept) for span in mention.spans()}


def _finding(claim: Claim, praised: bool) -> Finding:
    memory = claim.metric == "memory.share"
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of {'the memory' if memory else 'what there is'} in use"
        f"{', and called good' if praised else ''}",
        stated=claim.value,
        computed=1.0,
        unit=claim.quantity.unit,
        category=Category.CONSISTENCY if praised else Category.MEMORY if memory else None,
        certainty=Certainty.DEFINITE if praised and memory else None,
        help="say what it is a share of, or divide the model further" if memory else "say what it is a share of",
    )
