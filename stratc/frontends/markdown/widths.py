"""Of which block a feed-forward width is, where every one that a plan gives can only be an expert's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.ir.statement import Statement

_DENSE, _EXPERT = "model.ffn_hidden_size", "model.expert_hidden_size"


def widths_of_experts(statements: Sequence[Statement]) -> list[Statement]:
    """Statements in which the "MLP hidden size" of a model with experts is that of its experts.

    A plan that gives two widths has named both; one that names its model means what is published under that name.
    """
    experts = any(each.subject == "model.experts" for each in statements)
    named = any(each.subject == "model.name" for each in statements)
    if not experts or named or len({each.value for each in statements if each.subject in (_DENSE, _EXPERT)}) != 1:
        return list(statements)
    return [replace(each, subject=_EXPERT) if each.subject == _DENSE else each for each in statements]
