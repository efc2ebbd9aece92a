"""The catalogue of rules as Markdown, made from their metadata and pages."""

from __future__ import annotations

from stratc.rules.registry import rules
from stratc.rules.rule import Rule

BEGIN, END = "<!-- derived: catalogue -->", "<!-- end of derived -->"


def catalogue() -> str:
    """A table with one line a rule, sorted by code, and the page of every rule below it."""
    rows = ["| code | name | category | severity | certainty | what it finds |", "|---|---|---|---|---|---|"]
    rows += [_row(each) for each in rules()]
    return "\n".join([*rows, "", *(_page(each) for each in rules())])


def _row(rule: Rule) -> str:
    name = rule.id.name
    cells = [rule.id.code, f"[{name}](#{rule.id.code.lower()}-{name})", rule.category.value]
    cells += [rule.severity.value, rule.certainty.value, rule.summary.replace("|", "\\|")]
    return f"| {' | '.join(cells)} |"


def _page(rule: Rule) -> str:
    prose, *rest = rule.page.split("\n```")
    parts = [_demoted(part) if n % 2 == 0 else part for n, part in enumerate((prose, *rest))]
    body = "\n```".join(parts)
    return f"## {rule.id.code} {rule.id.name}\n\nSince {rule.since}.  {body}\n"


def _demoted(prose: str) -> str:
    """Headings one level down; the examples between fences keep theirs."""
    return prose.replace("\n## ", "\n### ")


def renewed(text: str) -> str:
    """A document whose derived part is the present catalogue."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{catalogue()}\n{END}{after or chr(10)}"
