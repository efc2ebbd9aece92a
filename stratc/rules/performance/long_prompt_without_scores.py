"""PE214: the operations of a long prompt without its attention scores."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isclose, prod

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import prompt_scores, stated_lengths
from stratc.arith.term import Apply, Term, lift
from stratc.arith.unit import FLOP, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

NEAR = 0.02
NEARLY = 1.1  # 128k may be 131,072
SHORTEST = 4096
LARGEST = 1e8  # of a number of tokens; what is above counts parameters
MOST = 4  # factors: two operations, parameters, prompts, tokens of each
WORTH = 0.3  # of the operations of the weights, from which on the scores change the time
SMALL = 0.05  # of them, below which a figure beside them is of something else
COUNTED = 0.15  # by which other counts of the scores differ
PLAIN = ("mha", "gqa", "mqa")


@rule("PE214", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def long_prompt_without_scores(case: Case) -> Iterator[Finding]:
    """The operations of a long prompt are counted by its weights alone, without the attention scores.

    ## What it finds
    A working 2 × parameters × length, where the scores of that length are three tenths of it or more, each token
    looking at those before it.  Silent for attention other than that of heads over all earlier tokens, and for more
    tokens than the plan's sequences have, which are those of several.

    ## Why it matters
    The work of the weights grows with the length, that of the scores with its square.  A time to the first token that
    leaves them out holds for short prompts only.

    ## Example
    ```plan
    - **Model**: 70B parameters, 80 layers, 64 heads, head dim 128
    - **Prefill**: 2 × 70e9 × 131072 = 18.4 PFLOP per prompt   <!-- PE214 -->
    ```

    ## References
    - dao-2023, section 3.1.1
    """
    kind = case.fact("model.attention")
    if isinstance(kind, Known) and str(kind.value) not in PLAIN:
        return
    longest = max(stated_lengths(case), default=inf) * NEARLY
    aside = next(case.mentions("scores_negligible"), None)
    beside = {span for each in case.mentions("scores_beside") for span in each.spans()}
    for claim in case.claims("equation", "compute.flops"):
        told = any(span in claim.context for span in beside)
        if claim.working is None or claim.quantity.dimension != FLOP or told:
            continue
        factors = tuple(_factors(claim.working))
        length = max((each for each in factors if SHORTEST <= each.value < LARGEST), key=_value, default=None)
        if length is None or length.value > longest or not _is_of_weights(factors, claim.value):
            continue
        prompts = claim.value / (2 * max(each.value for each in factors) * length.value)
        scores = lift(prompt_scores(case, length) * round(prompts))
        if scores.value > WORTH * claim.value and not _are_counted(case, claim, scores.value):
            yield Finding(
                at=aside or claim,
                message=f"{claim.quantity.show()} for the weights alone, but the causal scores of "
                f"{figures(length.value)} tokens are {show(scores.value, claim.quantity.unit)} more",
                because=scores,
                stated=claim.value,
                computed=claim.value + scores.value,
                unit=claim.quantity.unit,
                also=((claim, "weights counted here"),) if aside else (),
                help="add the scores, and the time that they take",
            )
            return


def _are_counted(case: Case, weights: Claim, scores: float) -> bool:
    """Whether the plan has the operations of the scores elsewhere, with or without what the mask leaves out."""
    told = [
        each
        for each in case.claims("equation", "compute.flops")
        if each.quantity.dimension == FLOP and each is not weights
    ]
    added = (each.working for each in told if each.context == weights.context and each.value > SMALL * weights.value)
    if any(working is not None for working in added):
        return True  # "plus attention scores ..." of as many prompts as the sentence means
    return any(isclose(each.value, scores * part, rel_tol=COUNTED) for each in told for part in (1, 2))


def _value(term: Term) -> float:
    return term.value


def _is_of_weights(factors: tuple[Term, ...], work: float) -> bool:
    """Whether a product is twice some parameters, for so many whole prompts of a length."""
    sizes = sorted((each.value for each in factors), reverse=True)
    if sizes[0] < LARGEST or sizes[-1] != 2 or len(sizes) > MOST:
        return False
    prompts = prod(sizes[2:-1])
    return prompts == int(prompts) and isclose(prod(sizes), work, rel_tol=NEAR)


def _factors(term: Term) -> Iterator[Term]:
    match term:
        case Apply("×", left, right):
            yield from (*_factors(left), *_factors(right))
        case _:
            yield term
