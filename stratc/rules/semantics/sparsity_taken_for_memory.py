"""SE146: the experts that a token uses taken for what memory holds."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

TAKEN = {
    "only_active_held": "the next token may go to any expert, so that the weights of all of them are held",
    "memory_by_top_k": "every expert is held once, however many of them a token uses",
}


@rule("SE146", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def sparsity_taken_for_memory(case: Case) -> Iterator[Finding]:
    """The memory of a mixture of experts is said to follow the experts that a token uses.

    ## What it finds
    "Only the active parameters have to be held in GPU memory", "inactive experts take no memory", "top-2 doubles the
    memory of the expert weights".  Experts that are loaded from the host when needed are left alone.

    ## Why it matters
    The router picks other experts for every token, and a batch soon reaches all of them.  Active parameters set the
    operations per token; all parameters set the memory, often ten times as much.

    ## Example
    ```plan
    - **Experts**: 64 per layer, top-2
    - Only the active experts have to be held in GPU memory   <!-- SE146 -->
    ```

    ## References
    - lepikhin-2020, section 2
    """
    for mention in case.mentions(*TAKEN, roles=(Role.PLAN, Role.ALTERNATIVE)):
        yield Finding(
            at=mention,
            message=f"memory does not follow what a token uses: {TAKEN[mention.concept]}",
            label="said here",
            help="count the parameters of all experts for memory, the active ones for operations",
        )
