"""What findings still lack when all rules have run: the fact each is about, and fixes in the manner of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from stratc.diagnostics.diagnostic import Category, Diagnostic, Severity
from stratc.diagnostics.fix import Fix, without_gap
from stratc.ir.statement import Statement

_EMPTY = "IN203"
LONGEST_FACT = 60  # characters of words that stand for a fact


def finished(
    diagnostics: Iterable[Diagnostic], statements: Sequence[Statement], texts: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Findings with the fact that each is about, and fixes in the manner of the text."""
    said = {statement.span: statement.subject for statement in reversed(statements)}
    for each in diagnostics:
        span = each.primary.span
        words = " ".join(texts[span.source][span.start : span.end].split())[:LONGEST_FACT]
        yield replace(each, fact=said.get(span, words), fix=fitted(each, texts))


def told_apart(faults: Sequence[Diagnostic], found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Faults of the text and findings of rules; that a text with errors is empty has the same cause and is left out."""
    wrong = any(each.severity is Severity.ERROR for each in faults)
    return (*faults, *(each for each in found if not (wrong and each.rule.code == _EMPTY)))


def fitted(found: Diagnostic, texts: Mapping[str, str]) -> Fix | None:
    """The fix of a finding with its figures written as the text writes them; None where they cannot be."""
    if found.fix is None:
        return None
    if found.category is Category.INPUT:  # faults of the text bring their edits as they must be
        return replace(found.fix, edits=tuple(without_gap(each, texts[each.span.source]) for each in found.fix.edits))
    from stratc.arith.rewrite import rewritten

    new = [rewritten(texts[each.span.source][each.span.start : each.span.end], each.text) for each in found.fix.edits]
    edits = tuple(replace(each, text=text) for each, text in zip(found.fix.edits, new, strict=True) if text is not None)
    return replace(found.fix, edits=edits) if edits and len(edits) == len(new) else None
