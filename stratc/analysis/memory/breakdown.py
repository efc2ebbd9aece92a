"""Memory figures that a plan lists together: a total and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import APPROXIMATE
from stratc.arith.term import Apply, Literal
from stratc.arith.unit import BYTE
from stratc.ir.claim import MEMORY_TOTALS, Claim
from stratc.ir.scope import Role
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from stratc.analysis.case import Case

TOTALS = MEMORY_TOTALS
STATES = ("memory.weights", "memory.gradients", "memory.optimizer")
INSIDE_WEIGHTS = ("memory.attention", "memory.mlp", "memory.dense", "memory.experts", "memory.embedding")
PARTS = (*STATES, "memory.master", *INSIDE_WEIGHTS, "memory.activations", "memory.kv_cache", "memory.buffers")
EXACT = 0.03  # a coincidence of more figures than should count
MISREAD = 3.0  # a sum this far from the total is of other things
AS_WEIGHTS = {"parameters.device": "memory.weights", "parameters.experts": "memory.experts"}


class Part(NamedTuple):
    """A part of a total in bytes; `claim` is where it is said, perhaps as a number of parameters."""

    metric: str
    claim: Claim
    low: float
    high: float


class Breakdown(NamedTuple):
    """A total and the parts listed before it, each metric at most once.

    `lines` holds the first figure of every line of the list, whatever it counts for and however often it recurs; `open`
    are parts that are named with figures that count for something else, such as a token, alone; `unnamed` are bytes
    that the same section works out without saying of what.
    """

    total: Claim
    parts: tuple[Part, ...]
    lines: tuple[Part, ...] = ()
    open: frozenset[str] = frozenset()
    unnamed: tuple[float, ...] = ()

    def has(self, *metrics: str) -> bool:
        """Whether one of these parts is listed."""
        return any(part.metric in metrics for part in self.parts)

    @property
    def summands(self) -> tuple[Part, ...]:
        """The parts without those that another part holds: experts beside the weights of which they are some."""
        if not self.has("memory.weights"):
            return self.parts
        return tuple(part for part in self.parts if part.metric not in INSIDE_WEIGHTS)

    @property
    def low(self) -> float:
        """Sum of the lower ends."""
        return sum(part.low for part in self.summands)

    @property
    def high(self) -> float:
        """Sum of the upper ends."""
        return sum(part.high for part in self.summands)


def breakdowns(case: Case, width: float | None) -> Iterator[Breakdown]:
    """Every total of this plan with at least two parts listed in its section before it.

    `width` is the bytes of a parameter, for parts given as a number of parameters; None leaves those out.
    """
    pending: list[Claim] = []
    claims, unnamed = _in_order(case), _unnamed(case)
    for at, claim in enumerate(claims):
        if claim.metric not in TOTALS:
            pending.append(claim)
            continue
        section = _section(claim, pending)
        beside = _totals_beside(claims, at)
        if len(beside) > 1 and (columns := _columns(section, len(beside))) is not None:
            section = columns[beside.index(claim)] if columns else []
            kept = pending
        else:
            kept = []
        parts = _scaled(_chosen(claim, section), width)
        unsized = {AS_WEIGHTS.get(each.metric, each.metric) for each in section} - {part.metric for part in parts}
        unsized -= {*INSIDE_WEIGHTS}
        beside_them = tuple(size for path, size in unnamed if path == claim.scope.path)
        found = Breakdown(claim, parts, _scaled(_first_of_lines(section), width), frozenset(unsized), beside_them)
        if len(found.summands) >= 2 and not _says_whole_and_share(claim, section):
            yield found
        pending = kept if beside[-1] is not claim else []


def _totals_beside(claims: list[Claim], at: int) -> list[Claim]:
    """The totals that stand in one row with that one: cells that follow each other under the same headings."""
    first, last = at, at + 1
    while first and _is_beside(claims[first - 1], claims[at]):
        first -= 1
    while last < len(claims) and _is_beside(claims[last], claims[at]):
        last += 1
    return claims[first:last]


def _is_beside(one: Claim, other: Claim) -> bool:
    same = one.metric == other.metric and one.scope.path == other.scope.path and one.per is other.per
    return same and one.context != other.context


def _columns(section: list[Claim], count: int) -> tuple[list[Claim], ...] | None:
    """The parts below one another, where every part is given for each of so many totals; () where only some are.

    None where no part is given twice, so that all belong to the first total.
    """
    given: dict[str, list[Claim]] = {}
    for claim in section:
        given.setdefault(claim.metric, []).append(claim)
    cells = all(len({each.context for each in found}) == len(found) for found in given.values())
    if not cells or all(len(found) == 1 for found in given.values()):
        return None
    if any(len(found) != count for found in given.values()):
        return ()
    return tuple([found[n] for found in given.values()] for n in range(count))


def is_of(found: Breakdown, factor: float) -> bool:
    """Whether the total is at all the sum of these parts: within a factor of it."""
    ends = sorted((found.total.value, found.high))
    return 0 < ends[1] <= factor * ends[0]


def falls_short(total: Claim) -> bool:
    """Whether a total is less than all lines above it by more than their last digits, and is their total at all."""
    if total.working is None:
        return False
    added, loose = total.working.value, APPROXIMATE if total.quantity.approximate else EXACT
    return added / MISREAD < total.quantity.high < added * (1 - loose) - total.quantity.step / 2


def by_section(claims: Iterable[Claim]) -> dict[tuple[str, ...], list[Claim]]:
    """Claims by the headings that they stand under."""
    found: dict[tuple[str, ...], list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.scope.path, []).append(claim)
    return found


def _in_order(case: Case) -> list[Claim]:
    named = (*TOTALS, *PARTS, *AS_WEIGHTS)
    ours = sorted(
        (each for each in case.plan.claims if each.scope.role is Role.PLAN and each.metric in (*named, "equation")),
        key=lambda claim: claim.places[0],
    )
    wholes: dict[tuple[object, float], str] = {}
    found = []
    for claim in ours:
        if claim.metric in PARTS and claim.per in (Per.TOTAL, Per.UNSAID):
            wholes[claim.scope.path, claim.value] = claim.metric
        shared = _divided(claim) if claim.metric == "equation" else None
        metric = wholes.get((claim.scope.path, shared)) if shared is not None else None
        if metric or claim.metric != "equation":
            found.append(replace(claim, metric=metric, per=Per.DEVICE) if metric else claim)
    return found


def _unnamed(case: Case) -> list[tuple[tuple[str, ...], float]]:
    """The bytes that workings come to which have no name, each with the headings above it."""
    return [
        (claim.scope.path, claim.value)
        for claim in case.claims("equation")
        if claim.quantity.dimension == BYTE and claim.working is not None
    ]


def _divided(claim: Claim) -> float | None:
    """The bytes that the working of a claim divides, as "per GPU: 26 GB ÷ 8" does below a line of 26 GB."""
    match claim.working:
        case Apply("÷", Literal(_, _) as whole, Literal(_, _)) if whole.dimension == BYTE:
            return whole.value
    return None


def _scaled(claims: Iterable[Claim], width: float | None) -> tuple[Part, ...]:
    """The claims as parts in bytes; numbers of parameters need the bytes of one."""
    found = []
    for claim in claims:
        metric = AS_WEIGHTS.get(claim.metric, claim.metric)
        scale = 1.0 if metric == claim.metric else width
        if scale is not None:
            found.append(Part(metric, claim, claim.quantity.low * scale, claim.quantity.high * scale))
    return tuple(found)


def _first_of_lines(section: list[Claim]) -> list[Claim]:
    """The first figure of each line, parameters left out whose bytes are listed too."""
    sized = {claim.metric for claim in section}
    listed = (claim for claim in section if AS_WEIGHTS.get(claim.metric, "") not in sized)
    return list({claim.context: claim for claim in reversed(list(listed))}.values())


def _first_of_kind(section: list[Claim], total: Claim) -> list[Claim]:
    """The first figure of every line for each part that it names: "weights 3 GB, gradients 6 GB" lists two.

    One that is said to count for the same as the total goes before one that is not.
    """
    first = {(claim.context, claim.metric): claim for claim in reversed(section)}
    alike = {(claim.context, claim.metric): claim for claim in reversed(section) if claim.per is total.per}
    return list((first | alike).values())


def _says_whole_and_share(total: Claim, section: list[Claim]) -> bool:
    """Whether one line gives the same part twice, in all and for a device, so that nobody knows which one is added.

    Where one of the two is said to count for the same as the total, it is that one.
    """
    values: dict[tuple[object, str], list[Claim]] = {}
    for claim in section:
        values.setdefault((claim.context, claim.metric), []).append(claim)
    for each in values.values():
        alike = [claim.value for claim in each if claim.per is total.per] if total.per is Per.DEVICE else []
        amounts = alike if len(alike) == 1 else [claim.value for claim in each]
        if len(amounts) > 1 and max(amounts) > 1.5 * min(amounts) > 0:
            return True
    return False


def _chosen(total: Claim, section: list[Claim]) -> list[Claim]:
    """One claim a metric, the one that counts for the same as the total before others, later lines before earlier."""
    chosen: dict[str, Claim] = {}
    for claim in reversed(_first_of_kind(section, total)):
        metric = AS_WEIGHTS.get(claim.metric, claim.metric)
        if _same_kind(claim.per, total.per) and not _is_closer(chosen.get(metric), claim, total):
            chosen[metric] = claim
    return list(chosen.values())


def _section(total: Claim, pending: list[Claim]) -> list[Claim]:
    """The claims of the total's own section, or of the one before it under the same heading."""
    own = [claim for claim in pending if claim.scope.path == total.scope.path]
    if own or not pending:
        return own
    before = pending[-1].scope.path
    here = total.scope.path
    beside = len(here) == len(before) > 1 and here[:-1] == before[:-1]
    return [claim for claim in pending if claim.scope.path == before] if beside or before[:-1] == here else []


def _is_closer(old: Claim | None, new: Claim, total: Claim) -> bool:
    """Whether a part already chosen counts for the total's kind while the new one does not say."""
    return old is not None and old.per is total.per and new.per is not total.per


def _same_kind(part: Per, total: Per) -> bool:
    return part is total or Per.UNSAID in (part, total)
