"""All devices of machines that are counted on one line and sized on another: "Nodes: 4", "GPUs per node: 8"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NODES = Pattern(
    r"(?i)^\W*(?:total |number of |compute |gpu )*(?:nodes|servers|machines)(?: count)?\W*: *"
    r"(?P<n>\d{1,4})(?= *(?:$|[(,;]))",
    "nodes|servers|machines",
)


def counted_nodes(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "hardware.device_count" of a count of nodes, where the devices of a node have one value."""
    sizes = {
        each.value
        for each in statements
        if each.subject == "hardware.devices_per_node" and each.scope.role is Role.PLAN
    }
    size = sizes.pop() if len(sizes) == 1 else None
    if not isinstance(size, int):
        return
    for sentence in said:
        if found := _NODES.search(sentence.text):
            yield said_at(sentence, "hardware.device_count", int(found["n"]) * size, found.span("n"))
