"""The whole order: text → reading → plan → cases → findings.  Every shell enters here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from stratc.analysis.case import cases
from stratc.config import DEFAULT, Config
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.diagnostics.report import Report, Silence
from stratc.errors import InputError
from stratc.frontends.registry import frontend_for
from stratc.ir.origin import Assumed, Known, Stated
from stratc.ir.plan import Plan
from stratc.text.source import Source
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.frontends.frontend import Load, Reading


def no_files(path: str, importer: str) -> Source:
    """Reads nothing: for texts that come without a folder.  Raises InputError."""
    raise InputError(f"{importer} names {path}, and files cannot be read here")


def read(source: Source, load: Load = no_files) -> Reading:
    """What the text says; `load` reads the files that it names."""
    return frontend_for(source.name).read(source, load)


def understand(reading: Reading) -> Plan:
    """What is to be believed of it."""
    believe = _landed("stratc.passes.passes", "believe")
    plan: Plan = believe(reading.statements) if believe else Plan()
    return plan


def check(source: Source, config: Config = DEFAULT, load: Load = no_files) -> Report:
    """Everything that is wrong with a plan, in the order of the text."""
    reading = read(source, load)
    plan = understand(reading)
    found, silences, suppressed = _judge(reading, plan, config)
    return Report(
        sources=reading.sources,
        diagnostics=tuple(sorted(dict.fromkeys(found), key=lambda each: each.sort_key)),
        quantities=reading.quantities,
        read=reading.quantities - len(reading.unread),
        suppressed=suppressed,
        assumed=sum(isinstance(fact.origin, Assumed) for _, fact in plan.facts()),
        silences=silences,
    )


def _judge(reading: Reading, plan: Plan, config: Config) -> tuple[Iterable[Diagnostic], tuple[Silence, ...], int]:
    """Findings that no comment silences, the rules that had nothing to go by, and how many findings are silenced."""
    from stratc.rules.runner import run
    from stratc.rules.select import silence

    document = Known(reading.sources[0].name, Stated((Span(reading.sources[0].name, 0, 0),)))
    outcome = run(cases(plan), config, document)
    found = (*reading.diagnostics, *outcome.diagnostics)
    weighed = silence(found, reading.suppressions, line_in(reading.sources), config)
    return (*weighed.kept, *weighed.about), outcome.silences, len(weighed.taken)


def line_in(sources: tuple[Source, ...]) -> Callable[[Diagnostic], int]:
    """Gives the line on which a finding begins."""
    by_name = {source.name: source for source in sources}
    return lambda each: by_name[each.primary.span.source].position(each.primary.span.start)[0]


def _landed(module: str, name: str) -> Any:
    try:
        return getattr(import_module(module), name)
    except ImportError:
        return None
