"""Doubts that the reading of a plan leaves in what its rules find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import log10

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import is_worked_out
from stratc.analysis.said.beside import Beside
from stratc.arith.term import Term
from stratc.diagnostics.diagnostic import Certainty, Diagnostic, Severity
from stratc.ir.claim import Claim
from stratc.ir.strategy import DEGREES
from stratc.ir.values import Extent, Value
from stratc.rules.rule import Finding

CATALOGUE = 8  # strategies that a plan may weigh; a text with more lists what others run
FEWEST = 6  # workings; of plans with fewer, one that is right throughout may be so by chance
EACH = 4  # workings that hold, to a finding
MANY = 16  # workings that hold, beside however many findings
_EXACT = ("AR", "TG", "IN")  # families that weigh what is written: workings, settings and the text itself
_PLAIN = (  # rules that hold one plain figure, such as a setting or the batch, against the only other one
    *("CN113", "CN116", "CN141", "CN142", "CN143", "DI205", "ME134", "ME135", "ME144", "ME155"),
    *("PE128", "PE140", "PE243", "PI102", "PI103", "PI105", "RN207"),
)
_SAID = (  # rules that hold a sentence against what is so whatever the figures
    *("PI109", "SE102", "SE103", "SE116", "SE131", "SE141", "SE142", "SE145", "SE146", "SE147"),
)
_DEGREES = ("DV101", "DV102", "DI10", "PA101", "PI101", "PI108")  # that reckon with stated degrees and shapes alone
_CONCEPTS = ("SE101", "CO207")  # of which each word is in the plan or is not
_ROOFS = ("ME111", "PE107", "PE125", "PE202")  # that hold a figure to what no device can do
_SAME_DIGITS = 0.002  # of a decimal logarithm: half a percent
_LAYOUT = DEGREES | {"strategy.device_count", "hardware.device_count"}


def hedged(diagnostic: Diagnostic, finding: Finding, case: Case, said: Beside) -> Diagnostic:
    """A finding with the doubts that its reading leaves.

    It is a judgement where the plan's own working comes to the figure by another way, or where the line of the figure
    gives another value to a fact that the finding reckons with: such a line speaks of something else than the plan.
    It is not beyond doubt where its working rests on a fact that the plan gives in several ways.
    """
    if isinstance(finding.at, Claim) and (
        (finding.rival and is_worked_out(finding.at, case.tolerance)) or _speaks_of_another(finding, case, said)
    ):
        return judgement(diagnostic)
    if diagnostic.certainty is not Certainty.DEFINITE or finding.because is None:
        return diagnostic
    doubted = case.once(_given_in_several_ways)
    rests = any(id(leaf.known) in doubted for leaf in finding.because.leaves)
    return replace(diagnostic, certainty=Certainty.LIKELY) if rests else diagnostic


def is_doubtful(strategies: int, sound: int, found: Iterable[Diagnostic]) -> bool:
    """Whether a plan is more likely to be misread than wrong in what was found of it.

    So it is where many figures are derived, none of them falsely, and few findings are made: whoever calculates that
    carefully is more often misread than wrong about what no calculation of the plan shows.  A catalogue of layouts is
    none that anybody proposes.  What is said without figures tells nothing of how figures are read.  `sound` counts the
    workings that hold where all do: `analysis/diligence`.
    """
    derived = (each for each in found if not each.rule.code.startswith(_SAID))
    strong = sum(each.severity is not Severity.INFO and each.certainty is not Certainty.JUDGEMENT for each in derived)
    return strategies > CATALOGUE or sound >= max(FEWEST, min(MANY, EACH * strong))


def is_firm(diagnostic: Diagnostic, finding: Finding) -> bool:
    """Whether a finding does not hang on how running text was read: it holds degrees that the plan states against each
    other, or a figure that has its name beside it against a bound that nothing exceeds."""
    code = diagnostic.rule.code
    named = isinstance(finding.at, Claim) and not finding.at.passing
    return code.startswith((*_DEGREES, *_CONCEPTS)) or (code.startswith(_ROOFS) and named)


def weighed(diagnostic: Diagnostic) -> Diagnostic:
    """A finding of a plan that is doubtful: what rests on how it was read is a step less certain.

    A figure that only its power of ten parts from the computed one was read rightly: no other reading comes so near.
    """
    if diagnostic.rule.code.startswith((*_EXACT, *_PLAIN, *_SAID)) or _is_out_by_tens(diagnostic):
        return diagnostic
    if diagnostic.certainty is Certainty.DEFINITE:
        return replace(diagnostic, certainty=Certainty.LIKELY)
    return judgement(diagnostic)


def judgement(diagnostic: Diagnostic) -> Diagnostic:
    """A finding that is only noted."""
    return replace(diagnostic, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)


def _is_out_by_tens(diagnostic: Diagnostic) -> bool:
    """Whether the figure has the digits of the computed one, and another power of ten."""
    shown = diagnostic.evidence
    if shown is None or not isinstance(shown.stated, float | int) or not isinstance(shown.computed, float | int):
        return False
    if min(shown.stated, shown.computed) <= 0:
        return False
    tens = log10(shown.stated / shown.computed)
    return round(tens) != 0 and abs(tens - round(tens)) <= _SAME_DIGITS


def _given_in_several_ways(case: Case) -> frozenset[int]:
    """Facts that the plan states with several values, by identity: another may have the same value."""
    return frozenset(id(each.believed) for each in case.plan.conflicts if each.believed.is_stated)


def _speaks_of_another(finding: Finding, case: Case, said: Beside) -> bool:
    """Whether the line of a figure gives only other values to what the finding's working rests on."""
    place = next(iter(finding.at.spans()), None)
    if finding.because is None or place is None or not (here := said(place)):
        return False
    for key, value in _rests_on(finding.because, case):
        others = [each.value for each in here.get(key, ()) if each.span != place]
        if others and not any(_overlap(value, each) for each in others):
            return True
    return False


def _rests_on(working: Term, case: Case) -> Iterator[tuple[str, Value]]:
    """The facts of the plan that a working names, by their keys; where it counts devices, all degrees beside."""
    facts = case.once(_by_identity)
    named = dict(facts[id(leaf.known)] for leaf in working.leaves if id(leaf.known) in facts)
    yield from named.items()
    if not named.keys().isdisjoint(_LAYOUT):
        yield from ((key, value) for key, value in facts.values() if key in DEGREES)


def _by_identity(case: Case) -> dict[int, tuple[str, Value]]:
    """Key and value of each fact of a plan by the identity of the fact."""
    return {id(known): (key, known.value) for key, known in case.plan.facts()}


def _overlap(one: Value, other: Value) -> bool:
    """Whether two values of a fact may be the same, ranges where they share a number."""
    if isinstance(one, int | float | Extent) and isinstance(other, int | float | Extent):
        return _low(one) <= _high(other) and _low(other) <= _high(one)
    return one == other


def _low(value: float | Extent) -> float:
    return value.low if isinstance(value, Extent) else value


def _high(value: float | Extent) -> float:
    return value.high if isinstance(value, Extent) else value
