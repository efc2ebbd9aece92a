"""Recipes of vLLM's collection: a model, its arguments, and a guide whose fences hold the commands."""

from __future__ import annotations

import re
from dataclasses import replace

from stratc.codec.positions import Node
from stratc.frontends.frontend import Load, Reading
from stratc.frontends.launch.scalars import below, scalar
from stratc.frontends.launch.script import Followed, told_by
from stratc.frontends.launch.shell.run import Shell
from stratc.frontends.launch.traced import Atlas
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})(?:bash|sh|shell|console)?[ \t]*\n(.*?)^[ \t]*\2", re.S | re.M)


def is_recipe(node: Node) -> bool:
    """Whether a document is a recipe."""
    return below(node, "model", "model_id") is not None and below(node, "guide") is not None


def reading(root: Node, source: Source, load: Load) -> Reading:
    """What the commands of its guide say, and the name of its model where they start nothing."""
    atlas = Atlas()
    whole = atlas.add(source)
    shell = Shell(atlas, load, source.name)
    guide = below(root, "guide")
    if guide is not None:
        text = scalar(guide, whole)
        for fence in _FENCE.finditer(text.text):
            shell.follow(text.part(fence.start(3), fence.end(3)))
    told = told_by(Followed.of(atlas, shell))
    name = below(root, "model", "model_id")
    if told.statements or name is None or not isinstance(name.value, str):
        return told
    span = Span(source.name, name.start, name.end)
    said = (
        Statement("model.name", name.value.rpartition("/")[2], span, span),
        Statement("strategy.framework", "vLLM", span, span),
        Statement("workload.phase", "inference", span, span),
    )
    return replace(told, statements=said, quantities=1)
