"""After a fix its finding is gone, no other has come, and nothing else in the text has changed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from stratc.diagnostics.fingerprint import key_of
from stratc.diagnostics.fix import Applicability
from stratc.mending import Mended, mend
from stratc.pipeline import check
from stratc.rules.registry import rule_named, rules
from stratc.text.source import Source
from tests.rules.literate import examples

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "examples").glob("*/*.*"))
    ),
    *(
        Source(f"{path.stem}.{n}{Path(each.source.name).suffix}", each.text)
        for path in sorted((ROOT / "tests" / "rules").glob("*/*.md"))
        for n, each in enumerate(examples(path.read_text(encoding="utf-8")))
    ),
]
DOCUMENTS = [each for each in DOCUMENTS if each.name.endswith((".md", ".strat"))]
MENDABLE = [
    "AR101",
    "AR102",
    "AR202",
    "BA102",
    "CN107",
    "DV103",
    "PI105",
    "DI201",
    "DI202",
    "DI203",
    "DV101",
    "ME101",
    "ME113",
    "ME115",
    "PE108",
    "PI103",
]
FIGURE = re.compile(r"\d[\d,.]*(?:e\d+)?(?:\s?[A-Za-z/%]+)?")


def assert_clean(source: Source, mended: Mended) -> None:
    """What was found before and not mended is all that is found now; only mended lines differ, in figures alone."""
    before = Counter(map(key_of, check(source).diagnostics))
    after = Counter(map(key_of, check(mended.source).diagnostics))
    assert not after - (before - Counter(map(key_of, mended.done)))
    old, new = source.text.split("\n"), mended.source.text.split("\n")
    lines = {source.position(edit.span.start)[0] for each in mended.done if each.fix for edit in each.fix.edits}
    changed = {number for number, (was, now) in enumerate(zip(old, new, strict=True), 1) if was != now}
    assert changed <= lines
    assert all(FIGURE.sub("#", old[n - 1]) == FIGURE.sub("#", new[n - 1]) for n in changed)


def test_fixes_of_all_documents_mend_and_disturb_nothing() -> None:
    mended = [(each, mend(each, unsafe=True)) for each in DOCUMENTS if any(d.fix for d in check(each).diagnostics)]
    for source, result in mended:
        assert_clean(source, result)
        assert mend(result.source, unsafe=True).source == result.source
    assert sum(len(result.done) for _, result in mended) > len(MENDABLE)


@pytest.mark.parametrize("code", MENDABLE)
def test_the_example_of_the_page_can_be_mended(code: str) -> None:
    rule = rule_named(code)
    assert rule
    document = next(each for each in examples(rule.page) if any(found == code for _, found in each.expected))
    mended = mend(document.source, unsafe=True)
    assert code in [each.rule.code for each in mended.done]
    assert code not in [each.rule.code for each in mended.report.diagnostics]
    assert_clean(document.source, mended)


def test_prose_is_not_changed_unasked() -> None:
    for each in DOCUMENTS:
        if each.name.endswith(".md"):
            assert all(d.fix is None or d.fix.applicability is not Applicability.SAFE for d in check(each).diagnostics)


def test_a_total_in_the_strategy_language_is_mended_unasked() -> None:
    source = Source("a.strat", "strategy {\n  device_count = 16  # too few\n  tp = 4\n  pp = 4\n  dp = 2\n}\n")
    mended = mend(source)
    assert [each.rule.code for each in mended.done] == ["DV101"]
    assert mended.source.text == source.text.replace("16", "32")


def test_what_a_fault_of_the_text_hid_does_not_keep_it_from_being_mended() -> None:
    source = Source("a.strat", "strategy {\n  device_count: 16\n  tp = 4\n  pp = 4\n  dp = 2\n}\n")
    mended = mend(source)
    assert "device_count = 32" in mended.source.text
    assert mended.report.diagnostics == ()


def test_every_help_with_a_figure_names_the_one_that_the_fix_writes() -> None:
    for source in DOCUMENTS:
        for each in check(source).diagnostics:
            if each.fix and each.rule.code in MENDABLE:
                assert each.help.startswith(each.fix.title)
    assert all(rule_named(code) in rules() for code in MENDABLE)
