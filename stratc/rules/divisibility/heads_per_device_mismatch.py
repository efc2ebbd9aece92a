"""DI202: stated heads per device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import cut
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("DI202", category=Category.DIVISIBILITY, severity=Severity.ERROR)
def heads_per_device_mismatch(case: Case) -> Iterator[Finding]:
    """The stated heads per device are not the heads divided by the tensor-parallel degree.

    ## What it finds
    Heads per device that are neither heads ÷ tp nor the same divided by the ranks that split the sequence, which
    exchange heads in some schemes (Ulysses).  KV heads are accepted too.

    ## Why it matters
    The split of attention weights, KV cache and work over the devices does not come out as described.

    ## Example
    ```plan
    - **Attention heads**: 64
    - **Tensor Parallelism**: 8-way
    - **Heads per GPU**: 16 <!-- DI202 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    stated = case.known("strategy.heads_per_device")
    shares = cut(case, "model.heads", "strategy.tp")
    fair = {shares.working.value, float(shares.whole.value)}  # all heads: read from a formula more often than meant
    fair |= {shares.working.value / max(1, value_or(degree, 1)) for degree in (case.strategy.cp, case.strategy.sp)}
    kv_heads = value_or(case.plan.model.kv_heads, 0)
    fair |= {max(1.0, kv_heads / max(1, shares.degree.value))} if kv_heads else set()
    if not shares.is_even or stated.value in fair or _fits_another(case, stated.value):
        return
    yield Finding(
        at=stated,
        message=f"{figures(stated.value)} heads per device stated, but {shares}",
        because=shares.working,
        stated=stated.value,
        help="correct the heads or the tensor-parallel degree",
        write=figures(shares.working.value) if stated.is_stated else "",
    )


def _fits_another(case: Case, stated: int) -> bool:
    """Whether the heads are those of another strategy of the plan: prefill beside decode, an alternative."""
    heads = case.known("model.heads").value
    others = (case.plan.strategy, *case.plan.further, *case.plan.rejected)
    return any(isinstance(each.tp, Known) and stated * each.tp.value == heads for each in others)
