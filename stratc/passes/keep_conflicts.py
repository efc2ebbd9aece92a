"""One value a key, and the contradictions on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isclose
from typing import Any

from stratc.ir.draft import Candidate, Draft, Sketch
from stratc.ir.origin import Known, Stated
from stratc.ir.plan import Conflict
from stratc.ir.scope import Role
from stratc.ir.statement import Relation, Statement
from stratc.ir.values import Extent
from stratc.passes.weigh import FIRST, is_on_the_way, reason, weight

LISTS = ("model.name", "hardware.accelerator", "hardware.interconnect", "strategy.framework")  # several may be true
COUNTS = tuple(f"model.{name}" for name in ("layers", "experts", "heads", "kv_heads"))
WHOLE = 1.6  # outweighs one repetition
SET = 2.5  # what a plan says in words outweighs a setting that is repeated once
CLOSE, ABOUT = 0.01, 0.1
KEPT = 0.01  # between equals alone
AVAILABLE, USED = "hardware.device_count", "strategy.device_count"
MANY = 32  # numbers of layers that a plan may speak of


def keep_conflicts(draft: Draft) -> Draft:
    """Believes the weightiest value of each key, the first of equals.

    Before: candidates.  After: `facts` and the facts of the sketches, each with all its places; a `Conflict` for other
    values that are said of the same thing in the same role.  What holds for all strategies holds for each.
    """
    names = [sketch.name for sketch in draft.sketches]
    by_key: dict[str, list[Candidate]] = {}
    for each in draft.candidates:
        by_key.setdefault(each.key, []).append(each)
    places = frozenset(span for each in draft.settings for span in each.places)
    sums: list[Candidate] = []
    if experts := by_key.get("model.experts"):
        by_key["model.experts"] = _of_a_layer(experts, by_key.get("model.layers", []))
        sums = [each for each in experts if each not in by_key["model.experts"] and _is_set(each, places)]
    facts: dict[str, Known[Any]] = {}
    own: dict[str, dict[str, Known[Any]]] = {name: {} for name in names}
    conflicts: list[Conflict] = list(draft.conflicts)
    pools = by_key.pop(AVAILABLE) if _are_of_pools(by_key.get(AVAILABLE, ())) else []
    for key, rivals in by_key.items():
        if not key.startswith("strategy."):
            facts[key] = _believed(key, _preferred(rivals, names), conflicts, places)
            continue
        for name in names:
            if heard := [each for each in rivals if each.strategy == name] or [
                each for each in rivals if not each.strategy
            ]:
                own[name][key] = _believed(key, heard, conflicts, places)
    for name in names:
        if (held := [each for each in pools if each.strategy == name]) and USED not in own[name]:
            own[name][USED] = _believed(USED, held, conflicts, places)
    if sums:
        others = tuple(_known(each, each.statements) for each in sums)
        # programs ask for the experts of a layer, and take no sum for it
        conflicts.append(Conflict("model.experts", facts["model.experts"], others, "counted for a layer"))
    sketches = tuple(replace(sketch, facts=own[sketch.name]) for sketch in draft.sketches)
    distinct = {(each.key, each.believed.value, each.others): each for each in conflicts}
    return replace(draft, candidates=(), facts=facts, sketches=_shared(sketches), conflicts=tuple(distinct.values()))


def _are_of_pools(counts: Sequence[Candidate]) -> bool:
    """Whether every strategy that is given devices has them for itself: a prefill pool beside a decode pool."""
    return len({each.strategy for each in counts}) > 1 and all(each.strategy for each in counts)


def _preferred(rivals: list[Candidate], names: list[str]) -> list[Candidate]:
    """Candidates of what is said of all strategies, else of the first strategy that has any."""
    for name in ("", *names):
        if heard := [each for each in rivals if each.strategy == name]:
            return heard
    return rivals


def _shared(sketches: tuple[Sketch, ...]) -> tuple[Sketch, ...]:
    """Sketches without those that state nothing, the first kept."""
    return sketches[:1] + tuple(each for each in sketches[1:] if each.facts)


def _believed(
    key: str, rivals: list[Candidate], conflicts: list[Conflict], places: frozenset[object] = frozenset()
) -> Known[Any]:
    largest = _largest(key, rivals)

    def heavy(each: Candidate) -> float:
        set_ = _is_set(each, places)
        whole = each.value == largest and not (set_ and _is_no_multiple(each, rivals))
        kept = key == "model.precision" and each.value == "fp32"  # in mixed precision, of what half is computed in
        return weight(each) + WHOLE * whole - SET * set_ - KEPT * kept

    best = max(sorted(rivals, key=_first), key=heavy)  # the first of equals
    loose = _is_about(best)
    agreeing = [each for each in rivals if each is not best and _agree(best, each, loose)]
    settled = {id(best), *map(id, agreeing)}
    statements = sorted((each for one in (best, *agreeing) for each in one.statements), key=_position)
    believed = _known(best, statements)
    against = [each for each in rivals if id(each) not in settled and _rival(best, each)]
    if against and key not in LISTS:
        others = tuple(_known(each, each.statements) for each in against)
        words = not _is_set(best, places) and all(_is_set(each, places) for each in against)
        why = "said in words" if words else _reason(best, against, largest)
        conflicts.append(Conflict(key, believed, others, why, _said_in_passing(against)))
    return believed


def _said_in_passing(against: list[Candidate]) -> frozenset[Any]:
    """The values that stand in titles and running prose alone, which speak of parts and of what might be."""
    return frozenset(each.value for each in against if all(one.passing for one in each.statements))


def _reason(best: Candidate, against: list[Candidate], largest: int | None) -> str:
    found = reason(best, against)
    return "the larger, of which the other may count a part" if found == FIRST and best.value == largest else found


def _first(candidate: Candidate) -> tuple[str, int]:
    """Where a value is said first."""
    return min((each.span.source, each.span.start) for each in candidate.statements)


def _of_a_layer(rivals: list[Candidate], layers: list[Candidate]) -> list[Candidate]:
    """Candidates for the experts of a layer, without the sum over all layers of what carries at least its weight."""
    counts = [each.value for each in layers if isinstance(each.value, int) and each.value > 1]
    sums: dict[object, float] = {}
    for other in rivals:
        if isinstance(other.value, int):
            heavy = weight(other)
            for count in counts[:MANY]:
                sums[other.value * count] = max(heavy, sums.get(other.value * count, heavy))
    return [each for each in rivals if weight(each) > sums.get(each.value, float("-inf"))]


def _is_set(candidate: Candidate, places: frozenset[object]) -> bool:
    """Whether only settings give the value."""
    return bool(places) and all(each.span in places for each in candidate.statements)


def _is_no_multiple(candidate: Candidate, rivals: list[Candidate]) -> bool:
    """Whether other counts are no parts of this one."""
    whole = candidate.value
    parts = (each.value for each in rivals if isinstance(each.value, int) and each.value)
    return isinstance(whole, int) and any(whole % part for part in parts)


def _largest(key: str, rivals: list[Candidate]) -> int | None:
    """The count of the model that exceeds all others said of it: the others may count a part."""
    values = [each.value for each in rivals if isinstance(each.value, int)]
    return max(values, default=None) if key in COUNTS else None


def _is_about(candidate: Candidate) -> bool:
    return any(each.quantity and each.quantity.approximate for each in candidate.statements)


def _known(candidate: Candidate, statements: list[Statement] | tuple[Statement, ...]) -> Known[Any]:
    return Known(candidate.value, Stated(tuple(dict.fromkeys(each.span for each in statements))))


def _position(statement: Statement) -> tuple[bool, str, int]:
    """Places with a label first, then titles and running prose: a finding points at the figure that decides."""
    return statement.passing, statement.span.source, statement.span.start


def _rival(best: Candidate, other: Candidate) -> bool:
    """Whether both are said of the same thing: in the plan itself, exactly, and not on the way to a total."""
    if {str(best.value), str(other.value)} & {"fp32", "mixed"}:
        return False  # mixed precision keeps some of it in FP32
    said = [each for each in other.statements if each.scope.role is Role.PLAN and each.relation is Relation.IS]
    return any(not is_on_the_way(each) for each in said) and any(
        each.scope.role is Role.PLAN for each in best.statements
    )


def _agree(best: Candidate, other: Candidate, loose: bool) -> bool:
    """Whether two values can both be true: rounded, "about", or one inside the range of the other."""
    one, two = best.value, other.value
    match one, two:
        case Extent(low, high), Extent(first, last):
            return (low <= first and last <= high) or (first <= low and high <= last)
        case str(), str():
            return one.lower() in two.lower() or two.lower() in one.lower()
        case ((int() | float()), (int() | float())):
            about = loose or _is_about(other)
            return isclose(one, two, rel_tol=ABOUT if about else CLOSE if isinstance(one, float) else 0.0)
        case _:
            return False
