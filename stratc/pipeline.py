"""The whole order: text → reading → plan → cases → findings.  Every shell enters here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stratc.config import DEFAULT, Config
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.diagnostics.report import Report
from stratc.errors import InputError, UsageError
from stratc.frontends.frontend import no_files
from stratc.frontends.registry import frontend_for, is_prose
from stratc.ir.origin import Assumed, Known, Stated
from stratc.ir.plan import FACTS
from stratc.ir.strategy import DEGREES
from stratc.text.source import Source
from stratc.text.span import Span
from stratc.text.suggest import nearest

if TYPE_CHECKING:
    from stratc.arith.term import HasSpans
    from stratc.backends.backend import Emission, Options
    from stratc.frontends.frontend import Load, Reading
    from stratc.ir.explanation import Explanation
    from stratc.ir.inspection import Inspection
    from stratc.ir.plan import Plan

LAYOUT = DEGREES | {"strategy.sp"}
LONG = 6000  # characters, from which a text may be a guide
FACTS_OF_A_GUIDE = 2.5  # in a thousand characters at most; the plainest plan has more
FACTS_OF_A_PLAN = 4  # a text that says fewer different things about model, machines and strategy is no plan


def read(source: Source, load: Load = no_files) -> Reading:
    """What the text says; `load` reads the files that it names."""
    return frontend_for(source.name).read(source, load)


def reads_as_plan(reading: Reading) -> bool:
    """Whether a text says enough of a strategy to be held to it."""
    keys = {statement.subject for statement in reading.statements}
    return bool(keys & LAYOUT) and len(keys & FACTS) >= FACTS_OF_A_PLAN


def is_guide(reading: Reading) -> bool:
    """Whether a long text speaks of models and layouts here and there, as a guide does that proposes none of them."""
    size = sum(len(source.text) for source in reading.sources)
    if size < LONG or not is_prose(reading.sources[0].name):
        return False
    facts = sum(statement.subject in FACTS for statement in reading.statements)
    return facts * 1000 < FACTS_OF_A_GUIDE * size


def understand(reading: Reading, profile: Reading | None = None) -> Plan:
    """What is to be believed of it; a profile speaks where it is silent."""
    from stratc.passes.passes import believe

    facts = understand(profile).facts() if profile else ()
    return believe(reading.statements, profile={key: known for key, known in facts if known.is_stated})


def jobs(reading: Reading, profile: Reading | None = None) -> tuple[Plan, ...]:
    """The same for each of the jobs that a text starts apart from one another."""
    parts = reading.jobs()
    plans = (understand(replace(reading, statements=said, apart=False), profile) for _, said in parts)
    return tuple(
        replace(plan, strategy=replace(plan.strategy, name=plan.strategy.name or name))
        for plan, (name, _) in zip(plans, parts, strict=True)
    )


def check(source: Source, config: Config = DEFAULT, load: Load = no_files) -> Report:
    """Everything that is wrong with a plan, in the order of the text.  Raises InputError on an unreadable profile."""
    return judge(read(source, load), config, profile_of(config, load))


def profile_of(config: Config, load: Load) -> Reading | None:
    """The profile that a user chose.  Raises InputError when it cannot be read."""
    return read(load(config.profile, ""), load) if config.profile else None


def judge(reading: Reading, config: Config = DEFAULT, profile: Reading | None = None) -> Report:
    """Everything that is wrong with what a text says, less what its comments silence."""
    from stratc.analysis.case import cases
    from stratc.analysis.said.beside import beside
    from stratc.rules.finish import finished, told_apart
    from stratc.rules.runner import run
    from stratc.rules.select import heeded, silence

    plans, told = jobs(reading, profile), (reading, profile) if profile else (reading,)
    sources = tuple(source for each in told for source in each.sources)
    document = Known(reading.sources[0].name, Stated((Span(reading.sources[0].name, 0, 0),)))
    every = (cases(plan, tolerance=config.tolerance, target=config.target) for plan in plans)
    said = beside(reading.statements, line_of(sources))
    outcome = run(tuple(case for each in every for case in each), config, document, said, in_passing=is_guide(reading))
    faults = tuple(heeded((fault for each in told for fault in each.diagnostics), config))
    found = told_apart(faults, outcome.diagnostics)
    weighed = silence(found, reading.suppressions, line_in(sources), config)
    texts = {source.name: source.text for source in sources}
    diagnostics = dict.fromkeys(finished((*weighed.kept, *weighed.about), reading.statements, texts))
    return Report(
        sources=sources,
        diagnostics=tuple(sorted(diagnostics, key=lambda each: each.sort_key)),
        quantities=reading.quantities,
        read=reading.quantities - len(reading.unread),
        suppressed=len(weighed.taken),
        assumed=sum(isinstance(fact.origin, Assumed) for plan in plans for _, fact in plan.facts()),
        silences=outcome.silences,
    )


def line_in(sources: tuple[Source, ...]) -> Callable[[Diagnostic], int]:
    """Gives the line on which a finding begins."""
    line = line_of(sources)
    return lambda each: line(each.primary.span)


def line_of(sources: tuple[Source, ...]) -> Callable[[Span], int]:
    """Gives the line on which a place begins."""
    by_name = {source.name: source for source in sources}
    return lambda span: by_name[span.source].position(span.start)[0]


def place_in(sources: tuple[Source, ...]) -> Callable[[HasSpans], str]:
    """Gives file and line of the first place of a fact, "" where it has none."""
    line = line_of(sources)

    def where(fact: HasSpans) -> str:
        spans = fact.spans()[:1]
        return "".join(f"{each.source}:{line(each)}" for each in spans)

    return where


def inspect(reading: Reading) -> Inspection:
    """Every place that states a fact, and what the passes made of them."""
    from stratc.analysis.layout.devices import counts
    from stratc.analysis.words import WORDS
    from stratc.ir.inspection import Inspection, entries

    plan = understand(reading)
    units = {key: unit for key, (_, unit) in WORDS.items()}
    unread = tuple((each.span, each.text) for each in reading.unread)
    found = entries(reading.statements, plan, units)
    return Inspection(reading.sources, found, unread, plan, reading.quantities, counts(plan))


def costs(reading: Reading) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The cost model's ledger of every strategy that the plan proposes, by the strategy's name."""
    from stratc.analysis.case import cases
    from stratc.analysis.estimates.estimate import estimate

    every = (case for plan in jobs(reading) for case in cases(plan, explain=False))
    return tuple((case.strategy.name, estimate(case)) for case in every)


def ground(reading: Reading, item: str, stage: int | None) -> Explanation:
    """Why a figure of the main strategy's ledger is what it is; without a stage that of the fullest one.

    Raises UsageError where there is no such figure.
    """
    from stratc.analysis.case import cases
    from stratc.analysis.estimates.estimate import estimate
    from stratc.analysis.estimates.explanation import explained, fullest, items

    case = cases(jobs(reading)[0], explain=False)[0]
    told, chosen = estimate(case), fullest(case) if stage is None else stage
    held = len((told["memory"] or {}).get("stages", ()))
    if stage is not None and not 0 <= stage < held:
        raise UsageError(f"no stage {stage}; the plan has {held}")
    known = tuple(items(told, chosen))
    named = [each for each in known if item in (each, each.partition(".")[2])]
    if not named:
        close = nearest(item, (*known, *(each.partition(".")[2] for each in known))) or known
        raise UsageError(f"no figure `{item}` in the estimate; there is {', '.join(close)}")
    return explained(case, named[0], chosen)


def emit(reading: Reading, target: str, options: Options | None = None) -> Emission:
    """The files of a target, or why there are none.

    Raises UsageError when there is no such target, InputError when the text gives no fact of a plan.
    """
    from stratc.analysis.case import cases
    from stratc.backends.backend import USUAL
    from stratc.backends.every import emit_every
    from stratc.backends.registry import backend

    writer = backend(target)
    every = tuple(case for plan in jobs(reading) for case in cases(plan))
    if not any(known.spans() for case in every for _, known in case.plan.facts()):
        raise InputError(f"{reading.sources[0].name}: nothing of a plan was understood in it")
    return emit_every(writer, every, place_in(reading.sources), options or USUAL)
