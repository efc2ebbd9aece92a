"""Findings that are accepted for now: a file that lists them by plan, rule and fact, never by line."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from stratc.diagnostics.diagnostic import Diagnostic
from stratc.diagnostics.fingerprint import Key, key_of
from stratc.diagnostics.report import Report
from stratc.errors import InputError

VERSION = 1


def read_baseline(path: str) -> Counter[Key]:
    """How many findings of each key are accepted.  Raises InputError when the file cannot be used."""
    try:
        told = json.loads(Path(path).read_bytes())
        if not isinstance(told, dict) or told.get("version") != VERSION:
            raise InputError(f"{path}: is no baseline of version {VERSION}; --write-baseline makes one")
        accepted: Counter[Key] = Counter()
        for each in told["findings"]:
            key = Key(*(str(each[name]) for name in Key._fields))
            accepted[key] += int(each.get("count", 1))
        return accepted
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; --write-baseline makes one") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path}: is no baseline; --write-baseline makes one") from None


def write_baseline(path: str, reports: Iterable[Report]) -> int:
    """Accept everything that was found; gives how much that is.  Raises InputError when the file cannot be written."""
    found = Counter(_from(path, each) for report in reports for each in report.diagnostics)
    findings = [{**key._asdict(), **({"count": count} if count > 1 else {})} for key, count in sorted(found.items())]
    text = json.dumps({"version": VERSION, "findings": findings}, ensure_ascii=False, indent=2) + "\n"
    try:
        Path(path).write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
    return found.total()


def without_accepted(report: Report, path: str, accepted: Counter[Key]) -> Report:
    """The report less what the baseline at `path` accepts; of several with one key the first in the text."""
    left = Counter(accepted)
    kept: list[Diagnostic] = []
    for each in report.diagnostics:
        key = _from(path, each)
        if left[key]:
            left[key] -= 1
        else:
            kept.append(each)
    return replace(report, diagnostics=tuple(kept), accepted=len(report.diagnostics) - len(kept))


def gone(reports: Iterable[Report], path: str, accepted: Counter[Key]) -> int:
    """How many findings the baseline at `path` accepts that these plans, still unfiltered, no longer have."""
    present: Counter[Key] = Counter()
    linted: set[str] = set()
    for report in reports:
        present.update(_from(path, each) for each in report.diagnostics)
        linted.add(_seen_from(path, report.source.name))
    return sum(count for key, count in (accepted - present).items() if key.path in linted)


def _from(baseline: str, diagnostic: Diagnostic) -> Key:
    """The key of a finding with its path as seen from the folder of the baseline."""
    key = key_of(diagnostic)
    return key._replace(path=_seen_from(baseline, key.path))


def _seen_from(baseline: str, path: str) -> str:
    return os.path.relpath(path, Path(baseline).parent).replace(os.sep, "/")
