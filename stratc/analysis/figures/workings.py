"""Figures against the arithmetic written beside them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import partial
from math import isclose, isfinite, log10
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.analysis.figures.meant import (
    BITS,
    TURNED,
    is_in_prefix,
    restated,
    sum_first,
    turns_bits,
    with_bare_summands,
)
from stratc.analysis.memory.setting import width_or_none
from stratc.analysis.said.carried import in_unit_before
from stratc.analysis.said.factors import figures_of, multiplied
from stratc.analysis.said.rounding import WHOLE, only_adds, rounding, written_figures
from stratc.arith.quantity import BINARY_COUNTS, Quantity
from stratc.arith.term import Apply, Literal, Named, Term
from stratc.arith.unit import (
    BYTE,
    BYTE_RATE,
    COUNT,
    FLOP,
    FLOP_RATE,
    ONE,
    PARAMETER,
    PERCENT,
    REQUEST_RATE,
    SECOND,
    SEQUENCE_RATE,
    TOKEN,
    TOKEN_RATE,
    Unit,
)
from stratc.ir.claim import SAID_AGAIN, Claim
from stratc.ir.origin import Known, value_or
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from stratc.analysis.case import Case

_UNSAID_SCALES = (1e6, 1e9, 1e12, 2.0**20, 2.0**30, 2.0**40)
WIDTHS = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0)  # bytes that a formula may leave out, and twice them for two tensors
PASSES = (1.0, 2.0, 3.0, 4.0, 6.0, 1 / 2, 1 / 3, 1 / 4, 1 / 6)  # operations a parameter, or per multiply-add
_OPERATIONS = (2.0, 4.0, 6.0, 8.0, 12.0)  # with which a working begins that leaves none of them out
_LEFT_OUT = {
    BYTE: WIDTHS,
    FLOP: PASSES,
    BYTE_RATE: (1 / BITS, 1.0, BITS),
    **dict.fromkeys((SECOND, FLOP_RATE, TOKEN_RATE, SEQUENCE_RATE, REQUEST_RATE), (1.0,)),
}  # factors that a working of bare numbers need not write
_COMPUTE = (FLOP, FLOP_RATE)  # worked out of counts, whose words leave no factor out
SLACK = 0.1  # of such a comparison, which prefixes in powers of two may be off by
MILLION = 1e6
_PREFIXES = (1e3, 1e6)
LARGE = 1e4  # from where a whole number that ends in hundreds is taken for a rounded one
NEAR = 0.05  # of a figure that is another one in other units
_NO_RESULTS = SAID_AGAIN | {
    "change.ratio",
    "memory.sized",
    "gain.steps",
    "gain.parts",
    "sum.total",
    "row.share",
    "row.apart",
    "product",
    "map.total",
    "tokens.step",
    "tokens.device",
    "replicas.needed",
    "replicas.spare",
    "time.of_rate",
    "time.hidden",
    "implied",
    "rate.all",
    "lines.bytes",
    "rate.each",
    "time.serial",
    "sequences.cache",
    "slots.all",
    "cache.load",
    "memory.left",
}  # claims whose working is what they are compared with
_MOST_BYTES = 20.0  # of a parameter with its gradient and the state of its optimizer
_SEVERAL = frozenset(("memory.optimizer", "memory.training", "memory.total"))  # more than one element a parameter


_WEIGHED = (Role.PLAN, Role.TARGET, Role.ALTERNATIVE)  # of an earlier plan a text repeats what was wrong with it


class Verdict(Enum):
    """How a figure and its working go together."""

    HOLDS = "holds"
    FALSE = "false"
    DOUBTFUL = "doubtful"  # the working says no units, and no usual one makes it the figure
    PARAMETERS_AS_BYTES = "parameters as bytes"
    BITS_AS_BYTES = "bits as bytes"
    INCOMPARABLE = "incomparable"  # what the working counts is not said clearly enough


class Checked(NamedTuple):
    """A claim whose working could be weighed."""

    claim: Claim
    working: Term
    verdict: Verdict

    @property
    def computed(self) -> float:
        """What the working comes to; the numbers of a sum without units are meant in the unit of the figure."""
        stated = self.claim.quantity
        return self.working.value * (stated.unit.scale if _is_in_unit_of(stated, self.working) else 1.0)


def checked_workings(case: Case) -> tuple[Checked, ...]:
    """Every claim of this plan that brings its own working, and whether the two agree."""
    return case.once(_checked)


def _checked(case: Case) -> tuple[Checked, ...]:
    return tuple(_each_checked(case))


def _each_checked(case: Case) -> Iterator[Checked]:
    for claim in case.plan.claims:
        weighed = claim.scope.role in _WEIGHED and claim.metric not in _NO_RESULTS
        if claim.working is not None and weighed:
            found = verdict(claim.quantity, claim.working, case.tolerance)
            if found is Verdict.HOLDS and _leaves_out_the_width(case, claim):
                found = Verdict.PARAMETERS_AS_BYTES
            if found is Verdict.INCOMPARABLE and _leaves_nothing_out(case, claim, claim.working):
                found = Verdict.DOUBTFUL
            if found is Verdict.DOUBTFUL and _has_bytes_of_each(case, claim, claim.working):
                found = Verdict.HOLDS
            if found in _UNSETTLED and (carried := in_unit_before(case, claim)) is not None:
                yield Checked(claim, carried, verdict(claim.quantity, carried, case.tolerance))
                continue
            yield Checked(claim, claim.working, found)


def is_worked_out(claim: Claim, tolerance: float) -> bool:
    """Whether a figure is what its own working comes to."""
    return claim.working is not None and verdict(claim.quantity, claim.working, tolerance) is Verdict.HOLDS


def is_own_share(case: Case, known: Known[Any], whole: float) -> bool:
    """Whether a fact is worked out where it stands as a share of a whole, by any degree: "128 / 8 = 16 experts"."""
    here = (claim for claim in case.plan.claims if not set(claim.places).isdisjoint(known.spans()))
    return any(
        isinstance(each.working, Apply)
        and each.working.op == "÷"
        and each.working.left.value == whole
        and is_worked_out(each, case.tolerance)
        for each in here
    )


def adds_up_to(claim: Claim, value: float) -> bool:
    """Whether a figure is this number and a sum is written for it: "64 + 48 + 8 + 8 = 128"."""
    return isinstance(claim.working, Apply) and claim.working.op == "+" and claim.value == value


def _leaves_out_the_width(case: Case, claim: Claim) -> bool:
    """Whether a figure in bytes is worked out of the model's parameters without the bytes of each."""
    if claim.working is None or claim.quantity.dimension != BYTE or not case.has("model.parameters"):
        return False
    if claim.working.dimension == BYTE or claim.metric in _SEVERAL:
        return False  # "34B × 12 bytes" says how many bytes a parameter takes
    factors = {each.value for each in multiplied(claim.working)}
    kept = width_or_none(case)
    given = kept in factors or any(each.is_integer() and 1 < each <= _MOST_BYTES for each in factors)
    return case.known("model.parameters").value in factors and kept not in (None, 1.0) and not given


def _leaves_nothing_out(case: Case, claim: Claim, working: Term) -> bool:
    """Whether bare numbers are all that a figure in bytes is a product of: parameters and the bytes of each, or keys
    and values, whose first two is not the last factor's."""
    if claim.quantity.dimension != BYTE or not _is_bare(working) or only_adds(working):
        return False
    factors = [each.value for each in multiplied(working)]
    if claim.metric == "memory.kv_cache":
        return factors.count(2.0) - (value_or(case.plan.model.kv_heads, 0) == 2) >= 2
    if claim.metric != "memory.weights" or len(factors) != 2:
        return False
    return isclose(max(factors), value_or(case.plan.model.parameters, 0.0)) and min(factors) in WIDTHS


def _has_bytes_of_each(case: Case, claim: Claim, working: Term) -> bool:
    """Whether the section gives the bytes of what a working counts: "512 KB a token; 32 × 1024 tokens = 16.8 GB"."""
    beside = (each for each in case.claims("memory", "equation") if each.scope.path == claim.scope.path)
    sizes = (each.value for each in beside if each is not claim and each.quantity.dimension == BYTE)
    return any(isclose(size * working.value, claim.value, rel_tol=SLACK) for size in sizes)


def doubtful(case: Case) -> frozenset[Claim]:
    """Claims whose own working contradicts them; a sum over them is not to be blamed again."""
    return frozenset(each.claim for each in checked_workings(case) if each.verdict not in SOUND)


_UNSETTLED = (Verdict.DOUBTFUL, Verdict.INCOMPARABLE)
SOUND = (Verdict.HOLDS, Verdict.INCOMPARABLE)


def verdict(stated: Quantity, working: Term, tolerance: float) -> Verdict:
    """Whether a figure is what its working comes to.

    Counts of parameters, tokens and sequences compare with bare counts.  A working without units also holds when its
    bare number is the number written ("40 + 24 = 64 GB"), as that of a sum must be; otherwise it says nothing of a
    figure that has a unit.
    """
    value = working.value
    if not isfinite(value) or not isfinite(stated.value):
        return Verdict.INCOMPARABLE
    tolerance = 0.0 if _is_exact_count(stated, working) else tolerance
    agrees = partial(stated.agrees, prefixes=not _keeps_unit(stated, working))
    if agrees(value, tolerance):
        return Verdict.PARAMETERS_AS_BYTES if _counts_parameters(stated, working) else Verdict.HOLDS
    in_unit = _is_in_unit_of(stated, working) or _counts_in_prefix(stated, working)
    if in_unit and agrees(value * stated.unit.scale, tolerance):
        return Verdict.HOLDS
    if any(stated.agrees(value / each, tolerance) for each in restated(working)):
        return Verdict.HOLDS
    for meant in (sum_first(working), with_bare_summands(stated, working)):
        if meant is not None and stated.agrees(meant, tolerance):
            return Verdict.HOLDS
    rounded = rounding(working)
    if agrees(value, rounded) or (in_unit and agrees(value * stated.unit.scale, rounded)):
        return Verdict.HOLDS
    if stated.dimension.uncounted != working.dimension.uncounted:
        return Verdict.FALSE if in_unit and only_adds(working) else _without_unit(stated, working, tolerance)
    if _leaves_sizes_out(stated, working):
        return Verdict.INCOMPARABLE
    units = [unit for _, unit in written_figures(working) if unit is not None]
    in_bits = {_is_of_bits(each) for each in (stated.unit, *units) if each.dimension in (BYTE, BYTE_RATE)}
    if len(in_bits) > 1 and turns_bits(working) and stated.agrees(value * BITS, tolerance):
        return Verdict.HOLDS  # "400 Gb/s ÷ 8 = 50 GB/s"
    if len(in_bits) > 1 and _is_one_of(stated, (value * BITS, value / BITS)):
        return Verdict.BITS_AS_BYTES
    if stated.unit == ONE and any(stated.agrees(value / scale, tolerance) for scale in _UNSAID_SCALES):
        return Verdict.INCOMPARABLE  # in a unit that a heading says: "in GiB"
    if stated.unit == PERCENT and PERCENT not in units and stated.agrees(value * PERCENT.scale, tolerance):
        return Verdict.HOLDS
    if any(stated.agrees(value * each, tolerance) for factor in _binary(working) for each in (factor, 1 / factor)):
        return Verdict.HOLDS
    lent = (each for each in _PREFIXES if each < stated.unit.scale)
    if is_in_prefix(working) and any(stated.agrees(value * each, tolerance) for each in lent):
        return Verdict.INCOMPARABLE  # in millions, as the lines above may say: "40 × 754.97 = 30.20 B"
    return Verdict.FALSE


def _keeps_unit(stated: Quantity, working: Term) -> bool:
    """Whether bytes come of bytes with the same prefix, or of bare numbers that are meant in it: it cannot have turned
    from a power of ten into one of two."""
    units = [unit for _, unit in written_figures(working) if unit is not None and unit.dimension in (BYTE, BYTE_RATE)]
    return all(each.scale == stated.unit.scale for each in units) and (bool(units) or _is_in_unit_of(stated, working))


def _leaves_sizes_out(stated: Quantity, working: Term) -> bool:
    """Whether a product only counts parts whose size stands elsewhere: "8 experts × 56 layers = 135.3B"."""
    counts = all(isinstance(each, Named) and each.unit is None for each in figures_of(working))
    return counts and stated.unit.scale >= MILLION and abs(working.value) * MILLION < stated.value * WHOLE


def _is_in_unit_of(stated: Quantity, working: Term) -> bool:
    """Whether the numbers of a sum are meant in the unit of what they add up to: "38.65 + 2.01 = 40.7B"."""
    if not only_adds(working) or working.dimension.uncounted != COUNT:
        return False
    counts = stated.dimension.uncounted == COUNT
    return not counts or abs(working.value) < stated.unit.scale > 1


def _counts_in_prefix(stated: Quantity, working: Term) -> bool:
    """Whether a working counts in the prefix of its result, as its fractions tell: "12.9 / 2 = 6.45 B"."""
    if stated.unit.scale <= 1 or stated.dimension.uncounted not in (working.dimension.uncounted, COUNT):
        return False
    leaves = tuple(written_figures(working))
    plain = all(unit is None or unit.scale == 1 for _, unit in leaves)
    return plain and any(unit is None and value < WHOLE and value % 1 for value, unit in leaves)


def _without_unit(stated: Quantity, working: Term, tolerance: float) -> Verdict:
    """A working of bare numbers, for a figure with a unit: the number may be meant in that unit."""
    if working.dimension.unoperated != COUNT:
        return _of_operations(stated, working, tolerance)
    if stated.agrees(working.value * stated.unit.scale, tolerance):
        return Verdict.HOLDS
    if only_adds(working):
        return Verdict.FALSE
    if stated.dimension == TOKEN_RATE and any(stated.agrees(working.value / each, tolerance) for each in TURNED):
        return Verdict.HOLDS  # "6,690 × 3,600 = 24.1M tokens/h"
    told = stated.dimension in _COMPUTE or _is_bare(working)
    return Verdict.DOUBTFUL if told and not _may_be(stated, working, tolerance) else Verdict.INCOMPARABLE


def _of_operations(stated: Quantity, working: Term, tolerance: float) -> Verdict:
    """A working whose FLOPs are counts: "6 × 110e9 × 16.5e6 / 896 PFLOPS = 12.2 s"."""
    if stated.dimension.unoperated != working.dimension.unoperated:
        return Verdict.INCOMPARABLE
    return Verdict.INCOMPARABLE if _may_be(stated, working, tolerance) else Verdict.DOUBTFUL


def _is_bare(term: Term) -> bool:
    """Whether a working is numbers alone; words beside them may stand for factors that it leaves out."""
    match term:
        case Apply(_, left, right):
            return _is_bare(left) and _is_bare(right)
    return isinstance(term, Literal)


def _may_be(stated: Quantity, working: Term, tolerance: float) -> bool:
    """Whether a working of bare numbers is the figure in another prefix, or with a factor that it leaves out."""
    widths = _LEFT_OUT.get(stated.dimension, ())
    if stated.dimension == FLOP and _first(working) in _OPERATIONS:
        widths = (1.0,)
    if not widths or stated.is_range or stated.value <= 0 or working.value <= 0:
        return True
    slack = max(tolerance, 0.5 * stated.step / stated.value, SLACK)
    cut = stated.value + stated.step  # "4 µs" of 4.8, as some cut figures off
    if any(abs(log10(cut / working.value / width) % 3) < log10(cut / stated.value) for width in widths):
        return True
    ratios = (stated.value / working.value / width for width in widths)
    return any(abs(log10(ratio) - round(log10(ratio) / 3) * 3) < log10(1 + slack) for ratio in ratios)


def _first(term: Term) -> float | None:
    """The first figure of a working, if it is a number alone."""
    match term:
        case Apply(_, left, _):
            return _first(left)
        case Literal(value, None):
            return value
    return None


def _is_one_of(stated: Quantity, values: tuple[float, ...]) -> bool:
    """Whether a figure is one of these beyond coincidence, which a coarse one such as "~1 GB" cannot tell."""
    return any(isclose(stated.value, value, rel_tol=NEAR) for value in values)


def _is_exact_count(stated: Quantity, working: Term) -> bool:
    """Whole numbers written out in full leave nothing to round, unless they are large and end in hundreds."""
    rounded = abs(stated.value) >= LARGE and stated.value % 100 == 0
    whole = stated.unit.scale == 1.0 and stated.step <= 1.0 and not stated.approximate and not rounded
    return whole and stated.dimension == COUNT and working.value == int(working.value)


def _counts_parameters(stated: Quantity, working: Term) -> bool:
    """Whether a figure in bytes is the bare number of parameters that its working counts."""
    return stated.dimension == BYTE and working.dimension == PARAMETER


def _binary(term: Term) -> frozenset[float]:
    """By how much counts written with K or M are more where these are powers of two: "4M tokens ÷ 5.1 s = 822K"."""
    match term:
        case Apply(_, left, right):
            return _binary(left) | _binary(right)
        case Literal(_, unit) if unit and unit.dimension in (COUNT, TOKEN) and unit.scale in BINARY_COUNTS:
            return frozenset((BINARY_COUNTS[unit.scale],))
    return frozenset()


def _is_of_bits(unit: Unit) -> bool:
    return "bit" in unit.symbol
