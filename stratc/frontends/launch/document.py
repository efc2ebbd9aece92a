"""A configuration as its plain values by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from stratc.codec.positions import Node
from stratc.frontends.launch.settings import Setting
from stratc.text.source import Source
from stratc.text.span import Span

DEEPEST = 40
OPEN = ("auto", "???")  # values that a framework or a user still has to fill in
LISTS = frozenset(("layer_types", "window_size", "window_attn_skip_freq"))  # settings of several words
_WORDS = re.compile(r"^\[([A-Za-z_][\w \t]*)\]$")  # how NVIDIA's lists of arguments write several words


@dataclass(frozen=True, slots=True)
class Document:
    """A document, its source, and every plain value in it by its path."""

    root: Node
    source: Source
    leaves: dict[str, Setting]

    def under(self, *prefixes: str) -> dict[str, Setting]:
        """The values below some paths, named by what follows them."""
        found: dict[str, Setting] = {}
        for prefix in prefixes:
            for path, each in self.leaves.items():
                if path.startswith(prefix):
                    name = path.removeprefix(prefix).lstrip("-").lower().replace("-", "_")
                    found[name] = replace(each, name=name)
        return found


def leaves(node: Node, source: Source, path: str = "", depth: int = 0) -> Iterator[Setting]:
    """Every plain value by its path; of lists those inside mappings."""
    match node.value:
        case dict():
            places = {key: (start, end) for key, start, end in node.keys}
            for key, each in node.value.items():
                if (key.startswith("--") or key in LISTS) and isinstance(each.value, list):
                    yield _leaf(replace(each, value=_joined(each.value)), source, f"{path}{key}", key, places.get(key))
                elif isinstance(each.value, (dict, list)) and depth < DEEPEST:
                    yield from leaves(each, source, f"{path}{key}.", depth + 1)
                elif each.value is not None and not isinstance(each.value, (dict, list)):
                    yield _leaf(each, source, f"{path}{key}", key, places.get(key))
        case list() if node.value and depth < DEEPEST:
            for number, each in enumerate(node.value[:20]):
                if isinstance(each.value, dict):
                    yield from leaves(each, source, f"{path}{number}.", depth + 1)


def _joined(values: list[Node]) -> str:
    """Several values of one argument, as a command has them."""
    return " ".join(str(each.value) for each in values if not isinstance(each.value, (dict, list)))


def _leaf(node: Node, source: Source, path: str, key: str, place: tuple[int, int] | None) -> Setting:
    size = len(source.text)
    span = Span(source.name, min(node.start, size), min(max(node.start, node.end), size))
    context = (
        span if place is None else Span(source.name, min(place[0], span.start), max(span.end, min(place[1], size)))
    )
    value = _WORDS.sub(r"\1", node.value) if key.startswith("--") and isinstance(node.value, str) else node.value
    open_ = isinstance(node.value, str) and ("${" in node.value or node.value in OPEN or not node.value.strip("$"))
    return Setting(path, None if open_ else value, span, context, key if key.startswith("--") else path)
