"""TG401: the tensor-parallel degree of experts in torchtitan."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG401", category=Category.TARGET, severity=Severity.ERROR)
def expert_split_of_torchtitan(case: Case) -> Iterator[Finding]:
    """Experts are split in a way that torchtitan does not have.

    ## What it finds
    A plan for torchtitan whose tensor-parallel degree of experts is neither 1 nor that of the dense layers.

    ## Why it matters
    torchtitan makes only these two meshes and stops at its start.

    ## Example
    ```strat
    strategy {
      framework = "torchtitan"
      tp = 8
      ep = 8
      expert_tp = 4  # TG401
    }
    ```

    ## References
    - torchtitan, ParallelDims
    """
    framework(case, "torchtitan")
    split, tp, ep = (case.known(f"strategy.{name}") for name in ("expert_tp", "tp", "ep"))
    if ep.value == 1 or split.value in (1, tp.value):
        return
    yield Finding(
        at=split,
        message=f"expert tp {split.value} beside tp {tp.value}, where torchtitan takes 1 or {tp.value}",
        stated=split.value,
        also=((tp, "tp"),),
        help="split experts not at all or as far as dense layers",
    )
