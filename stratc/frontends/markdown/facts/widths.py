"""Of which block a width is, where what else a plan says leaves one reading: an expert's, or that of a token."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.ir.statement import Statement

_DENSE, _EXPERT, _HIDDEN = "model.ffn_hidden_size", "model.expert_hidden_size", "model.hidden_size"
_OF_TOKEN = Pattern(
    r"(?i)\b(?:token|embedding)s?[ -](?:embedding[ -])?(?:dim|size|width)\w*[^,;\n]*$|token维度[^,;，；\n]*$",
    "dim|size|width|token维度",
)


def widths_of_experts(statements: Sequence[Statement], text: str) -> list[Statement]:
    """Statements in which a width that can only be that of the experts is theirs.

    The "MLP hidden size" of a model with experts, and its "hidden size" beside a "token dimension" that differs.  A
    plan that gives two feed-forward widths has named both; one that names its model means what is published under that
    name.
    """
    experts = any(each.subject == "model.experts" for each in statements)
    named = any(each.subject == "model.name" for each in statements)
    widths = {each.value for each in statements if each.subject in (_DENSE, _EXPERT)}
    if not experts or named or len(widths) > 1:
        return list(statements)
    if widths:
        return [replace(each, subject=_EXPERT) if each.subject == _DENSE else each for each in statements]
    return _beside_token_width(statements, text)


def _beside_token_width(statements: Sequence[Statement], text: str) -> list[Statement]:
    """Where a plan gives the width of a token by that name, another "hidden size" is that of its experts."""
    hidden = [each for each in statements if each.subject == _HIDDEN]
    token = {each.value for each in hidden if _OF_TOKEN.search(text[each.context.start : each.span.start])}
    others = {each.value for each in hidden} - token
    if len(token) != 1 or len(others) != 1:
        return list(statements)
    return [
        replace(each, subject=_EXPERT) if each.subject == _HIDDEN and each.value in others else each
        for each in statements
    ]
