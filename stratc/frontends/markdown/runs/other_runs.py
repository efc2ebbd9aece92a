"""Figures of a run that was before, or that is somebody else's: "our last run took 34 days", "the report gives …"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TOTALS = frozenset(
    f"run.{name}"
    for name in ("steps", "tokens", "days", "net_days", "calendar_days", "device_hours", "flops", "pflop_days")
) | {"cost.run", "energy.run", "product", "latency.training", "tokens.training"}
"""What a run came to; the rates of one may be those that the next is planned with."""
_RUN = r"(?:run|training|pre-?training|attempt|job|campaign)\b"
_OTHER = Pattern(
    rf"(?i)\b(?:last|previous|former|earlier|prior|aborted|failed|another|other|their|published) (?:[\w.'’-]+ )?{_RUN}"
    rf"|\b{_RUN}[^.;:]{{0,12}} (?:last|previous) (?:year|quarter|month)\b|\bback in \d"
    r"|\b(?:technical report|report (?:on|of|says|gives)|paper)\b|\btrained (?:its|their)\b|\bquot(?:e|es|ed|ation)\b",
    "run|training|attempt|job|campaign|back in|report|paper|trained|quot",
    "last|previous|former|earlier|prior|aborted|failed|another|other|their|published|back in|report|paper|its|quot",
)


def of_other_runs(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a sentence or a section on another run tells what that came to."""
    others = {
        sentence.start
        for sentence in said
        if sentence.has_digit and any(_OTHER.search(text) for text in (sentence.text, *sentence.sections))
    }
    return [
        replace(each, scope=replace(each.scope, role=Role.EARLIER))
        if each.context.start in others and each.subject in _TOTALS and each.scope.role is Role.PLAN
        else each
        for each in statements
    ]
