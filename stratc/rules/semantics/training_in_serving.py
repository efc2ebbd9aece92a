"""SE101: what only training has, in a plan that serves."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.phase import HERE, serves, training_words, trains
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import CONCEPTS, Mention
from stratc.ir.scope import Role, Topic
from stratc.rules.rule import Finding, rule

PASSES = ("latency.unsaid", "latency.ttft", "latency.tpot", "latency.prefill")  # times of an answer, not of a step
MEANS = ("gradients", "optimizer", "recompute")  # what lowers no latency of an answer


@rule("SE101", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def training_in_serving(case: Case) -> Iterator[Finding]:
    """A plan that deploys a trained model speaks of backward passes, gradients or an optimizer.

    ## What it finds
    Words of training in a plan that says it serves, or that sets goals such as the time to the first token.  Where the
    plan speaks of training as well, it may mean to do both, and the finding is only a remark; so it is where a plan
    counts such state beside a latency and a throughput and nowhere speaks of training, or lists what only training has
    among the means to lower the latency.

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
        yield from _beside_a_pass(case, words)
        return
    first, *others = words
    both = any(case.mentions("training", roles=HERE)) or any(case.claims("memory.training"))
    weak = all(each.concept == "recompute" for each in words)  # of no use in serving, but it does no harm
    yield Finding(
        at=first,
        message=f"{_named(words)} named in a plan that serves a trained model",
        label="only training has this",
        also=tuple((each, "and this") for each in others[:7]),
        severity=Severity.INFO if both or weak else None,
        help="say which of the two the plan is for, and drop what belongs to the other",
    )


def _beside_a_pass(case: Case, words: tuple[Mention, ...]) -> Iterator[Finding]:
    """Training state counted in a plan to deploy that speaks of latency and throughput, and of no training."""
    counted = tuple(case.claims("memory.gradients", "memory.optimizer"))
    answers = any(case.claims(*PASSES)) or any(_called_latency(each) for each in case.claims("latency.step"))
    promised = answers and any(case.claims("throughput"))
    trained = any(case.mentions("training", roles=tuple(Role))) or any(
        case.claims("memory.training", "latency.backward")
    )
    means = tuple(each for each in words if each.concept in MEANS and _called_latency(each))
    if promised and means and not trained and not any(each.concept == "backward_pass" for each in words):
        yield _without_training(means, "named to lower the latency", None)
    elif counted and promised and not trained:
        yield _without_training(counted, "beside a latency and a throughput", Severity.INFO)


def _without_training(places: tuple[Claim | Mention, ...], where: str, severity: Severity | None) -> Finding:
    """What only training has, where a plan speaks of the times of a server."""
    what = _named(places) if severity is None else "gradients or optimizer state"
    return Finding(
        at=places[0],
        message=f"{what} {where}, in a plan that names no training",
        label="only training has this",
        also=tuple((each, "and this") for each in places[1:]),
        certainty=Certainty.JUDGEMENT if severity else None,
        severity=severity,
        help="say whether the plan is for training or for serving",
    )


def _named(places: tuple[Claim | Mention, ...]) -> str:
    """The concepts of mentions, each once, as a sentence lists them."""
    concepts = (each.concept for each in places if isinstance(each, Mention))
    return _listed(list(dict.fromkeys(CONCEPTS[each].partition(",")[0] for each in concepts)))


def _called_latency(said: Claim | Mention) -> bool:
    """Whether a section on latency says it: a time, which a training step would not be called, or a means."""
    return Topic.LATENCY in said.scope.topics


def _listed(names: list[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
