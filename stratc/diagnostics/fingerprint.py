"""What a finding is known by from one version of a plan to the next: its rule and its fact, never its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stratc.diagnostics.diagnostic import Diagnostic


class Key(NamedTuple):
    """File, rule and fact of a finding."""

    path: str
    rule: str
    fact: str


def key_of(diagnostic: Diagnostic) -> Key:
    """The key of a finding; several findings of a document may share one."""
    return Key(diagnostic.primary.span.source, diagnostic.rule.code, diagnostic.fact)


def fingerprints(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """A short digest of the key of each finding, and of how many with that key came before it."""
    from hashlib import sha256

    seen: Counter[Key] = Counter()
    for each in diagnostics:
        key = key_of(each)
        yield sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "backslashreplace")).hexdigest()[:32]
        seen[key] += 1
