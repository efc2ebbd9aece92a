"""Lists of words that readers compare with tokens hold words as tokens have them: others would never be found."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import stratc.frontends.markdown
from stratc.frontends.markdown.document.tokens import tokens_of

ROOT = Path(next(iter(stratc.frontends.markdown.__path__)))
AS_WRITTEN = ("figures.py", "notations.py", "fence_kinds.py")  # whose lists are held to the text itself
ROOMS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "words")
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).glob("*.py")) if path.name not in AS_WRITTEN]


def lists(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The name of each list of words of a module, and its words; keys of facts and metrics are none."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        name = target.id if isinstance(target, ast.Name) else ""
        for call in ast.walk(node) if name else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "words":
                written = ast.literal_eval(call.args[0])
                yield name, [word for word in written.split() if "." not in word]


def is_found(word: str) -> bool:
    """Whether a token can be this word or sign."""
    tokens = tokens_of(word, 0)
    return len(tokens) == 1 and word in (tokens[0].stem, tokens[0].sign)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_list_can_be_found(path: Path) -> None:
    held = [*lists(path)]
    assert [(name, word) for name, found in held for word in found if not is_found(word)] == []
    assert [name for name, found in held if len(set(found)) < len(found)] == [], "a word stands there twice"
