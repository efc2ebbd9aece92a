"""AR206: a number of parameters with a unit of operations."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.model.architecture import readings
from stratc.analysis.model.parameters import layer_ledger
from stratc.analysis.said.values import number_of
from stratc.arith.term import Apply, Term, lift, plain
from stratc.arith.unit import COUNT, FLOP, FLOP_RATE, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

NEAR = 0.02
SCALES = (1e3, 1e6, 1e9)  # prefixes that such a figure is off by; with none, operations of a token may be meant
WIDTHS = ("model.hidden_size", "model.ffn_hidden_size", "model.expert_hidden_size", "model.vocab_size")
TOKENS = ("workload.sequence_length", "workload.batch_size", "workload.prompt_length", "workload.micro_batch_size")
DIGITS = 4  # fewer may be a coincidence
ROUND = 125  # tokens that are a multiple of it may move a prefix by themselves
COMPONENTS = {"attention": "attention", "mlp": "feed-forward blocks", "experts": "experts"}
SMALL = 512  # counts of matrices, layers, experts and devices are below


@rule("AR206", category=Category.UNITS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def parameters_called_operations(case: Case) -> Iterator[Finding]:
    """A figure in operations, or operations a second, is the number of parameters that its working gives.

    ## What it finds
    A figure in FLOP or FLOPS whose working multiplies widths of the model alone, with neither tokens nor time, and
    has the digits of that product with another prefix.  A figure without a working counts where it has four digits or
    more, and they are those of the attention, the feed-forward or the expert parameters of the model or of a layer.

    ## Why it matters
    A parameter takes two operations for every token, and a rate needs a time: utilisation and times that are worked
    out of such a figure say nothing.

    ## Example
    ```plan
    - **Hidden size**: 4096
    - **Attention compute per GPU**: 4 × 4096 × 4096 = 67.1 TFLOPS <!-- AR206 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    widths = {number for key in WIDTHS if (number := number_of(case, key))}
    tokens = {number for key in TOKENS if (number := number_of(case, key))}
    for claim in case.plan.claims:
        if claim.working is not None and _is_candidate(claim) and _are_widths(claim.working, widths, tokens):
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} stated, but {claim.working} = {figures(claim.working.value)} is a "
                "number of parameters",
                because=claim.working,
                stated=claim.value,
                unit=claim.quantity.unit,
                help="say it in parameters, or multiply by two operations and the tokens",
            )
    yield from _of_architecture(case, tokens)


def _of_architecture(case: Case, tokens: set[float]) -> Iterator[Finding]:
    """Figures without a working that have the digits of a component's parameters."""
    bare = [each for each in case.claims("compute.flops", "compute.rate") if each.working is None]
    precise = [each for each in bare if each.quantity.digits >= DIGITS and not each.quantity.approximate]
    if not precise or any(number % ROUND == 0 for number in tokens):
        return
    counts = tuple(_components(case))
    for claim in precise:
        if found := next((each for each in counts if _has_digits(claim, each[1])), None):
            name, count = found
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} stated, with the digits of {figures(count.value)}, which {name}",
                because=count,
                stated=claim.value,
                unit=claim.quantity.unit,
                help="say it in parameters, or multiply by two operations and the tokens",
            )


def _components(case: Case) -> Iterator[tuple[str, Term]]:
    """The parameters of each component, of all layers and of one, in every reading of the architecture."""
    layers = case.number("model.layers")
    for reading in readings(case):
        parts = layer_ledger(reading)
        for name, words in COMPONENTS.items():
            if plain(parts[name] or 0):
                yield f"are the parameters of {words}", lift(parts[name])
                yield f"are the parameters of {words} in a layer", lift(parts[name] / layers)


def _has_digits(claim: Claim, count: Term) -> bool:
    return any(abs(claim.value - count.value * scale) <= claim.quantity.step / 2 for scale in SCALES)


def _is_candidate(claim: Claim) -> bool:
    """Whether a figure in operations has the digits of its working, which counts nothing of the kind."""
    dimension, working = claim.quantity.dimension, claim.working
    if working is None or claim.scope.role is not Role.PLAN or dimension not in (FLOP, FLOP_RATE):
        return False
    alike = any(isclose(claim.value, working.value * scale, rel_tol=NEAR) for scale in SCALES)
    return working.dimension == COUNT and alike


def _are_widths(term: Term, widths: set[float], tokens: set[float]) -> bool:
    """Whether each product of a working multiplies widths and small counts, and no number that tokens have."""
    match term:
        case Apply("+", left, right):
            return _are_widths(left, widths, tokens) and _are_widths(right, widths, tokens)
    numbers = list(_factors(term))
    large = [number for number in numbers if number >= SMALL]
    return len(large) > 1 and set(large) <= widths - tokens and not {0.0, *numbers} & tokens


def _factors(term: Term) -> Iterator[float]:
    """The numbers of a product; zero for what is no product."""
    match term:
        case Apply("×", left, right):
            yield from (*_factors(left), *_factors(right))
        case Apply():
            yield 0.0
        case _:
            yield term.value
