"""Runs rules over the cases of a plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from stratc.analysis.case import Case
from stratc.analysis.figures.diligence import sound_workings
from stratc.analysis.framework import KEY, concerns_a_framework
from stratc.analysis.said.beside import Beside, nothing_beside
from stratc.arith.term import HasSpans
from stratc.config import DEFAULT, Config
from stratc.diagnostics.diagnostic import Category, Diagnostic, RuleId
from stratc.diagnostics.report import Silence
from stratc.ir.origin import Missing
from stratc.rules.agreement import confirmed, said_once
from stratc.rules.doubt import FEWEST, hedged, is_doubtful, is_firm, weighed
from stratc.rules.input.internal_error import internal_error
from stratc.rules.input.nothing_understood import nothing_understood
from stratc.rules.rule import Finding, Rule
from stratc.rules.select import is_selected, selected, severity_of


class Outcome(NamedTuple):
    """What the rules found, in the order of the text, and which had nothing to go by."""

    diagnostics: tuple[Diagnostic, ...]
    silences: tuple[Silence, ...]


def run(
    cases: Sequence[Case],
    config: Config,
    document: HasSpans,
    said: Beside = nothing_beside,
    *,
    in_passing: bool = False,
    raising: bool | None = None,
) -> Outcome:
    """Every selected rule over every case; `document` is where a fault of the program itself is shown.

    `said` gives what the line of a figure says beside it; `in_passing` says that the text proposes nothing as a whole.
    A rule that asks for a fact the plan does not give falls silent.  What two strategies of a plan share is said once.
    In a plan that is more likely misread than wrong, what rests on how it was read is a step less certain; this asks
    all rules, so that no choice among them changes how one is weighed.
    A crash is reported as IN901, or raised when `raising`, which is the default under pytest.
    """
    raising = "PYTEST_CURRENT_TEST" in os.environ if raising is None else raising
    targets = any(concerns_a_framework(case) for case in cases)
    silent = {} if targets else dict.fromkeys(_without_framework(config))
    chosen = {rule.id.code: rule for rule in selected(config, targets=targets)}
    sound = sound_workings(cases)
    every = selected(DEFAULT, targets=targets) if sound >= FEWEST else ()
    heard: dict[str, list[_Heard]] = {}
    for code, rule in {**{rule.id.code: rule for rule in every}, **chosen}.items():
        heard[code], silences = _spoken(rule, cases, said, None if raising else document)
        silent.update(dict.fromkeys(silences if code in chosen else ()))
    spoke = {code: [each.told for each in found] for code, found in heard.items()}
    if in_passing or is_doubtful(len(cases), sound, (each for found in spoke.values() for each in found)):
        firm = {each.told for found in heard.values() for each in found if each.firm}
        sure = firm | confirmed(each for found in spoke.values() for each in found)
        spoke = {code: [each if each in sure else weighed(each) for each in found] for code, found in spoke.items()}
    if nothing_understood.id.code in chosen:
        spoke[nothing_understood.id.code] = list(_empty(cases, document))
    told = (each for code, rule in chosen.items() for each in _as_chosen(rule, spoke[code], config))
    unique = dict.fromkeys(said_once(each for each in told if each.certainty >= config.min_certainty))
    return Outcome(tuple(sorted(unique, key=lambda each: each.sort_key)), tuple(silent))


class _Heard(NamedTuple):
    """A finding, and whether it keeps its certainty in a plan that is more likely misread than wrong."""

    told: Diagnostic
    firm: bool = False


def _spoken(
    rule: Rule, cases: Sequence[Case], said: Beside, document: HasSpans | None
) -> tuple[list[_Heard], list[Silence]]:
    """What a rule finds of all cases, once where they share it, and why it fell silent."""
    heard: list[_Heard] = []
    silences: list[Silence] = []
    for case in cases:
        results, silence = _apply(rule, case, said, document)
        before = {each.told.primary.span for each in heard}
        heard += [each for each in results if each.told.primary.span not in before]
        silences += [silence] if silence else []
    return heard, silences


def _without_framework(config: Config) -> Iterator[Silence]:
    """The one remark that stands for all rules of frameworks, which are not even read."""
    family = RuleId("TG", "")
    if is_selected(family, Category.TARGET, config):
        yield Silence(family.code, KEY)


def _apply(rule: Rule, case: Case, said: Beside, document: HasSpans | None) -> tuple[list[_Heard], Silence | None]:
    """The findings of one rule on one case; those before a missing fact or a crash are kept."""
    found: list[_Heard] = []
    try:
        for finding in rule.find(case):
            diagnostic = rule.diagnostic(finding)
            if diagnostic:
                told = hedged(_unfixed(diagnostic, case), finding, case, said)
                found.append(_Heard(told, is_firm(told, finding)))
    except Missing as missing:
        return found, Silence(rule.id.code, missing.key)
    except Exception as error:  # the one place that must outlive a faulty rule
        if document is None:
            raise
        found += map(_Heard, _crash(rule, error, document))
    return found, None


def _unfixed(diagnostic: Diagnostic, case: Case) -> Diagnostic:
    """A finding without a fix that would write over a setting, which may be a switch or a factor of what it says."""
    edits = diagnostic.fix.edits if diagnostic.fix and case.plan.settings else ()
    return replace(diagnostic, fix=None) if any(each.span in case.set_places for each in edits) else diagnostic


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


def _as_chosen(rule: Rule, found: list[Diagnostic], config: Config) -> list[Diagnostic]:
    severity = severity_of(rule, config)
    return [replace(each, severity=severity) for each in found] if severity else found
