"""Manifests as typed values: a training job, or groups of pods that serve.

Fields: PyTorchJob of kubeflow.org/v1 (training-operator 1.9) and LeaderWorkerSet of leaderworkerset.x-k8s.io/v1, by
their published definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

from stratc.ir.origin import Known


@dataclass(frozen=True, slots=True)
class Argument:
    """One word of a command, and the fact that it rests on, if any."""

    text: str
    known: Known[object] | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Pods of one kind: what they run, how many stand together, and how many devices each has."""

    name: str
    image: str
    command: tuple[Argument, ...]
    variables: tuple[tuple[str, str], ...]
    pods: int  # that stand together
    groups: Known[int]  # of such pods
    per_pod: Known[int]
    world: Known[int]
    trains: bool
