"""The names that other programs may import from `stratc`."""

from __future__ import annotations

import stratc


def test_public_names() -> None:
    assert stratc.__all__ == [
        "Certainty",
        "Config",
        "Diagnostic",
        "Plan",
        "Report",
        "Severity",
        "Source",
        "check",
        "read",
        "understand",
    ]
    assert all(getattr(stratc, name).__doc__ for name in stratc.__all__)


def test_the_example_of_the_package_holds() -> None:
    text = "- TP: 2\n- PP: 4\n- DP: 8\n- **Total GPUs**: 32\n"
    report = stratc.check(stratc.Source("plan.md", text))
    assert "world-size-mismatch" in [each.rule.name for each in report.diagnostics]
