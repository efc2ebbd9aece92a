"""SE101: what only training has, in a plan that serves."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.phase import HERE, serves, training_words, trains
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import CONCEPTS
from stratc.ir.scope import Role, Topic
from stratc.rules.rule import Finding, rule

PASSES = ("latency.unsaid", "latency.ttft", "latency.tpot", "latency.prefill")  # times of an answer, not of a step


@rule("SE101", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def training_in_serving(case: Case) -> Iterator[Finding]:
    """A plan that deploys a trained model speaks of backward passes, gradients or an optimizer.

    ## What it finds
    Words of training in a plan that says it serves, or that sets goals such as the time to the first token.  Where the
    plan speaks of training as well, it may mean to do both, and the finding is only a remark; so it is where a plan
    counts such state beside a latency and a throughput and nowhere speaks of training.

    ## Why it matters
    Optimizer state and gradients are most of a training job's memory and nothing of a server's; a schedule with
    backward passes has other bubbles.  Figures for the two cannot stand in one budget.

    ## Example
    ```plan
    # Deployment plan for online inference
    - **TTFT**: ≤ 2 seconds
    - **Schedule**: overlapping forward and backward passes   <!-- SE101 -->
    ```

    ## References
    - rajbhandari-2020, section 3
    """
    words = training_words(case)
    if not words or trains(case):
        return
    if not serves(case):
        yield from _beside_a_pass(case)
        return
    first, *others = words
    named = list(dict.fromkeys(CONCEPTS[each.concept].partition(",")[0] for each in words))
    both = any(case.mentions("training", roles=HERE)) or any(case.claims("memory.training"))
    weak = all(each.concept == "recompute" for each in words)  # of no use in serving, but it does no harm
    yield Finding(
        at=first,
        message=f"{_listed(named)} named in a plan that serves a trained model",
        label="only training has this",
        also=tuple((each, "and this") for each in others[:7]),
        severity=Severity.INFO if both or weak else None,
        help="say which of the two the plan is for, and drop what belongs to the other",
    )


def _beside_a_pass(case: Case) -> Iterator[Finding]:
    """Training state counted in a plan to deploy that speaks of latency and throughput, and of no training."""
    counted = tuple(case.claims("memory.gradients", "memory.optimizer"))
    answers = any(case.claims(*PASSES)) or any(_called_latency(each) for each in case.claims("latency.step"))
    promised = answers and any(case.claims("throughput"))
    trained = any(case.mentions("training", roles=tuple(Role))) or any(
        case.claims("memory.training", "latency.backward")
    )
    if counted and promised and not trained:
        yield Finding(
            at=counted[0],
            message="gradients or optimizer state beside a latency and a throughput, in a plan that names no training",
            label="only training has this",
            also=tuple((each, "and this") for each in counted[1:]),
            certainty=Certainty.JUDGEMENT,
            severity=Severity.INFO,
            help="say whether the plan is for training or for serving",
        )


def _called_latency(claim: Claim) -> bool:
    """Whether a section on latency gives a time, which a training step would not be called."""
    return claim.scope.topics[:1] == (Topic.LATENCY,)


def _listed(names: list[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
