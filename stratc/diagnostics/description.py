"""What a rule says of itself, for forms of a report that carry it along."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.diagnostics.diagnostic import Category, Certainty, RuleId, Severity


@dataclass(frozen=True, slots=True)
class Description:
    """Name, weight and page of a rule; `page` is Markdown, `summary` its first sentence."""

    id: RuleId
    category: Category
    severity: Severity
    certainty: Certainty
    summary: str
    page: str
