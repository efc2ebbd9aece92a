"""CN131: tokens of a step or a device against batch, sequence and degrees."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import BATCH, BATCH_PARTS
from stratc.analysis.said.values import number_of
from stratc.arith.term import Term, lift
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule

TWO = 2  # devices at least that share anything
NEAR = 0.03  # of figures that were rounded
SHARING = ("strategy.cp", "strategy.sp", "strategy.tp", "strategy.dp", "strategy.ep", "strategy.pp")
SEVERAL = (BATCH, *BATCH_PARTS)
DEGREES = (("strategy.cp", "strategy.sp"), ("strategy.cp",), ("strategy.sp",))


@rule("CN131", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def token_count_mismatch(case: Case) -> Iterator[Finding]:
    """The tokens of a step or of a device are not what batch, sequence length and degrees make them.

    ## What it finds
    Tokens a step that are not sequences × their length; tokens a device that are not the sequence over the context- or
    sequence-parallel degree, nor any product of the batch and quotient of the degrees that the plan states.  A
    claim that divides a sequence by tensor and by sequence parallelism, which share their devices, divides it twice.

    ## Why it matters
    Activations, traffic and the number of steps of a run are computed from these counts.

    ## Example
    ```plan
    # Training
    - **Global batch size**: 2048 sequences of 4096 tokens
    - **Tokens per step**: 4.2M   <!-- CN131 -->
    ```

    ## References
    - korthikanti-2022, section 4.2
    """
    for claim in case.claims("tokens.step"):
        others = set() if claim.working else _counts(case, SEVERAL) | _decoded(case)
        yield from _held_to(claim, claim.working or _of_step(case), others)
    for claim in case.claims("tokens.device"):
        shared = _of_device(case)
        if shared is not None:
            shares = _products(case, SHARING) if not _is_divided_twice(case, claim) else set()
            yield from _held_to(claim, shared, {count / share for count in _counts(case, SEVERAL) for share in shares})


def _decoded(case: Case) -> set[float]:
    """Tokens of a step of decoding, in which every sequence gains one."""
    serves = value_or(case.plan.workload.phase, "inference") == "inference"
    return _products(case, SEVERAL) if serves else set()


def _of_step(case: Case) -> Term:
    return lift(case.number("workload.batch_size") * case.number("workload.sequence_length"))


def _of_device(case: Case) -> Term | None:
    """The sequence over the degrees that split it; None where none does."""
    for keys in DEGREES:
        if all(number_of(case, key) > 1 for key in keys):
            share = case.number("workload.sequence_length")
            for key in keys:
                share = share / case.number(key)
            return lift(share)
    return None


def _products(case: Case, keys: tuple[str, ...]) -> set[float]:
    """Products of any of the numbers that the plan states."""
    above = [number for key in keys if (number := number_of(case, key)) > 1]
    return {float(prod(some)) for count in range(len(above) + 1) for some in combinations(above, count)}


def _is_divided_twice(case: Case, claim: Claim) -> bool:
    """Whether a claim names tensor and sequence parallelism, which share their devices, and divides by both."""
    keys = ("strategy.tp", "strategy.sp")
    inside = all(_is_named(case, key, claim) for key in keys)
    tensor, sequence = (number_of(case, key) for key in keys)
    if not inside or tensor != sequence or tensor < TWO:
        return False
    return claim.quantity.agrees(number_of(case, "workload.sequence_length") / (tensor * sequence), NEAR)


def _is_named(case: Case, key: str, claim: Claim) -> bool:
    fact = case.fact(key)
    return isinstance(fact, Known) and any(span in claim.context for span in fact.spans())


def _counts(case: Case, keys: tuple[str, ...]) -> set[float]:
    """Tokens of any number of sequences that the plan states."""
    length = number_of(case, "workload.sequence_length")
    return {length * sequences for sequences in _products(case, keys)}


def _held_to(claim: Claim, usual: Term, others: set[float]) -> Iterator[Finding]:
    """The finding where a count is neither the usual one nor one that other numbers of the plan make."""
    if any(claim.quantity.agrees(each, NEAR) for each in (usual.value, *others)):
        return
    yield Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but {usual} = {figures(usual.value)} tokens",
        because=usual,
        stated=claim.value,
        help="correct the count, the length or the degree",
    )
