"""Manifests as YAML; every text stands in quotes, every line names the plan's line."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.backends.backend import Where
from stratc.backends.kubernetes.manifest import Argument, Manifest
from stratc.backends.quoting import comment, quoted


def manifest(found: Manifest, where: Where) -> str:
    """The whole file."""
    lines = _job(found, where) if found.trains else _servers(found, where)
    head = f"# Written by stratc for {found.world.value} devices{comment(found.world, where, ', ')}"
    return "\n".join([head, *lines]) + "\n"


def _job(found: Manifest, where: Where) -> Iterator[str]:
    """A PyTorchJob: a master, and workers for the other pods; torchrun finds them by its environment."""
    yield from ("apiVersion: kubeflow.org/v1", "kind: PyTorchJob", "metadata:", f"  name: {quoted(found.name)}")
    yield from ("spec:", f'  nprocPerNode: "{found.per_pod.value}"{comment(found.per_pod, where)}')
    yield "  pytorchReplicaSpecs:"
    for kind, count in (("Master", 1), ("Worker", found.pods - 1)):
        if count:
            yield from (f"    {kind}:", f"      replicas: {count}", "      restartPolicy: OnFailure", "      template:")
            yield from _pod(found, "pytorch", where, " " * 8)


def _servers(found: Manifest, where: Where) -> Iterator[str]:
    """A LeaderWorkerSet: groups of pods that serve together."""
    yield from ("apiVersion: leaderworkerset.x-k8s.io/v1", "kind: LeaderWorkerSet", "metadata:")
    yield from (f"  name: {quoted(found.name)}", "spec:")
    yield f"  replicas: {found.groups.value}{comment(found.groups, where)}"
    yield from ("  leaderWorkerTemplate:", f"    size: {found.pods}", "    restartPolicy: RecreateGroupOnPodRestart")
    yield "    workerTemplate:"
    yield from _pod(found, "server", where, " " * 6)


def _pod(found: Manifest, name: str, where: Where, indent: str) -> Iterator[str]:
    """The template of a pod with one container."""
    yield from (f"{indent}spec:", f"{indent}  containers:", f"{indent}    - name: {name}")
    inner = indent + " " * 6
    yield f"{inner}image: {quoted(found.image)}"
    if found.variables:
        yield f"{inner}env:"
        for key, value in found.variables:
            yield from (f"{inner}  - name: {key}", f"{inner}    value: {quoted(value)}")
    yield f"{inner}command:"
    yield from (f"{inner}  - {_word(each)}{comment(each.known, where) if each.known else ''}" for each in found.command)
    yield from (f"{inner}resources:", f"{inner}  limits:")
    yield f'{inner}    nvidia.com/gpu: "{found.per_pod.value}"'


def _word(argument: Argument) -> str:
    """A word in quotes; in a value of the plan nothing stands for a variable of the cluster."""
    return quoted(argument.text.replace("$", "$$") if argument.known else argument.text)
