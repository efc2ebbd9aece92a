"""SE102: pipeline parallelism credited with a lower latency."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.origin import Known
from stratc.ir.scope import Role, Topic
from stratc.rules.rule import Finding, rule


@rule("SE102", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def pipeline_as_latency_gain(case: Case) -> Iterator[Finding]:
    """Pipeline parallelism is named as what makes a request faster.

    ## What it finds
    A latency claim that the plan credits to pipeline parallelism, the statement that its stages shorten the latency, of
    another layout that is weighed as well, a latency divided by the stages or devices that a token passes in turn, a
    product of degrees given as a gain in latency, or pipeline parallelism listed among its means against
    latency (then only a remark).

    ## Why it matters
    A sequence still passes all layers one after another, now with a transfer between stages.  Stages work side by side
    on different micro-batches, which raises throughput and leaves the path of one of them as long as before.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 4 stages

    ## Latency optimization
    - **Tensor parallelism**: splits every layer
    - **Pipeline parallelism**: overlaps computation across layers   <!-- SE102 -->
    ```

    ## References
    - huang-2019, section 2
    - vllm-parallelism, pipeline parallelism
    """
    stages = case.fact("strategy.pp")
    single = isinstance(stages, Known) and stages.value < 2
    for place in _credited(case):
        said = isinstance(place, Mention) and place.concept == "token_by_pipeline"
        if single and not said and place.scope.role is not Role.ALTERNATIVE:
            continue  # "a lower latency through elimination of pipeline parallelism"
        yield Finding(
            at=place,
            message=_said(place),
            label="credited here",
            help="credit what splits a layer (tensor or context parallelism), or speak of throughput",
        )
    if single:
        return
    # a figure, a bubble or a transfer beside the words is what the pipeline costs
    costs: tuple[Claim | Mention, ...] = (*case.plan.claims, *case.mentions("small_bubble", "point_to_point"))
    otherwise = {each.context for each in (*_credited(case), *costs)}
    for mention in case.mentions("pipeline_parallel"):
        if _about_latency(mention) and mention.context not in otherwise:
            yield Finding(
                at=mention,
                message="pipeline parallelism named among the means against latency; it shortens no sequence's path "
                "through the layers",
                label="named here",
                severity=Severity.INFO,
                help="list it under throughput",
            )


def _said(place: Claim | Mention) -> str:
    """What is wrong with what is credited there."""
    match place.concept if isinstance(place, Mention) else "":
        case "latency_by_spreading":
            return (
                "the latency of a token divided by what it passes one after another: its path has all layers as before"
            )
        case "latency_by_degrees":
            return (
                "degrees multiplied into a lower latency, but pipeline and expert parallelism shorten no token's path"
            )
    return "a lower latency credited to pipeline parallelism, which shortens no sequence's path through the layers"


def _about_latency(mention: Mention) -> bool:
    """Whether the nearest heading on performance names the latency, and not the throughput."""
    topics = [each for each in mention.scope.topics if each in (Topic.LATENCY, Topic.THROUGHPUT)]
    return topics[:1] == [Topic.LATENCY]


def _credited(case: Case) -> Iterator[Claim | Mention]:
    """Where the plan says in so many words that pipeline parallelism lowers the latency."""
    yield from (each for each in case.claims("reduction.latency", "speedup.latency") if each.cause == "pp")
    roles = (Role.PLAN, Role.TARGET, Role.ALTERNATIVE)
    said = [*case.mentions("token_by_pipeline", roles=roles)]
    twice = {each.context for each in said}
    yield from said
    for mention in case.mentions("latency_by_pipeline", "latency_by_spreading", "latency_by_degrees", roles=roles):
        if mention.context not in twice:
            yield mention
