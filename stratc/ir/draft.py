"""Between what was said and what is believed: passes work on this, and nobody else sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.origin import Known
from stratc.ir.plan import Conflict
from stratc.ir.setting import Setting
from stratc.ir.statement import Statement
from stratc.ir.strategy import Strategy
from stratc.ir.values import ExpertSpan, StageSpan, Value
from stratc.record import Record, dataclass

NOTHING: Mapping[str, Known[Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, repr=False)
class Candidate(Record):
    """A value that some statements give to a key; `strategy` is the one they speak of, "" for all."""

    key: str
    value: Value
    statements: tuple[Statement, ...]
    strategy: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sketch(Record):
    """A strategy as far as it is settled; `name` is "" where a plan has only one."""

    name: str = ""
    facts: Mapping[str, Known[Any]] = field(default_factory=lambda: NOTHING)
    stages: tuple[Known[StageSpan], ...] = ()
    expert_spans: tuple[Known[ExpertSpan], ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Draft(Record):
    """What is still to be weighed, and what has been settled so far.

    `statements` shrink as passes turn them into claims, mentions, candidates and facts; a statement about another plan
    moves to `set_aside`.  `sketches` are the strategies that the plan proposes, the main one first.  `profile` holds
    facts from outside the plan, for where it is silent.
    """

    statements: tuple[Statement, ...]
    candidates: tuple[Candidate, ...] = ()
    facts: Mapping[str, Known[Any]] = field(default_factory=lambda: NOTHING)
    sketches: tuple[Sketch, ...] = (Sketch(),)
    rejected: tuple[Strategy, ...] = ()
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()
    settings: tuple[Setting, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    set_aside: tuple[Statement, ...] = ()
    profile: Mapping[str, Known[Any]] = field(default_factory=lambda: NOTHING)

    def known(self, sketch: Sketch) -> dict[str, Known[Any]]:
        """Every fact that holds under one of the strategies."""
        return {**self.facts, **sketch.facts}
