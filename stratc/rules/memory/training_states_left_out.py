"""ME104: a memory table of a training plan without gradients or optimizer state."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import gradients_and_optimizer
from stratc.analysis.memory.breakdown import TOTALS, Breakdown, breakdowns, is_of
from stratc.analysis.memory.setting import is_training, width_or_none
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

SMALL = 0.05  # of the total; smaller gradients change no decision and get a remark
MISREAD = 3.0  # a sum this far from the total is of other things
NAMED = 0.98  # of a total whose parts all have names


@rule("ME104", category=Category.MEMORY, severity=Severity.WARNING)
def training_states_left_out(case: Case) -> Iterator[Finding]:
    """The memory of a training plan is listed without gradients and optimizer state.

    ## What it finds
    A total with weights among its parts and neither gradients nor optimizer state, in a plan that trains.  Also a list
    of weights and optimizer state for a device without gradients, in a plan that speaks of them and sizes them nowhere.

    ## Why it matters
    With Adam in mixed precision the two are 14 of the 16 bytes a parameter, seven times the weights.

    ## Example
    ```plan
    ## Training setup
    - **Model size**: 8B parameters
    - **Optimizer**: AdamW, backward pass in BF16

    ## Memory per GPU
    - **Weights**: 2 GB
    - **Activations**: 10 GB
    - **Total memory**: 12 GB per GPU   <!-- ME104 -->
    ```

    ## References
    - rajbhandari-2020, section 3.1
    """
    yield from _without_gradients(case)
    if not _trains(case):
        return
    for found in breakdowns(case, width_or_none(case)):
        left_out = _has_weights(found) and not found.has("memory.gradients", "memory.optimizer")
        weighed = found.total.metric != "memory.inference" and found.total.per is not Per.LAYER
        if left_out and weighed and is_of(found, MISREAD) and not _counts_states(case, found):
            finding = _finding(case, found)
            yield finding.as_remark if _is_open(found) else finding


def _is_open(found: Breakdown) -> bool:
    """Whether parts that have no name of their own, such as "dense state", may hold what is left out."""
    return found.high < found.total.quantity.low * NAMED


def _without_gradients(case: Case) -> Iterator[Finding]:
    """A list that counts the optimizer state and the weights of a device, but not the gradients between them."""
    mention = next(case.mentions("gradients"), None)
    if mention is None or any(case.claims("memory.gradients", "states.model")):
        return
    for state in case.claims("memory.optimizer"):
        beside = [each for each in case.claims("memory.weights", *TOTALS) if _is_beside(state, each)]
        weights = next((each for each in beside if each.metric == "memory.weights"), None)
        total = next((each for each in beside if each.metric in TOTALS), None)
        if weights is not None and total is not None and mention.context != state.context:
            found = Finding(
                at=total,
                message=f"{total.quantity.show()} with {weights.quantity.show()} of weights and "
                f"{state.quantity.show()} of optimizer state, but no gradients, of which the plan speaks: "
                f"{weights.quantity.show()} more in the precision of the weights",
                stated=total.value,
                unit=BYTE,
                certainty=Certainty.LIKELY,
                also=((weights, "weights"), (state, "optimizer state"), (mention, "gradients named here")),
                help="add the gradients of the weights that the device holds",
            )
            yield found.as_remark if weights.value < SMALL * total.value else found
            return


def _is_beside(state: Claim, other: Claim) -> bool:
    """Whether a figure counts for a device in the list of the optimizer state, on a line of its own."""
    same = state.scope.path == other.scope.path and state.context != other.context
    return same and state.per is other.per is Per.DEVICE and other.relation is Relation.IS


def _trains(case: Case) -> bool:
    return is_training(case) and any(case.mentions("optimizer", "backward_pass", "gradients"))


def _counts_states(case: Case, found: Breakdown) -> bool:
    """Whether gradients or optimizer state have a figure in the section of the total, in a line with others perhaps."""
    path = found.total.scope.path
    return any(each.scope.path == path for each in case.claims("memory.gradients", "memory.optimizer"))


def _has_weights(found: Breakdown) -> bool:
    return found.has("memory.weights", "memory.attention", "memory.mlp", "memory.dense", "memory.experts")


def _finding(case: Case, found: Breakdown) -> Finding:
    amount = ""
    if case.has("model.parameters"):
        amount = f", {show(gradients_and_optimizer(case), BYTE)} over all devices"
    mention = next(case.mentions("optimizer", "backward_pass", "gradients"))
    return Finding(
        at=found.total,
        message=f"{found.total.quantity.show()} in all without gradients and optimizer state, but the plan trains: "
        f"14 more bytes a parameter in mixed precision with Adam{amount}",
        stated=found.total.value,
        unit=BYTE,
        also=((mention, "trains here"),),
        help="add gradients and optimizer state, divided as ZeRO or the distributed optimizer divides them",
    )
