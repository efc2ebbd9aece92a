"""PI114: a pipeline that trains and is said to hold one micro-batch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import first_stage_in_flight, pipeline_stages, schedule_of
from stratc.analysis.memory.breakdown import STATES
from stratc.analysis.said.factors import product_of
from stratc.analysis.said.phase import trains
from stratc.arith.term import plain
from stratc.arith.unit import BYTE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

PARTS = (*STATES, "memory.buffers", "memory.kv_cache")
SLACK = 1.05  # of rounded parts


@rule("PI114", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def one_micro_batch_held(case: Case) -> Iterator[Finding]:
    """Activations of one micro-batch are counted for a pipeline that keeps several in flight.

    ## What it finds
    "One micro-batch in flight" in a plan that trains over several stages under GPipe or 1F1B, and that runs more than
    one micro-batch a step.  Also activations of a micro-batch, by their words or their working, in a sum that is less
    than so many of them as are in flight and the other parts of its list.

    ## Why it matters
    A stage keeps the activations of every micro-batch whose backward pass has not come back yet.  Under 1F1B the first
    of p stages holds p of them, under GPipe every stage holds all: the activations are that many times as large.

    ## Example
    ```plan
    # Training run
    - **Pipeline parallelism**: PP = 4
    - **Schedule**: 1F1B with 32 micro-batches
    - Activations: 1.2 GB for the one micro-batch in flight   <!-- PI114 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    held = plain(first_stage_in_flight(case))
    if held <= 1 or not trains(case):
        return
    for mention in case.mentions("one_in_flight"):
        yield Finding(
            at=mention,
            message=f"one micro-batch said to be in flight, but {_kept(case, held)}",
            label="said here",
            help="count the activations of every micro-batch whose backward pass is still to come",
        )
        return
    for claim in case.claims("memory.activations"):
        if _is_of_one(case, claim) and (total := _too_small(case, claim, held)):
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} are the activations of one micro-batch, but {_kept(case, held)}: "
                f"{show(claim.value * held, BYTE)}, which the total of {total.quantity.show()} does not hold",
                stated=claim.value,
                computed=claim.value * held,
                unit=BYTE,
                also=((total, "the sum"),),
                help="count the activations of every micro-batch whose backward pass is still to come",
            )
            return


def _kept(case: Case, held: float) -> str:
    stages = figures(plain(pipeline_stages(case)))
    return f"the first of {stages} stages keeps {figures(held)} under {schedule_of(case)}"


def _is_of_one(case: Case, claim: Claim) -> bool:
    """Whether activations are said to be those of a micro-batch, or are those of its tokens in a stage."""
    if claim.per is Per.MICRO_BATCH:
        return True
    if claim.per is not Per.DEVICE or not case.has("workload.sequence_length", "model.hidden_size"):
        return False
    sizes = case.known("workload.sequence_length").value.high, float(case.known("model.hidden_size").value)
    held = case.known("model.layers").value / plain(pipeline_stages(case))
    for each in case.claims("memory.activations"):
        if each.per is Per.LAYER and each.context == claim.context and each.working is not None:
            product = product_of(each.working)
            if product and product.multiplies(*sizes) and claim.quantity.agrees(held * each.value):
                return True
    return False


def _too_small(case: Case, claim: Claim, held: float) -> Claim | None:
    """The total after the claim in its section, where it has no room for all micro-batches beside the other parts."""
    beside = [each for each in case.claims("memory") if each.scope.path == claim.scope.path]
    totals = [each for each in beside if each.metric == "memory.total" and each.places[0] > claim.places[0]]
    if not totals or any(_is_all_of_them(each, claim.value * held) for each in beside):
        return None
    total = max(totals, key=lambda each: each.value)
    least: dict[object, float] = {}
    for each in beside:
        listed = each.metric in PARTS and each.per is Per.DEVICE and each.places[0] < total.places[0]
        if listed and each.context != claim.context:
            least[each.context] = min(each.value, least.get(each.context, each.value))
    return total if total.quantity.high * SLACK < sum(least.values()) + claim.value * held else None


def _is_all_of_them(claim: Claim, value: float) -> bool:
    """Whether a figure is that of all micro-batches in flight, by whatever name."""
    more = claim.metric == "memory.activations" and claim.value >= value / SLACK
    return more or value / SLACK <= claim.value <= value * SLACK
