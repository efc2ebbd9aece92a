"""Functions and files stay small; a pardon needs a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "stratc"
FUNCTION_LINES, FILE_LINES = 40, 300
PARDONED_FILES: dict[str, str] = {
    # file: why it may be longer
}
PARDONED_FUNCTIONS: dict[str, str] = {
    # file:function: why it may be longer
}
FILES = sorted(ROOT.rglob("*.py"))


def code_lines(path: Path) -> int:
    """Lines of a file without docstrings, which are pages, and without module-level tables."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spared = sum(length(node) for node in tree.body if isinstance(node, (ast.Assign, ast.AnnAssign)))
    return len(path.read_text(encoding="utf-8").splitlines()) - spared - sum(map(length, docstrings(tree)))


def docstrings(tree: ast.AST) -> Iterator[ast.stmt]:
    """The docstring statements of a tree."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            yield node.body[0]


def length(node: ast.stmt) -> int:
    """Lines a statement takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_lines(node: ast.FunctionDef) -> int:
    """Lines of a function without its docstring and signature."""
    first = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return length(node) if not first else (node.end_lineno or 0) - first[0].lineno + 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_small(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert name in PARDONED_FILES or code_lines(path) <= FILE_LINES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_small(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        f"{name}:{node.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and body_lines(node) > FUNCTION_LINES
    ]
    assert not [each for each in long if each not in PARDONED_FUNCTIONS]


def test_pardons_are_still_needed() -> None:
    stale = [name for name in PARDONED_FILES if code_lines(ROOT / name) <= FILE_LINES]
    assert not stale
