"""The words that a pattern is said to need stand in every text that it finds: none hides what it should find."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import stratc.frontends.markdown
from stratc.frontends.markdown.concepts import credited
from stratc.frontends.markdown.concepts.mistaken import _EVERY, _LIKELY
from stratc.frontends.markdown.document.blocks import Kind, scan
from stratc.frontends.markdown.document.letters import lettered
from stratc.frontends.markdown.document.sentences import sentences
from stratc.frontends.markdown.document.tallies import _SHAPES
from stratc.text.pattern import Pattern

ROOT = Path(__file__).parents[2]
TEXTS = [path.read_text(encoding="utf-8") for folder in ("examples", "tests") for path in (ROOT / folder).rglob("*.md")]
LINES = list(dict.fromkeys(line for text in TEXTS for line in text.splitlines() if line.strip()))


def patterns(value: object) -> Iterator[Pattern]:
    """The patterns that a value of a module is or holds."""
    match value:
        case Pattern() if value.words:
            yield value
        case tuple():
            for each in value:
                yield from patterns(each)


ROOMS = f"{stratc.frontends.markdown.__name__}."
NAMES = [info.name.removeprefix(ROOMS) for info in walk_packages(stratc.frontends.markdown.__path__, ROOMS)]
EVERY = {
    f"{name}.{key}": tuple(patterns(value))
    for name in NAMES
    for key, value in vars(import_module(ROOMS + name)).items()
}


@pytest.mark.parametrize("name", [name for name, held in EVERY.items() if held])
def test_patterns_find_nothing_without_their_words(name: str) -> None:
    for pattern in EVERY[name]:
        hidden = [line for line in LINES if not pattern.concerns(line) and pattern.compiled.search(line)]
        assert hidden == [], f"{pattern.words} do not stand there"


def test_no_mistake_is_said_without_its_words() -> None:
    wanted = [(concept, said, re.compile(said)) for concept, _, said in _EVERY]
    hidden = set()
    for text in TEXTS:
        for each in sentences(scan(text)):
            low = f"{each.low} {each.key_text}" if each.block.kind is Kind.CELL else each.low
            likely, stems = _LIKELY.of(low), " ".join(each.row)
            hidden |= {(concept, low) for concept, said, found in wanted if found.search(stems)} - {
                (concept, low) for concept, _ in likely
            }
    assert hidden == set()


def test_no_count_is_found_without_the_letters_of_its_shape() -> None:
    every = (lettered(each) for text in TEXTS for each in sentences(scan(text)))
    letters = {counts.letters for counts in every if counts is not None}
    hidden = {
        (shape, line)
        for shape, pattern in _SHAPES
        for line in letters
        if not pattern.concerns(line) and pattern.compiled.search(line)
    }
    assert hidden == set()


def test_nothing_is_credited_without_its_words() -> None:
    parts = [
        (credit, [re.compile(each) for each in (credit.who, credit.what, credit.how)]) for credit in credited._CREDITS
    ]
    hidden = set()
    for low in map(str.lower, LINES):
        likely = credited._LIKELY.of(low)
        hidden |= {
            (credit.concept, low)
            for credit, patterns in parts
            if credit not in likely and all(each.search(low) for each in patterns)
        }
    assert hidden == set()


def test_a_pattern_is_compiled_where_a_text_first_has_its_words() -> None:
    pattern = Pattern(r"(?i)(\d+) experts per (GPU)", "expert|专家", "gpu")
    assert pattern.search("64 experts per node") is None
    assert "compiled" not in vars(pattern)
    found = pattern.search("64 Experts per gpu")
    assert found is not None
    assert found.span(1) == (0, 2)


def test_case_counts_unless_a_pattern_folds_it() -> None:
    assert Pattern("FSDP", "FSDP").search("fsdp") is None
    assert Pattern("(?i)FSDP", "fsdp").search("FSDP") is not None
