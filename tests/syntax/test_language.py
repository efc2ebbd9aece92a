"""The language as its README tells it, and the laws that hold for any text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from stratc.errors import InputError
from stratc.frontends.frontend import Reading
from stratc.frontends.strat.read import FRONTEND
from stratc.resources import resource
from stratc.syntax.parse import parse
from stratc.syntax.print import format_text, show_file
from stratc.text.source import Source
from stratc.text.span import Span

HERE = Path(__file__).parent
README = resource("grammar", "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```strat\n(.*?)```", README, re.DOTALL)
WORDS = re.findall(
    r'"[^"\n]*"|\w+|\s|[^\w\s]', "\n".join([*EXAMPLES, *(p.read_text() for p in HERE.glob("*/*.strat"))])
)


def load(path: str, importer: str) -> Source:
    if path != "cluster.strat":
        raise InputError(f"{path} cannot be read from {importer}")
    return Source(path, "let nodes = 4\n")


def read(text: str) -> Reading:
    return FRONTEND.read(Source("plan.strat", text), load)


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_readme_are_right(text: str) -> None:
    assert read(text).diagnostics == ()
    assert read(text).unread == ()


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_readme_read_again_after_printing(text: str) -> None:
    file = parse(Source("plan.strat", text)).file
    assert parse(Source("plan.strat", show_file(file))).file == file


def spans(reading: Reading) -> list[Span]:
    found = [span for each in reading.statements for span in (each.span, each.context)]
    found += [label.span for each in reading.diagnostics for label in (each.primary, *each.secondary)]
    found += [edit.span for each in reading.diagnostics if each.fix for edit in each.fix.edits]
    found += [each.span for each in reading.suppressions]
    return found + [each.span for each in reading.unread]


def check_laws(text: str) -> None:
    reading = read(text)
    sizes = {source.name: len(source.text) for source in reading.sources}
    assert all(0 <= span.start <= span.end <= sizes[span.source] for span in spans(reading))
    assert len(reading.unread) <= reading.quantities
    printed = format_text(Source("plan.strat", text))
    if isinstance(printed, str):
        assert format_text(Source("plan.strat", printed)) == printed
        assert parse(Source("plan.strat", printed)).file == parse(Source("plan.strat", text)).file


@settings(max_examples=150, deadline=None)
@given(some.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    check_laws(text)


@settings(max_examples=250, deadline=None)
@given(some.lists(some.sampled_from(WORDS), max_size=40))
def test_any_row_of_words_of_the_language_is_read(words: list[str]) -> None:
    check_laws("".join(words))


@settings(max_examples=250, deadline=None)
@given(some.sampled_from(EXAMPLES), some.integers(0, 1000), some.integers(0, 30), some.sampled_from(WORDS))
def test_an_example_with_a_mistake_is_read(text: str, at: int, length: int, word: str) -> None:
    start = at % (len(text) + 1)
    check_laws(text[:start] + word + text[start + length :])


@pytest.mark.parametrize("text", EXAMPLES)
def test_line_ends_and_signs_make_no_difference(text: str) -> None:
    other = text.replace("\n", "\r\n").replace("*", "×").replace("<=", "≤").replace(">=", "≥")
    assert [(each.subject, each.value) for each in read(other).statements] == [
        (each.subject, each.value) for each in read(text).statements
    ]


@pytest.mark.parametrize("piece", ["{", "{\n", "(", "[\n", '"', "a\n", "a = 1 + ", "a = 1\n", "#\n", "}\n", "stage "])
def test_faults_are_counted_once_a_statement(piece: str) -> None:
    reading = read(piece * 300)
    assert len(reading.diagnostics) <= 600 + 1
