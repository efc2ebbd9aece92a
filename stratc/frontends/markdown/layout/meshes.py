"""Meshes of named axes: "mesh data 4 × fsdp 32 × tensor 2", `mesh_shape = {"data": 4, "fsdp": 32, "tensor": 2}`."""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import ONE
from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_AXIS = (
    r"(?:data|replica|dp(?:_replicate|_shard)?|fsdp|shard|tensor|tp|model|mdl|mp|expert|ep|stage|pipe(?:line)?|pp|"
    r"sequence|seq|sp|context|cp)"
)
_PAIR = rf"[\"'`]?\b{_AXIS}[\"'`]? ?[=:]? ?\d{{1,5}}\b"
_AXES = Pattern(
    rf"(?i){_PAIR}(?: ?(?:[,×*·]|x) ?{_PAIR}){{1,5}}(?![\d.]| ?(?:[×*·]|[,x] ?[\"'`]?[a-z_]+[\"'`]? ?[=:]))"
)
_EACH = rf"(?i)({_AXIS})[\"'`]? ?[=:]? ?(\d+)"


def meshes(sentence: Sentence) -> Iterator[Statement]:
    """Claims "mesh.devices" of a sentence or a line of code about a mesh; `cause` holds its axes."""
    if "mesh" not in sentence.low or sentence.scope.role is not Role.PLAN:
        return
    for match in _AXES.finditer(sentence.text, sentence.text.lower().find("mesh")):
        axes = {name.lower(): int(size) for name, size in re.findall(_EACH, match[0])}
        if len(axes) < len(re.findall(_EACH, match[0])) or not all(axes.values()):
            continue
        written = " × ".join(f"{name} {size}" for name, size in axes.items())
        said = said_at(sentence, "mesh.devices", float(prod(axes.values())), match.span())
        yield replace(said, quantity=Quantity.of(prod(axes.values()), ONE), cause=written)
