"""Applies fixes: one after another, each only when its finding goes and no other comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stratc.config import DEFAULT, Config
from stratc.diagnostics.diagnostic import Diagnostic
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

    A fix that does not silence its finding, or that brings about another one, is left out.
    """
    mended = Mended(source, check(source, config, load))
    refused: set[tuple[Key, str]] = set()
    while True:
        tried = next(_candidates(mended, unsafe, refused), None)
        if tried is None:
            return mended
        changed = _applied(mended, tried, config, load)
        if changed is None:
            refused.add((key_of(tried), tried.message))
        else:
            mended = changed


def _candidates(mended: Mended, unsafe: bool, refused: set[tuple[Key, str]]) -> Iterator[Diagnostic]:
    allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    for each in mended.report.diagnostics:
        here = each.fix is not None and all(edit.span.source == mended.source.name for edit in each.fix.edits)
        if each.fix and here and each.fix.applicability in allowed and (key_of(each), each.message) not in refused:
            yield each


def _applied(mended: Mended, found: Diagnostic, config: Config, load: Load) -> Mended | None:
    """The text with one more fix; None where the finding stays or another one comes."""
    edits = found.fix.edits if found.fix else ()
    source = Source(mended.source.name, apply_edits(mended.source.text, edits))
    report = check(source, config, load)
    before, after = (Counter(map(key_of, each.diagnostics)) for each in (mended.report, report))
    if after[key_of(found)] >= before[key_of(found)] or after - before:
        return None
    return Mended(source, report, (*mended.done, found))
