"""The backend `kubernetes`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.kubernetes.lower import lower
from stratc.backends.kubernetes.print import manifest
from stratc.errors import UsageError


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """Writes manifest.yaml: a PyTorchJob for training, a LeaderWorkerSet for serving."""

    name: str = "kubernetes"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:
        """The manifest, or why the framework inside cannot run the plan."""
        if options.launcher or options.version:
            raise UsageError("kubernetes takes neither --launcher nor --target-version")
        found, remarks = lower(case, options)
        if found is None:
            return Emission(diagnostics=remarks)
        return Emission((Artefact("manifest.yaml", manifest(found, where)),), remarks)


BACKEND = Kubernetes()
