"""ME145: more sequences let in at once than the memory holds at full length."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.limits import SEQUENCES, limit
from stratc.analysis.memory.account import keeps_cache
from stratc.analysis.memory.amounts import room_for_tokens
from stratc.analysis.memory.cache import context
from stratc.analysis.model.architecture import sliding
from stratc.arith.term import lift, plain
from stratc.arith.unit import TOKEN, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

FAR = 1.25  # of figures of the memory that a server leaves to others


@rule("ME145", category=Category.MEMORY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def limit_beyond_memory(case: Case) -> Iterator[Finding]:
    """The server lets more sequences run at once than its memory holds at the plan's length.

    ## What it finds
    A `max-num-seqs` whose sequences, each as long as prompt and output of the plan, need more cache than all memory of
    a replica beside the weights.

    ## Why it matters
    The server then takes requests in, throws some out again when the cache is full, and computes them anew.  That may
    be meant where most sequences are shorter; as a protection against overload the limit does nothing.

    ## Example
    ````plan
    - **Model**: 36B parameters, 48 layers, 48 heads, 8 KV heads, head dimension 128, BF16
    - **GPU memory**: 80 GB per GPU
    - **Parallelism**: TP2, PP1, DP1
    - **Prompt length**: 7000 tokens, output length 1000 tokens
    ```bash
    vllm serve org/model --tensor-parallel-size 2 --max-num-seqs 256   <!-- ME145 -->
    ```
    ````

    ## References
    - vllm-engine-arguments, max-num-seqs
    """
    found = limit(case, SEQUENCES)
    if found is None or not keeps_cache(case) or sliding(case):
        return
    setting, most = found
    held = lift(room_for_tokens(case) / context(case))
    if most > FAR * held.value:
        yield Finding(
            at=setting,
            message=f"{figures(most)} sequences let in at once, but with {show(plain(context(case)), TOKEN)} each a "
            f"replica holds {held} = {figures(held.value)}",
            because=held,
            stated=most,
            computed=held.value,
            label="set here",
            help="lower the limit, or say how long sequences are as a rule",
        )
