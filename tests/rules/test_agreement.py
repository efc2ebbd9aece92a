"""Findings of several rules that say the same of one figure."""

from __future__ import annotations

from stratc.pipeline import check
from stratc.text.source import Source

TWO_WAYS = """# Training
- **Training tokens**: 1T tokens
- **Throughput**: 100,000 tokens/s
- **Steps**: 250,000
- **Step time**: 40 s
- **Training time**: {days} days
"""


def codes(text: str) -> list[str]:
    return [each.rule.code for each in check(Source("plan.md", text)).diagnostics]


def test_what_two_rules_find_by_different_figures_is_said_once() -> None:
    assert [each for each in codes(TWO_WAYS.format(days=40)) if each in ("PE136", "RN102")] == ["PE136"]


def test_what_only_one_of_them_finds_stays() -> None:
    assert "RN102" in codes(TWO_WAYS.replace("- **Throughput**: 100,000 tokens/s\n", "").format(days=40))
    assert not {"PE136", "RN102"} & set(codes(TWO_WAYS.format(days=116)))
