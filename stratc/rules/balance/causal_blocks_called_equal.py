"""BA107: contiguous blocks of a causal sequence, called equal work."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.balance import last_block
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("BA107", category=Category.BALANCE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def causal_blocks_called_equal(case: Case) -> Iterator[Finding]:
    """Context-parallel ranks are said to have equal attention work, and no order of tokens makes it so.

    ## What it finds
    Equal work, or a causal mask that needs no care, said of the blocks of a sequence in a plan with context
    parallelism.  Where the plan does not say that blocks are contiguous, the finding is only a question.  Silent where
    a zig-zag, striped or other order is named.

    ## Why it matters
    Under a causal mask a token looks at those before it.  Of n contiguous blocks the last has 2n - 1 times the work of
    the first and 2 - 1/n times the mean, and every ring step waits for it.

    ## Example
    ```plan
    - **Context Parallelism**: 4
    - Each rank holds a contiguous block, so the attention work is equal   <!-- BA107 -->
    ```

    ## References
    - brandon-2023, abstract
    """
    degree = case.known("strategy.cp")
    said = tuple(case.mentions("attention_work_equal", "causal_mask_ignored", roles=(Role.PLAN, Role.TARGET)))
    if degree.value < 2 or not said or any(case.mentions("blocks_interleaved", roles=tuple(Role))):
        return
    blocks = tuple(case.mentions("blocks_contiguous"))
    asserted = next((each for each in said if each.concept == "causal_mask_ignored"), said[0])
    sure = bool(blocks) or asserted.concept == "causal_mask_ignored"
    work = last_block(case)
    yield Finding(
        at=asserted,
        message=f"{figures(degree.value)} blocks of a sequence called equal work, but under a causal mask the last of "
        f"contiguous blocks has {figures(work.value)} times the mean",
        because=work,
        label="said here",
        also=(*((each, "contiguous blocks") for each in blocks[:1]), (degree, "the blocks")),
        severity=None if sure else Severity.INFO,
        certainty=None if sure else Certainty.JUDGEMENT,
        help="deal the tokens out in a zig-zag or striped order",
    )
