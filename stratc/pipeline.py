"""The whole order: text → reading → plan → cases → findings.  Every shell enters here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from stratc.config import DEFAULT, Config
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.diagnostics.report import Report
from stratc.errors import InputError
from stratc.frontends.registry import frontend_for
from stratc.ir.origin import Assumed, Known, Stated
from stratc.ir.plan import KEYS, Plan
from stratc.text.source import Source
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.frontends.frontend import Load, Reading
    from stratc.rules.rule import Rule

DEGREES = {"strategy.tp", "strategy.pp", "strategy.dp", "strategy.ep", "strategy.cp", "strategy.sp"}
FACTS_OF_A_PLAN = 4  # a text that says fewer different things about model, machines and strategy is no plan


def no_files(path: str, importer: str) -> Source:
    """Reads nothing: for texts that come without a folder.  Raises InputError."""
    raise InputError(f"{importer} names {path}, and files cannot be read here")


def read(source: Source, load: Load = no_files) -> Reading:
    """What the text says; `load` reads the files that it names."""
    return frontend_for(source.name).read(source, load)


def reads_as_plan(reading: Reading) -> bool:
    """Whether a text says enough of a strategy to be held to it."""
    keys = {statement.subject for statement in reading.statements}
    return bool(keys & DEGREES) and len(keys.intersection(KEYS)) >= FACTS_OF_A_PLAN


def understand(reading: Reading) -> Plan:
    """What is to be believed of it."""
    believe = _landed("stratc.passes.passes", "believe")
    plan: Plan = believe(reading.statements) if believe else Plan()
    return plan


def check(source: Source, config: Config = DEFAULT, load: Load = no_files) -> Report:
    """Everything that is wrong with a plan, in the order of the text."""
    return judge(read(source, load), config)


def judge(reading: Reading, config: Config = DEFAULT) -> Report:
    """Everything that is wrong with what a text says, less what its comments silence."""
    from stratc.analysis.case import cases
    from stratc.rules.runner import run
    from stratc.rules.select import silence

    plan = understand(reading)
    source = reading.sources[0]
    outcome = run(cases(plan), config, Known(source.name, Stated((Span(source.name, 0, 0),))))
    found = (*reading.diagnostics, *outcome.diagnostics)
    weighed = silence(found, reading.suppressions, line_in(reading.sources), config)
    diagnostics = dict.fromkeys((*weighed.kept, *weighed.about))
    return Report(
        sources=reading.sources,
        diagnostics=tuple(sorted(diagnostics, key=lambda each: each.sort_key)),
        quantities=reading.quantities,
        read=reading.quantities - len(reading.unread),
        suppressed=len(weighed.taken),
        assumed=sum(isinstance(fact.origin, Assumed) for _, fact in plan.facts()),
        silences=outcome.silences,
    )


def line_in(sources: tuple[Source, ...]) -> Callable[[Diagnostic], int]:
    """Gives the line on which a finding begins."""
    by_name = {source.name: source for source in sources}
    return lambda each: by_name[each.primary.span.source].position(each.primary.span.start)[0]


def catalogue() -> tuple[Rule, ...]:
    """All rules by code."""
    from stratc.rules.registry import rules

    return rules()


def rule_names() -> tuple[str, ...]:
    """Codes and names of all rules."""
    return tuple(name for rule in catalogue() for name in (rule.id.code, rule.id.name))


def unknown_rules(config: Config) -> tuple[str, ...]:
    """What the configuration names that is no rule."""
    from stratc.rules.select import unknown_selectors

    return unknown_selectors((*config.select, *config.ignore, *(name for name, _ in config.severity)))


def _landed(module: str, name: str) -> Any:
    try:
        return getattr(import_module(module), name)
    except ImportError:
        return None
