"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import cleandoc
from typing import TypeAlias

from stratc.analysis.case import Case
from stratc.arith.term import HasSpans, Term
from stratc.arith.unit import COUNT, Dimension, Unit, show
from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Evidence, Label, RuleId, Severity
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.record import Record, dataclass

MOST_PLACES = 50  # of one thing that a finding shows; a long text may say it in thousands


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Finding(Record):
    """What one rule found: where (`at`: a fact or claim), the sentence with the numbers, and why.

    `because` is the working that leads to the computed number; the places of its leaves are shown with it.
    `stated` and `computed` are SI values in `unit`; `computed` is the value of `because` unless given.
    `also` adds further places with their label.  `severity` and `certainty` may only be lower than the rule's.
    `category` replaces the rule's where the figure says which it is (a working that ends in bytes is about memory).
    `write` is the figure that should stand at every place of `at`, where that is single and beyond doubt.
    `rival` says that `because` knows nothing of how the plan works the figure out: where it does, which of the two
    counts what is meant is a judgement.
    """

    at: HasSpans
    message: str
    because: Term | None = None
    stated: float | str | None = None
    computed: float | str | None = None
    unit: Unit | Dimension = COUNT
    label: str = "stated here"
    also: tuple[tuple[HasSpans, str], ...] = ()
    help: str = ""
    severity: Severity | None = None
    certainty: Certainty | None = None
    category: Category | None = None
    fix: Fix | None = None
    write: str = ""
    rival: bool = False

    @property
    def as_remark(self) -> Finding:
        """The same as a judgement to be noted, for a plan that knows it itself."""
        return replace(self, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)


def contradicted(
    claim: Claim, computed: Term, advice: str, *, said: str = "stated", unit: Dimension | None = None
) -> Finding:
    """The finding that a figure is not what a working comes to: "12 GB stated, but 7 B parameters × 2 bytes = 14 GB".

    The result is shown in the prefix that suits it where `unit` is given, else as the figure is written.
    """
    result = show(computed.value, unit) if unit else claim.quantity.show(computed.value)
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} {said}, but {computed} = {result}",
        because=computed,
        stated=claim.value,
        unit=unit or claim.quantity.dimension,
        help=advice,
    )


Find: TypeAlias = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rule(Record):
    """A named check; its page is the docstring of its function."""

    id: RuleId
    category: Category
    severity: Severity
    certainty: Certainty
    since: str
    find: Find

    @property
    def page(self) -> str:
        """What it finds, why it matters, an example and references, as Markdown."""
        return cleandoc(self.find.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        return self.page.partition("\n")[0]

    def diagnostic(self, finding: Finding) -> Diagnostic | None:
        """The finding as a diagnostic; None when it rests on no place in a document."""
        primary, *secondary = _labels(finding)
        if primary is None:
            return None
        return Diagnostic(
            rule=self.id,
            category=finding.category or self.category,
            severity=finding.severity or self.severity,
            certainty=finding.certainty or self.certainty,
            message=finding.message,
            primary=primary,
            secondary=tuple(label for label in secondary if label),
            evidence=_evidence(finding),
            help=_help(finding),
            fix=finding.fix or _fix(finding, finding.certainty or self.certainty),
        )


def _labels(finding: Finding) -> tuple[Label | None, ...]:
    """The labels of all places, the first one primary, no place twice."""
    labels = [
        Label(span, "and here" if n else finding.label) for n, span in enumerate(finding.at.spans()[:MOST_PLACES])
    ]
    labels += [Label(span, text) for place, text in finding.also for span in place.spans()[:MOST_PLACES]]
    leaves = finding.because.leaves if finding.because else ()
    labels += [Label(span, str(leaf)) for leaf in leaves if leaf.known for span in leaf.known.spans()[:1]]
    seen = {label.span: label for label in reversed(labels)}
    return tuple(dict.fromkeys(seen[label.span] for label in labels)) or (None,)


def _evidence(finding: Finding) -> Evidence | None:
    computed = finding.because.value if finding.computed is None and finding.because else finding.computed
    if computed is None and finding.stated is None:
        return None
    unit = finding.unit.symbol if isinstance(finding.unit, Unit) else str(finding.unit)
    return Evidence(finding.stated, computed, unit, str(finding.because) if finding.because else "")


def _help(finding: Finding) -> str:
    return f"write {finding.write}, or {finding.help}" if _is_single(finding) and finding.help else finding.help


def _is_single(finding: Finding) -> bool:
    """Whether one figure mends it; a bound may stand at many."""
    bound = isinstance(finding.at, Claim) and finding.at.relation is not Relation.IS
    return bool(finding.write) and not bound


def _fix(finding: Finding, certainty: Certainty) -> Fix | None:
    """The figure in every place that states it; safe in the strategy language, where nothing else is said with it."""
    if not _is_single(finding):
        return None
    spans = finding.at.spans()
    formal = all(span.source.endswith(".strat") for span in spans) and certainty is Certainty.DEFINITE
    edits = tuple(Edit(span, finding.write) for span in spans)
    return Fix(f"write {finding.write}", edits, Applicability.SAFE if formal else Applicability.UNSAFE)


def rule(
    code: str, *, category: Category, severity: Severity, certainty: Certainty = Certainty.DEFINITE, since: str = "0.1"
) -> Callable[[Find], Rule]:
    """Make a rule of a function; the function's name is the rule's name."""

    def wrap(find: Find) -> Rule:
        name = find.__name__.replace("_", "-")
        return Rule(RuleId(code, name), category, severity, certainty, since, find)

    return wrap
