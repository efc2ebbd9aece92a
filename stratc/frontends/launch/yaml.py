"""YAML with the place of every value, as the same nodes that JSON is read into."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from stratc.codec.positions import Fault, Node

if TYPE_CHECKING:
    import yaml

MOST_NODES, DEEPEST = 50_000, 60  # aliases can make a short text endless
MOST_DOCUMENTS = 100
_INT = re.compile(r"[-+]?\d[\d_]*")
_FLOAT = re.compile(r"[-+]?(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?")
_WORDS = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False, "null": None, "~": None}


def parse(text: str) -> Node | Fault:
    """The first document of a text that holds a mapping, or why there is none.

    >>> parse("model:\\n  layers: 16").at(("model", "layers"))
    Node(value=16, start=17, end=19, keys=())
    """
    found = documents(text, 1)
    return found[0] if isinstance(found, list) else found


def documents(text: str, most: int = MOST_DOCUMENTS) -> list[Node] | Fault:
    """The documents of a text that hold a mapping, up to a number of them, or why there are none."""
    import yaml

    try:
        roots = (each for each in yaml.compose_all(text, yaml.SafeLoader) if isinstance(each, yaml.MappingNode))
        found = [_Converter().node(each, 0) for each in islice(roots, most)]
        if found:
            return found
    except yaml.MarkedYAMLError as error:
        place = min(error.problem_mark.index, len(text)) if error.problem_mark else 0
        return Fault(error.problem or "no YAML", place, min(place + 1, len(text)))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return Fault(f"no YAML: {type(error).__name__}", 0, 0)
    return Fault("no mapping of keys to values", 0, 0)


class _Converter:
    """Turns nodes of the library into ours, up to a number of them."""

    def __init__(self) -> None:
        self.left = MOST_NODES

    def node(self, given: yaml.Node, depth: int) -> Node:
        """One node and all below it."""
        import yaml

        start, end = given.start_mark.index, given.end_mark.index
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            return Node(None, start, start)
        if isinstance(given, yaml.MappingNode):
            return self._mapping(given, depth)
        if isinstance(given, yaml.SequenceNode):
            return Node([self.node(each, depth + 1) for each in given.value], start, max(start, end))
        return Node(_scalar(given), start, max(start, end))

    def _mapping(self, given: yaml.MappingNode, depth: int) -> Node:
        members: dict[str, Node] = {}
        keys: list[tuple[str, int, int]] = []
        for key, value in given.value:
            name = str(key.value) if isinstance(key.value, str) else ""
            found = self.node(value, depth + 1)
            if name == "<<" and isinstance(found.value, dict):
                members = {**found.value, **members}
                continue
            members[name] = found
            keys.append((name, key.start_mark.index, key.end_mark.index))
        return Node(members, given.start_mark.index, given.end_mark.index, tuple(keys))


def _scalar(given: Any) -> Any:
    """The value of a plain scalar; a quoted one stays a text."""
    text: str = given.value
    if given.style is not None:
        return text
    if text.lower() in _WORDS or not text:
        return _WORDS.get(text.lower())
    if _INT.fullmatch(text) and len(text) < 20:
        return int(text)
    if _FLOAT.fullmatch(text) and len(text) < 40:
        return float(text.replace("_", ""))
    return text
