"""Hardware that a document asks for, beside sections that say what there is: "Required configuration"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.ir.statement import Statement

_THERE = Pattern(
    r"(?i)\b(?:actual|actually|current|available|existing|present|installed|detected)\b|现有|实际|当前",
    "actual|current|available|existing|present|installed|detected|现有|实际|当前",
)
_ASKED = Pattern(
    r"(?i)\b(?:required|recommended|minimum|minimal|ideal|desired|needed|requested|expected|specified)\b|所需|推荐|要求",
    "required|recommended|minimum|minimal|ideal|desired|needed|requested|expected|specified|所需|推荐|要求",
)
_RECORD = "hardware."


def wanted(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where hardware below "required" is none of the plan's if the same is said below "actual".

    The devices asked for are those that the strategy uses.
    """
    there = {each.subject for each in statements if _is_of(each, _THERE)}
    if not there or not any(_is_of(each, _ASKED) for each in statements):
        return list(statements)
    return [_asked(each, there) if _is_of(each, _ASKED) else each for each in statements]


def _is_of(statement: Statement, words: Pattern) -> bool:
    """Whether the nearest heading that tells the two apart has one of these words, in a statement about hardware."""
    if not statement.subject.startswith(_RECORD) or statement.scope.role is not Role.PLAN:
        return False
    nearest = next((each for each in reversed(statement.scope.path) if _THERE.search(each) or _ASKED.search(each)), "")
    return bool(words.search(nearest)) and not (_THERE.search(nearest) and _ASKED.search(nearest))


def _asked(statement: Statement, there: set[str]) -> Statement:
    if statement.subject == "hardware.device_count" and statement.subject in there:
        return replace(statement, subject="strategy.device_count")
    return replace(statement, scope=replace(statement.scope, role=Role.ALTERNATIVE))
