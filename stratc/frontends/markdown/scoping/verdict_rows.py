"""Rows of a table that a cell of their own turns down: "| EP 8 | 20 | 55.7 GB | rejected, no room for the cache |"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence

_LEFT = Pattern(
    r"(?i)\W*(?:rejected|not (?:chosen|taken|selected|used|possible|an option)|ruled out|discarded|dismissed|dropped"
    r"|abandoned|turned down|infeasible|(?:does|do|did) ?(?:n't|not) fit|oom\b|out of memory"
    r"|too (?:slow|large|big|tight)|fall-?back|plan b\b|former\b|否决|不可行|放弃|备选|verworfen|abgelehnt|rejetée?)",
    "reject|not|n't|ruled|discard|dismiss|drop|abandon|turned|infeasible|oom|memory|too|fall|plan b|former|否决|不可行|"
    "放弃|备选|verworfen|abgelehnt",
)


def rows_turned_down(said: Sequence[Sentence]) -> dict[int, Role]:
    """The rows by where they begin that a cell turns down, in tables that leave another one."""
    tables: dict[int, dict[int, bool]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and each.key and each.value:
            verdict = each.text[each.value[0].start - each.start :]
            rows = tables.setdefault(each.block.group, {})
            row = each.block.label[0]
            rows[row] = rows.get(row, False) or _LEFT.match(verdict) is not None
    left = (row for rows in tables.values() if not all(rows.values()) for row, turned in rows.items() if turned)
    return dict.fromkeys(left, Role.ALTERNATIVE)
