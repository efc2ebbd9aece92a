"""What the controllers of Kubernetes hold a manifest to, as settings for rules.

Source: the webhooks of LeaderWorkerSet v1 and of the training operator 1.9 (pytorchjob_webhook.go, mpijob_webhook.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from stratc.codec.positions import Node
from stratc.frontends.launch.scalars import below, count
from stratc.ir.statement import Statement
from stratc.ir.values import Value
from stratc.text.source import Source
from stratc.text.span import Span

ROLES = ("Master", "Worker")
NEEDED = "pytorch"  # the container that the operator gives its variables


def held(document: Node, source: Source) -> Iterator[Statement]:
    """The counts and names that a controller checks before it makes a pod."""
    kind, spec = below(document, "kind"), below(document, "spec")
    match kind.value if kind is not None else "":
        case "LeaderWorkerSet":
            template = below(spec, "leaderWorkerTemplate")
            yield from _counted("#group", below(template, "size"), source)
            yield from _counted("#subgroup", below(template, "subGroupPolicy", "subGroupSize"), source)
        case "PyTorchJob":
            roles = below(spec, "pytorchReplicaSpecs")
            yield from _counted("#masters", below(roles, "Master", "replicas"), source)
            yield from _roles(roles, source)
        case "MPIJob":
            yield from _counted("#launchers", below(spec, "mpiReplicaSpecs", "Launcher", "replicas"), source)


def _counted(name: str, node: Node | None, source: Source) -> Iterator[Statement]:
    number = count(node)
    if node is not None and number is not None:
        yield _setting(name, number, node.start, node.end, source)


def _roles(roles: Node | None, source: Source) -> Iterator[Statement]:
    """Roles that do not exist, and those without the container that is wanted."""
    if roles is None or not isinstance(roles.value, dict):
        return
    for key, start, end in roles.keys:
        if key not in ROLES:
            yield _setting("#role", key, start, end, source)
            return
    for role in roles.value.values():
        listed = below(role, "template", "spec", "containers")
        each = listed.value if listed is not None and isinstance(listed.value, list) else []
        named = [name for container in each if (name := below(container, "name")) is not None]
        if named and len(named) == len(each) and NEEDED not in [name.value for name in named]:
            yield _setting(
                "#containers", " ".join(str(name.value) for name in named), named[0].start, named[0].end, source
            )
            return


def _setting(name: str, value: Value, start: int, end: int, source: Source) -> Statement:
    span = Span(source.name, start, end)
    return Statement(f"setting.{name}", value, span, span)
