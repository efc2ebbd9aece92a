"""TG301: the expert-parallel degree of a serving engine."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, Unknown, value_or
from stratc.ir.setting import ALONE
from stratc.rules.rule import Finding, rule

GROUP = frozenset(("strategy.ep", "strategy.tp", "strategy.dp", "strategy.cp"))


@rule("TG301", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_group_of_engine(case: Case) -> Iterator[Finding]:
    """The engine that serves the plan makes expert-parallel groups of another size.

    ## What it finds
    A plan for vLLM whose expert-parallel degree is not tp × dp, or where dp is not said no multiple of tp; one
    for SGLang whose degree does not divide the tensor-parallel ranks of a stage.  A command without dp starts each
    replica as a server of its own, whose ranks are tp.

    ## Why it matters
    vLLM has a switch and no degree: all ranks of a stage share the experts. SGLang takes any degree in silence
    and fails when it builds the model.

    ## Example
    ```strat
    strategy {
      framework = "vLLM"
      tp = 8
      dp = 2
      ep = 4  # TG301
    }
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    if case.has_several(*GROUP):
        return  # several launches, of which none is known to have both
    ep, tp = case.known("strategy.ep"), case.known("strategy.tp")
    dp = case.fact("strategy.dp")
    ranks = tp.value * value_or(case.strategy.cp, 1) * value_or(dp, 1)
    if runs == "vllm":
        fits = ep.value == ranks if isinstance(dp, Known) else ep.value % ranks == 0
    else:
        fits = ranks % ep.value == 0 or (isinstance(dp, Unknown) and ep.value % ranks == 0)
    if ep.value == 1 or fits or (ep.value * value_or(dp, 1) == ranks and _starts_alone(case)):
        return
    counted = f"tp {tp.value}" + (f" × dp {dp.value}" if isinstance(dp, Known) else "")
    asks = "makes one group of" if runs == "vllm" else "divides"
    yield Finding(
        at=ep,
        message=f"ep {ep.value}, but {CALLED[runs]} {asks} the {ranks} ranks of a stage ({counted})",
        stated=ep.value,
        computed=ranks,
        also=((tp, "tp"),),
        help="plan the experts over the ranks of a stage",
    )


def _starts_alone(case: Case) -> bool:
    """Whether the plan shows its command, which leaves its replicas to be started one by one."""
    places = case.set_places
    dp = case.known("strategy.dp")
    return any(each.launch != ALONE for each in places.values()) and not any(each in places for each in dp.spans())
