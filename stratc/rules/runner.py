"""Runs rules over the cases of a plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from stratc.analysis.case import Case
from stratc.analysis.diligence import is_worked_through
from stratc.analysis.framework import KEY, concerns_a_framework
from stratc.analysis.workings import is_worked_out
from stratc.arith.term import HasSpans
from stratc.config import Config
from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, RuleId, Severity
from stratc.diagnostics.report import Silence
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.rules.input.internal_error import internal_error
from stratc.rules.input.nothing_understood import nothing_understood
from stratc.rules.rule import Finding, Rule
from stratc.rules.select import is_selected, selected, severity_of

_EXACT = ("AR", "TG", "IN")  # families that weigh what is written: workings, settings and the text itself
CATALOGUE = 8  # strategies that a plan may weigh; a text with more lists what others run


class Outcome(NamedTuple):
    """What the rules found, in the order of the text, and which had nothing to go by."""

    diagnostics: tuple[Diagnostic, ...]
    silences: tuple[Silence, ...]


def run(cases: Sequence[Case], config: Config, document: HasSpans, *, raising: bool | None = None) -> Outcome:
    """Every selected rule over every case; `document` is where a fault of the program itself is shown.

    A rule that asks for a fact the plan does not give falls silent.  What two strategies of a plan share is said once.
    Against a plan that is worked through without a fault, or a catalogue of layouts, what rests on how it was read is a
    step less certain.
    A crash is reported as IN901, or raised when `raising`, which is the default under pytest.
    """
    raising = "PYTEST_CURRENT_TEST" in os.environ if raising is None else raising
    found: list[Diagnostic] = []
    targets = any(concerns_a_framework(case) for case in cases)
    silent = {} if targets else dict.fromkeys(_without_framework(config))
    chosen = selected(config, targets=targets)
    doubtful = len(cases) > CATALOGUE or is_worked_through(cases)
    for rule in chosen:
        spoke: list[Diagnostic] = []
        for case in cases:
            results, silence = _apply(rule, case, None if raising else document)
            before = {each.primary.span for each in spoke}
            spoke += [each for each in results if each.primary.span not in before]
            silent.update({silence: None} if silence else {})
        read = doubtful and not rule.id.code.startswith(_EXACT)
        found += _weighed(rule, [_less_certain(each) for each in spoke] if read else spoke, config)
    if nothing_understood in chosen:
        found += _weighed(nothing_understood, list(_empty(cases, document)), config)
    unique = dict.fromkeys(each for each in found if each.certainty >= config.min_certainty)
    return Outcome(tuple(sorted(unique, key=lambda each: each.sort_key)), tuple(silent))


def _without_framework(config: Config) -> Iterator[Silence]:
    """The one remark that stands for all rules of frameworks, which are not even read."""
    family = RuleId("TG", "")
    if is_selected(family, Category.TARGET, config):
        yield Silence(family.code, KEY)


def _apply(rule: Rule, case: Case, document: HasSpans | None) -> tuple[list[Diagnostic], Silence | None]:
    """The findings of one rule on one case; those before a missing fact or a crash are kept."""
    found: list[Diagnostic] = []
    try:
        for finding in rule.find(case):
            diagnostic = rule.diagnostic(finding)
            if diagnostic:
                found.append(_hedged(_unfixed(diagnostic, case), finding, case))
    except Missing as missing:
        return found, Silence(rule.id.code, missing.key)
    except Exception as error:  # the one place that must outlive a faulty rule
        if document is None:
            raise
        found += _crash(rule, error, document)
    return found, None


def _unfixed(diagnostic: Diagnostic, case: Case) -> Diagnostic:
    """A finding without a fix that would write over a setting, which may be a switch or a factor of what it says."""
    edits = diagnostic.fix.edits if diagnostic.fix and case.plan.settings else ()
    return replace(diagnostic, fix=None) if any(each.span in case.set_places for each in edits) else diagnostic


def _hedged(diagnostic: Diagnostic, finding: Finding, case: Case) -> Diagnostic:
    """A finding with the doubts that its reading leaves.

    It is not beyond doubt where its working rests on a fact that the plan gives in several ways, and a judgement where
    the plan's own working comes to the figure by another way.
    """
    if finding.rival and isinstance(finding.at, Claim) and is_worked_out(finding.at, case.tolerance):
        return _judgement(diagnostic)
    if diagnostic.certainty is not Certainty.DEFINITE or finding.because is None:
        return diagnostic
    doubted = [conflict.believed for conflict in case.plan.conflicts if conflict.believed.is_stated]
    rests = any(leaf.known is each for leaf in finding.because.leaves for each in doubted)
    return replace(diagnostic, certainty=Certainty.LIKELY) if rests else diagnostic


def _less_certain(diagnostic: Diagnostic) -> Diagnostic:
    """A finding that is likely where it was definite, and else a judgement."""
    if diagnostic.certainty is Certainty.DEFINITE:
        return replace(diagnostic, certainty=Certainty.LIKELY)
    return _judgement(diagnostic)


def _judgement(diagnostic: Diagnostic) -> Diagnostic:
    return replace(diagnostic, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)


def _empty(cases: Sequence[Case], document: HasSpans) -> Iterator[Diagnostic]:
    """A remark where there is nothing that any rule could have looked at."""
    for case in cases[:1]:
        plan = case.plan
        placed = case.strategy.stages or case.strategy.expert_spans
        if not (plan.claims or plan.mentions or placed or any(known.is_stated for _, known in plan.facts())):
            found = nothing_understood.diagnostic(Finding(document, "nothing of a plan was understood here", label=""))
            if found:
                yield found


def _crash(rule: Rule, error: Exception, document: HasSpans) -> Iterator[Diagnostic]:
    message = f"{rule.id.name} ({rule.id.code}) failed: {type(error).__name__}: {error}"
    found = internal_error.diagnostic(Finding(document, message, label="in this document"))
    if found:
        yield found


def _weighed(rule: Rule, found: list[Diagnostic], config: Config) -> list[Diagnostic]:
    severity = severity_of(rule, config)
    return [replace(each, severity=severity) for each in found] if severity else found
