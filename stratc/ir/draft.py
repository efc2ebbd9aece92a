"""Between what was said and what is believed: passes work on this, and nobody else sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.origin import Known
from stratc.ir.plan import Conflict
from stratc.ir.statement import Statement
from stratc.ir.strategy import Strategy

NOTHING: Mapping[str, Known[Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Draft:
    """What is still to be weighed, and what has been settled so far.

    `statements` shrink as passes turn them into facts, claims and mentions; a statement about another plan moves to
    `set_aside`, where `stratc inspect` finds it.
    """

    statements: tuple[Statement, ...]
    facts: Mapping[str, Known[Any]] = field(default_factory=lambda: NOTHING)
    strategies: Mapping[str, Mapping[str, Known[Any]]] = field(default_factory=lambda: MappingProxyType({}))
    rejected: tuple[Strategy, ...] = ()
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    set_aside: tuple[Statement, ...] = ()
