"""Which rules are run, how their findings are weighed, and which findings a comment silences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from stratc.config import Config
from stratc.diagnostics.diagnostic import Category, Diagnostic, RuleId, Severity
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.diagnostics.suppression import Suppression
from stratc.rules.input.malformed_suppression import malformed_suppression
from stratc.rules.input.unknown_rule import unknown_rule
from stratc.rules.input.unused_suppression import unused_suppression
from stratc.rules.registry import RETIRED, rules
from stratc.rules.rule import Finding, Rule

NAMED = 100  # a full name or code is closer than any prefix


def closeness(selector: str, rule: RuleId, category: Category) -> int:
    """How closely a selector names a rule: 0 not at all; a prefix of the code counts its letters."""
    wanted = RETIRED.get(selector.upper(), selector)
    if wanted.casefold() in (rule.name, rule.code.casefold()):
        return NAMED
    if wanted.casefold() == category.value:
        return 1
    return len(wanted) if wanted and rule.code.startswith(wanted.upper()) else 0


def _closest(selectors: Iterable[str], rule: RuleId, category: Category) -> int:
    return max((closeness(each, rule, category) for each in selectors), default=0)


def unknown_selectors(selectors: Iterable[str]) -> tuple[str, ...]:
    """Selectors that concern no rule at all."""
    named = (each for each in selectors if each.upper() != "ALL")
    return tuple(each for each in named if not any(closeness(each, rule.id, rule.category) for rule in rules()))


def selected(config: Config, *, targets: bool = True) -> tuple[Rule, ...]:
    """The rules to run, by code; without `targets` those that need no framework."""
    return tuple(each for each in rules(targets=targets) if is_selected(each.id, each.category, config))


def is_selected(rule: RuleId, category: Category, config: Config) -> bool:
    """Whether the configuration asks for findings of a rule."""
    everything = not config.select or any(each.upper() == "ALL" for each in config.select)
    wanted, unwanted = _closest(config.select, rule, category), _closest(config.ignore, rule, category)
    return wanted > unwanted or (everything and not unwanted)


def heeded(diagnostics: Iterable[Diagnostic], config: Config) -> tuple[Diagnostic, ...]:
    """What a frontend has to say, less what the configuration ignores; `select` leaves out no fault of the text."""
    asked = replace(config, select=())
    return tuple(each for each in diagnostics if is_selected(each.rule, each.category, asked))


def severity_of(rule: Rule, config: Config) -> Severity | None:
    """The severity a user gave to a rule; of several the closest, the last of equals."""
    given = [
        (closeness(selector, rule.id, rule.category), n, severity)
        for n, (selector, severity) in enumerate(config.severity)
    ]
    distance, _, severity = max(given, default=(0, 0, None))
    return severity if distance else None


class Silenced(NamedTuple):
    """Findings left after suppression, those taken away, and findings about the comments themselves."""

    kept: tuple[Diagnostic, ...]
    taken: tuple[Diagnostic, ...]
    about: tuple[Diagnostic, ...]


def silence(
    diagnostics: Iterable[Diagnostic],
    suppressions: tuple[Suppression, ...],
    line_of: Callable[[Diagnostic], int],
    config: Config,
) -> Silenced:
    """Take away what comments silence; `line_of` gives the line of a finding's first place."""
    kept: list[Diagnostic] = []
    taken: list[Diagnostic] = []
    used: set[int] = set()
    for diagnostic in diagnostics:
        hits = [n for n, each in enumerate(suppressions) if _covers(each, diagnostic, line_of)]
        used.update(hits)
        (taken if hits else kept).append(diagnostic)
    about = (found for n, each in enumerate(suppressions) for found in _remarks(each, n in used, config))
    asked = (each for each in about if is_selected(each.rule, each.category, config))
    return Silenced(tuple(kept), tuple(taken), tuple(asked))


def _covers(suppression: Suppression, diagnostic: Diagnostic, line_of: Callable[[Diagnostic], int]) -> bool:
    if suppression.span.source != diagnostic.primary.span.source:
        return False
    if not suppression.first_line <= line_of(diagnostic) <= suppression.last_line:
        return False
    code, name = diagnostic.rule.code.casefold(), diagnostic.rule.name
    wanted = (RETIRED.get(each.upper(), each).casefold() for each in suppression.rules)
    return not suppression.rules or any(each == name or (each and code.startswith(each)) for each in wanted)


def _remarks(suppression: Suppression, used: bool, config: Config) -> Iterable[Diagnostic]:
    if suppression.fault:
        yield from _about(malformed_suppression, suppression, f"this comment {suppression.fault}", config)
        return
    unknown = unknown_selectors(suppression.rules)
    for selector in unknown:
        yield from _about(unknown_rule, suppression, f"`{selector}` is no rule", config)
    running = selected(config)
    could = not suppression.rules or any(
        closeness(s, each.id, each.category) for s in suppression.rules for each in running
    )
    if not used and not unknown and could:
        named = ", ".join(suppression.rules) or "any rule"
        spans = [span for span in (suppression.span, suppression.closing) if span]
        fix = Fix("remove the comment", tuple(Edit(span, "") for span in spans), Applicability.SAFE)
        yield from _about(unused_suppression, suppression, f"no finding of {named} is silenced here", config, fix)


def _about(
    rule: Rule, suppression: Suppression, message: str, config: Config, fix: Fix | None = None
) -> Iterable[Diagnostic]:
    found = rule.diagnostic(Finding(suppression, message, label="this comment", fix=fix))
    if found:
        yield replace(found, severity=severity_of(rule, config) or found.severity)
