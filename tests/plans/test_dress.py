"""Reports do not hang on dress: names of devices, signs of products and ties, marks of lists, words for one thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.pipeline import check
from stratc.text.source import Source

ROOT = Path(__file__).parents[2]
PLANS = sorted((ROOT / "examples").glob("*/plan.md"))
DRESSES: dict[str, tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]] = {
    # replacements that leave every line where it is and change no meaning
    "devices": ((r"\bGPU(s?)\b", r"device\1"),),
    "cards": ((r"\bGPU(s?)\b", r"card\1"),),
    "NPUs": ((r"\bGPU(s?)\b", r"NPU\1"),),
    "accelerators": ((r"\bGPU(s?)\b", r"accelerator\1"),),
    "stars and slashes": (("×", "*"), ("÷", "/")),
    "an x for times": ((" × ", " x "),),
    "no bold": ((r"\*\*", ""),),
    "stars for items": ((r"(?m)^(\s*)- ", r"\1* "),),
    "dots for items": ((r"(?m)^(\s*)- ", r"\1• "),),
    "numbered items": ((r"(?m)^(\s*)- ", r"\g<1>1. "),),
    "blanks before units": ((r"(\d)(GB|MB|TB|TFLOPS|ms)\b", r"\1 \2"),),
    "no blanks before units": ((r"(\d) (GB|MB|TB|TFLOPS|ms)\b", r"\1\2"),),
    "no commas": ((r"(?<=\d),(?=\d{3}\b)", ""),),
    "about": ((r"(?<!= )~(?=\d)", "≈"),),
    "full-width colons": ((r"(?m)^(\s*- \*\*[^*\n]+\*\*): ", r"\1："),),
    "dashes for colons": ((r"(?m)^(\s*- \*\*[^*\n]+\*\*): ", r"\1 – "),),
    "colons in bold": ((r"(?m)^(\s*- )\*\*([^*\n]+)\*\*: ", r"\1**\2:** "),),
    "code for labels": ((r"(?m)^(\s*- )\*\*([^*\n]+)\*\*: ", r"\1`\2`: "),),
    "microbatches": (("(?i)micro-batch", "microbatch"),),
    "dashes of ranges": ((r"(?<=\d)-(?=\d)", "–"),),
    "blanks before per cent": ((r"(\d)%", r"\1 %"),),
    "degrees in dollars": ((r"(?<![\w`*$])(TP|PP|DP|EP) ?= ?(\d+)(?![\w.])", r"$\1 = \2$"),),
    "figures in formulas": ((r"(?<![\w.,`$~≈-])(\d[\d.]*) ?(GB|MB|TB|ms)\b(?!/)", r"\\( \1\\,\\text{\2} \\)"),),
    "products in LaTeX": ((r"\b([\d.]+) × ([\d.]+) = ([\d.]+)\b(?!%)", r"$\1 \\times \2 = \3$"),),
    "thin blanks before units": ((r"(?<=\d) (?=(?:GB|MB|TB|ms|GPUs|tokens)\b)", "\u202f"),),
    "thin blanks in numbers": ((r"(?<=\d),(?=\d{3}\b)", "\u2009"),),
    "signs of HTML": (("×", "&times;"), (r"(?<=\d) (?=(?:GB|MB|TB|ms|GPUs|tokens)\b)", "&nbsp;")),
    "bold in HTML": ((r"\*\*([^*\n]+)\*\*", r"<strong>\1</strong>"),),
    "headings in HTML": ((r"(?m)^(##+) (.*)$", lambda match: f"<h{len(match[1])}>{match[2]}</h{len(match[1])}>"),),
    "underscores for bold": ((r"\*\*([^*\n_]+)\*\*", r"__\1__"),),
    "pictures for items": ((r"(?m)^(\s*)- (?!\[)", "\\1\U0001f539 "),),
    "other signs for times": ((" × ", " ✕ "),),
    "escaped stars for times": ((" × ", r" \\* "),),
    "blocks for layers": ((r"(?<!-)\blayer(s?)\b", r"transformer block\1"),),
    "lines of Windows": (("\n", "\r\n"),),
}


def found(text: str) -> list[tuple[int, str, str]]:
    """Lines, codes and certainties of a report."""
    source = Source("plan.md", text)
    said = check(source).diagnostics
    return sorted((source.position(each.primary.span.start)[0], each.rule.code, each.certainty.value) for each in said)


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_another_dress(path: Path, dress: str) -> None:
    plain = path.read_text(encoding="utf-8")
    dressed = plain
    for pattern, other in DRESSES[dress]:
        dressed = re.sub(pattern, other, dressed)
    assert found(dressed) == found(plain)
