"""Every rule has its page, its example and its cases, and the catalogue says what they say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import stratc.rules
from stratc.resources import resource
from stratc.rules.catalogue import renewed
from stratc.rules.registry import RETIRED, families, modules, rule_named, rules
from stratc.rules.rule import Rule
from tests.rules.conftest import FAMILIES, HERE
from tests.rules.literate import UNDERSTOOD, Example, concise, examples, findings, places, without_fences

RULES = rules()
CHECKED = [each for each in RULES if each.id.code[:2] != "IN"]  # those on texts are reported by the program itself
NAMES = [each.id.name for each in CHECKED]


def folder(rule: Rule) -> str:
    """The family of a rule, as its folder is called."""
    return rule.find.__module__.split(".")[-2]


def test_codes_and_names_are_unique() -> None:
    assert len({each.id.code for each in RULES}) == len({each.id.name for each in RULES}) == len(RULES)


def test_every_file_holds_the_rule_it_is_named_after() -> None:
    assert {f"{each.find.__module__}" for each in RULES} == {name for family in families() for name in modules(family)}


def test_retired_codes_have_heirs() -> None:
    assert all(rule_named(code) and not any(code == each.id.code for each in RULES) for code in RETIRED)


@pytest.mark.parametrize("rule", RULES, ids=[each.id.name for each in RULES])
def test_pages_have_their_form(rule: Rule) -> None:
    headings = [line for line in without_fences(rule.page).splitlines() if line.startswith("## ")]
    wanted = ["## What it finds", "## Why it matters", "## Example", "## References"]
    assert headings == [each for each in wanted if rule in CHECKED or each != "## Example"]
    assert rule.summary.endswith(".")
    assert FAMILIES[folder(rule)] == rule.id.code[:2]


KEY = re.compile(r"^- ([a-z]+(?:-[a-z]+)*-?[\w.-]*)(?:,|$)", re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=[each.id.name for each in RULES])
def test_references_are_known(rule: Rule) -> None:
    cited = KEY.findall(rule.page.partition("## References")[2])
    known = tomllib.loads(resource("cost", "references.toml").read_text(encoding="utf-8"))
    assert [each for each in cited if " " not in each and "/" not in each and each not in known] == []


@pytest.mark.parametrize("rule", CHECKED, ids=NAMES)
def test_examples_of_pages_hold(rule: Rule) -> None:
    if not UNDERSTOOD:
        pytest.skip("there is no way from text to plan yet")
    shown = examples(rule.page)
    assert any(rule.id.code in {code for _, code in each.expected} for each in shown)
    for example in shown:
        found = findings(example, rule.id.code[:2])
        assert places(example, found) == example.expected, concise(example, found)


@pytest.mark.parametrize("rule", CHECKED, ids=NAMES)
def test_every_rule_has_a_positive_a_negative_and_a_silent_case(rule: Rule) -> None:
    path = HERE / folder(rule) / f"{rule.id.name}.md"
    cases = examples(path.read_text(encoding="utf-8"))
    kinds = {_kind(each, rule) for each in cases}
    assert {"positive", "negative", "silent"} <= kinds, f"{path}: {kinds}"


def _kind(example: Example, rule: Rule) -> str:
    if rule.id.code in {code for _, code in example.expected}:
        return "positive"
    return "silent" if example.title.startswith("Silent") else "negative"


def test_the_catalogue_is_current(golden: Callable[[Path, str], None]) -> None:
    path = Path(stratc.rules.__path__[0]) / "README.md"
    golden(path, renewed(path.read_text(encoding="utf-8")))
