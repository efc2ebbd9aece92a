"""What a plan's facts imply for its communication."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.setting import element_bytes
from stratc.arith.term import Named
from stratc.arith.unit import UNITS, Bytes, Fraction
from stratc.cost.communication import HOP_SECONDS, LEAST_COLLECTIVE_SECONDS, activation_bytes, all_reduce_factor
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case

__all__ = ["HOP_SECONDS", "LEAST_COLLECTIVE_SECONDS", "saved_all_reduce", "token_bytes"]


def token_bytes(case: Case) -> Bytes:
    """Bytes of the activations of one token between two layers."""
    width = Named("an element", element_bytes(case), case.known("model.precision"), UNITS["bytes"])
    return activation_bytes(1, 1, case.number("model.hidden_size"), width)


def saved_all_reduce(case: Case, before: Known[int]) -> Fraction:
    """Share of a ring all-reduce's bytes a device that the tensor-parallel degree saves against an earlier one."""
    earlier = all_reduce_factor(case.named("strategy.tp", before))
    return 1 - all_reduce_factor(case.number("strategy.tp")) / earlier
