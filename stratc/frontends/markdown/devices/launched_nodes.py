"""The devices of a node that a launcher starts, where these are all devices of the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.ir.statement import Statement

_STARTED = "setting.@nproc-per-node"
_COUNTED = frozenset(("hardware.device_count", "strategy.device_count"))


def launched_nodes(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "hardware.devices_per_node" of launches of as many processes on a node as the plan counts devices.

    A launch of fewer may use a part of a node.
    """
    launches = [each for each in statements if each.subject == _STARTED and each.scope.role is Role.PLAN]
    if not launches:
        return
    lines = [range(each.context.start, each.context.end) for each in launches]
    counts = {
        each.value
        for each in statements
        if each.subject in _COUNTED
        and each.scope.role is Role.PLAN
        and not any(each.span.start in line for line in lines)
    }
    for each in launches:
        if counts == {each.value}:
            yield replace(each, subject="hardware.devices_per_node", index=None, cause="")
