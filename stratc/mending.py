"""Applies fixes: all together or one after another, and only those whose finding goes while no other comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stratc.config import DEFAULT, Config
from stratc.diagnostics.diagnostic import Category, Diagnostic
from stratc.diagnostics.fingerprint import Key, key_of
from stratc.diagnostics.fix import Applicability, apply_edits
from stratc.diagnostics.report import Report
from stratc.frontends.frontend import Load, no_files
from stratc.pipeline import check
from stratc.text.source import Source


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after its fixes, what is left to find in it, and the findings whose fixes were applied."""

    source: Source
    report: Report
    done: tuple[Diagnostic, ...] = ()


def mend(source: Source, config: Config = DEFAULT, load: Load = no_files, *, unsafe: bool = False) -> Mended:
    """Apply the fixes of a text: safe ones, and those of prose when `unsafe`.

    A fix that does not silence its finding, or that brings about another one, is left out; but what was unreadable may
    hold faults of its own.
    """
    mended = Mended(source, check(source, config, load))
    refused: set[tuple[Key, str]] = set()
    while tried := tuple(_candidates(mended, unsafe, refused)):
        together = _applied(mended, tried, config, load) if len(tried) > 1 else None
        changed = together or _applied(mended, tried[:1], config, load)
        if changed is None:
            refused.add((key_of(tried[0]), tried[0].message))
        else:
            mended = changed
    return mended


def _candidates(mended: Mended, unsafe: bool, refused: set[tuple[Key, str]]) -> Iterator[Diagnostic]:
    allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    for each in mended.report.diagnostics:
        here = each.fix is not None and all(edit.span.source == mended.source.name for edit in each.fix.edits)
        if each.fix and here and each.fix.applicability in allowed and (key_of(each), each.message) not in refused:
            yield each


def _applied(mended: Mended, found: tuple[Diagnostic, ...], config: Config, load: Load) -> Mended | None:
    """The text with further fixes; None where one of the findings stays or another one comes."""
    edits = tuple(edit for each in found if each.fix for edit in each.fix.edits)
    source = Source(mended.source.name, apply_edits(mended.source.text, edits))
    report = check(source, config, load)
    before, after = (_weighed(each, found) for each in (mended.report, report))
    if after - (before - Counter(map(key_of, found))):
        return None
    return Mended(source, report, (*mended.done, *found))


def _weighed(report: Report, found: tuple[Diagnostic, ...]) -> Counter[Key]:
    """How many findings of each key a report holds, as far as fixes of `found` are answerable for them."""
    only_input = all(each.category is Category.INPUT for each in found)
    answerable = (each for each in report.diagnostics if not only_input or each.category is Category.INPUT)
    return Counter(map(key_of, answerable))
