"""TG102: the ranks of experts against the devices in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, Unknown, value_or
from stratc.rules.rule import Finding, rule


@rule("TG102", category=Category.TARGET, severity=Severity.ERROR)
def expert_ranks_not_dividing(case: Case) -> Iterator[Finding]:
    """The ranks that hold the experts do not divide the devices of the job.

    ## What it finds
    A plan for Megatron-LM whose devices are no multiple of ep × expert tp × pp; or a launch that puts stages between
    the replicas and gives experts another number of replicas than the dense part. Where the plan does not say it,
    the tensor-parallel degree of experts is Megatron's own: that of the dense layers; only remarked on where
    the job would start with 1.

    ## Why it matters
    The process groups of the experts cannot be made, and the job dies at its start.

    ## Example
    ```strat
    strategy {
      framework = "Megatron-LM"
      device_count = 48
      tp = 2
      pp = 2
      ep = 16  # TG102
      expert_tp = 1
    }
    ```

    ## References
    - megatron-core, parallel_state
    """
    framework(case, "megatron")
    world, ep = case.known("strategy.device_count"), case.known("strategy.ep")
    if ep.value == 1 and not case.has("model.experts") and not case.has("strategy.expert_tp"):
        return  # without experts the devices are held to the dense degrees, by another rule
    if case.has_several("strategy.device_count", *(f"strategy.{axis}" for axis in ("ep", "tp", "pp", "expert_tp"))):
        return
    stated, tp, pp = case.fact("strategy.expert_tp"), value_or(case.strategy.tp, 1), value_or(case.strategy.pp, 1)
    split = value_or(stated, tp)
    ranks = ep.value * split * pp
    at = next((each for each in (ep, stated) if isinstance(each, Known) and each.is_stated), world)
    dense = tp * value_or(case.strategy.cp, 1)
    if case.setting("--use-tp-pp-dp-mapping") and pp > 1 and ep.value * split != dense:
        yield Finding(
            at=at,
            message=f"ep {ep.value} × expert tp {split} is not tp × cp = {dense}, with stages between the replicas",
            help="leave `--use-tp-pp-dp-mapping` out, or let experts have as many replicas as the dense part",
        )
    if world.value % ranks == 0:
        return
    only_default = isinstance(stated, Unknown) and world.value % (ep.value * pp) == 0
    named = f"ep {ep.value} × expert tp {split} × pp {pp} = {ranks} ranks"
    why = "; unless said, experts are split as far as dense layers" if isinstance(stated, Unknown) and tp > 1 else ""
    yield Finding(
        at=at,
        message=f"{named} do not divide {world.value} devices{why}",
        stated=ep.value,
        also=((world, "devices"),) if at is not world else (),
        severity=Severity.INFO if only_default and not case.launch else None,
        certainty=Certainty.LIKELY if only_default and not case.launch else None,
        help="set the tensor-parallel degree of experts to 1"
        if only_default
        else "choose degrees that divide the devices",
    )
