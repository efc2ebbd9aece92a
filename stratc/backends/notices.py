"""What a target may have to say of a plan, with the page of each notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.analysis.layout.launch import Problem
from stratc.arith.term import HasSpans
from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Label, RuleId, Severity

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.backends.backend import Options


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of remark that backends make; `page` is what `stratc explain` prints."""

    id: RuleId
    severity: Severity
    page: str


def _notice(code: str, name: str, severity: Severity, page: str) -> Notice:
    return Notice(RuleId(code, name), severity, page)


NEEDS_FACT = _notice(
    "TG001",
    "target-needs-fact",
    Severity.ERROR,
    """The target cannot be configured without a fact that the plan does not give.

## What it finds
A launch configuration has no place for "not said": the layers, the width, the heads, the lengths and the number of
devices must be known before a framework starts.

## Why it matters
A guessed value starts a run of another model than the one that was planned.
""",
)
REFUSES = _notice(
    "TG002",
    "target-refuses",
    Severity.ERROR,
    """The target's own checks refuse this strategy.

## What it finds
Degrees that do not multiply to the devices, a batch that does not divide, experts that the ranks cannot hold: the
conditions that the framework checks when it starts.

## Why it matters
The job dies on the cluster, after the queue.
""",
)
CANNOT_EXPRESS = _notice(
    "TG003",
    "target-cannot-express",
    Severity.ERROR,
    """The plan asks for something that the target has no setting for.

## What it finds
A device in two pipeline stages, a tensor-parallel degree that differs from stage to stage, and the like.

## Why it matters
Dropping it in silence would launch another strategy than the plan describes.  With `--unsupported warn` the files are
written without it, and this notice is a warning.
""",
)
CHOSEN = _notice(
    "TG004",
    "target-choice",
    Severity.INFO,
    """The target needs a value that the plan leaves open, and a conventional one was written.

## What it finds
Settings with a usual value: the upper end of a range of lengths, one sequence a micro-batch, the router's top-k.

## Why it matters
The choice is visible here and in a comment of the emitted file, so that it can be corrected.
""",
)
OTHER_USE = _notice(
    "TG005",
    "target-of-another-phase",
    Severity.WARNING,
    """The target trains, and the plan describes serving (or the other way round).

## What it finds
A plan whose phase is inference compiled for a training framework.

## Why it matters
The degrees carry over; the throughput, the memory and the batch do not.
""",
)
NOTICES = (NEEDS_FACT, REFUSES, CANNOT_EXPRESS, CHOSEN, OTHER_USE)


def remark(
    notice: Notice, message: str, *places: HasSpans, labels: tuple[str, ...] = (), advice: str = ""
) -> Diagnostic | None:
    """A notice about facts; None where none of them rests on a document."""
    texts = labels or ("stated here",) * len(places)
    found = [Label(span, text) for place, text in zip(places, texts, strict=True) for span in place.spans()[:1]]
    if not found:
        return None
    return Diagnostic(
        rule=notice.id,
        category=Category.TARGET,
        severity=notice.severity,
        certainty=Certainty.DEFINITE,
        message=message,
        primary=found[0],
        secondary=tuple(dict.fromkeys(label for label in found[1:] if label.span != found[0].span)),
        help=advice,
    )


def told(notice: Notice, problem: Problem, advice: str = "") -> Diagnostic | None:
    """A notice about a problem."""
    return remark(notice, problem.message, *problem.places, labels=problem.labels, advice=advice)


def needs(case: Case, target: str, keys: Iterable[str]) -> tuple[Diagnostic, ...]:
    """One notice for all keys that are missing, at the first place of the plan."""
    names = ", ".join(f"`{key}`" for key in dict.fromkeys(keys))
    first = next((known for _, known in case.plan.facts() if known.spans()), None)
    message = f"{target} cannot start without {names}, which the plan does not give"
    found = remark(NEEDS_FACT, message, first) if names and first else None
    return (found,) if found else ()


def judged(
    found: Iterable[Diagnostic | None], options: Options
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Reasons to write nothing, and remarks to write beside the files.

    What a target cannot express is a reason, or where the user is lenient a warning.
    """
    refusals: dict[Diagnostic, None] = {}
    remarks: dict[Diagnostic, None] = {}
    for each in found:
        if each is None:
            continue
        if each.severity is not Severity.ERROR:
            remarks[each] = None
        elif each.rule == CANNOT_EXPRESS.id and options.lenient:
            remarks[replace(each, severity=Severity.WARNING)] = None
        else:
            refusals[each] = None
    return tuple(refusals), tuple(remarks)
