"""The order in which statements become a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from stratc.ir.draft import NOTHING, Draft
from stratc.ir.origin import Known
from stratc.ir.plan import Plan
from stratc.ir.statement import Statement
from stratc.passes.apply_profile import apply_profile
from stratc.passes.assume_conventions import assume_conventions
from stratc.passes.assume_defaults import assume_defaults
from stratc.passes.choose_model import choose_model
from stratc.passes.choose_options import choose_options
from stratc.passes.choose_scope import choose_scope
from stratc.passes.fit_values import fit_values
from stratc.passes.infer_missing import infer_missing
from stratc.passes.keep_conflicts import keep_conflicts
from stratc.passes.merge_repeated import merge_repeated
from stratc.passes.part_strategies import part_strategies
from stratc.passes.place_stages import place_stages
from stratc.passes.separate_claims import separate_claims
from stratc.passes.settle import settle
from stratc.passes.take_profile import take_profile
from stratc.passes.tell_phase import tell_phase

Pass: TypeAlias = Callable[[Draft], Draft]
Observer: TypeAlias = Callable[[str, Draft], None]

PASSES: tuple[Pass, ...] = (
    fit_values,
    choose_options,
    separate_claims,
    choose_scope,
    part_strategies,
    place_stages,
    merge_repeated,
    choose_model,
    keep_conflicts,
    take_profile,
    apply_profile,
    assume_defaults,
    infer_missing,
    tell_phase,
    assume_conventions,
)


def believe(
    statements: Iterable[Statement],
    observers: tuple[Observer, ...] = (),
    profile: Mapping[str, Known[Any]] = NOTHING,
) -> Plan:
    """What is to be believed of everything that was said; an observer sees the draft after each pass.

    `profile` holds facts from outside the text, for where it is silent.
    """
    draft = Draft(tuple(statements), profile=profile)
    for each in PASSES:
        draft = each(draft)
        for observe in observers:
            observe(each.__name__, draft)
    return settle(draft)
