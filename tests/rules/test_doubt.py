"""In a plan whose every working holds, what hangs on how running text was read is only noted; the rest is said."""

from __future__ import annotations

from stratc.diagnostics.diagnostic import Certainty
from stratc.pipeline import check
from stratc.text.source import Source

CAREFUL = """# Serving

- **Model**: 70B parameters in BF16
- **GPUs**: 8
- **Memory bandwidth**: 1.6 TB/s
- **Tensor parallelism**: 8
- 2 × 35 = 70
- 4 × 16 = 64
- 3 × 12 = 36
- 5 × 25 = 125
- 6 × 18 = 108
- 7 × 14 = 98
- 8 × 12 = 96
"""
FLOOR = "PE202"  # 70 B × 2 bytes ÷ (8 × 1.6 TB/s) = 10.9 ms


def certainties(text: str) -> dict[str, Certainty]:
    """How certain each finding on a text is, by its code."""
    return {each.rule.code: each.certainty for each in check(Source("plan.md", text)).diagnostics}


def test_a_named_figure_beyond_the_hardware_stays_likely() -> None:
    assert certainties(f"{CAREFUL}- **TPOT 5 ms** at full batch\n")[FLOOR] is Certainty.LIKELY


def test_a_figure_in_running_text_is_noted() -> None:
    assert certainties(f"{CAREFUL}\nWe think that TPOT will come out at 5 ms then.\n")[FLOOR] is Certainty.JUDGEMENT


def test_degrees_that_do_not_fit_the_devices_are_said() -> None:
    found = certainties(f"{CAREFUL}- **Data parallelism**: 4\n")
    assert any(code.startswith("DV1") and each is not Certainty.JUDGEMENT for code, each in found.items())
