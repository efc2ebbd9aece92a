"""The backend `deepspeed`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import Artefact, Emission, Where
from stratc.backends.deepspeed.lower import lower
from stratc.backends.deepspeed.print import config, hostfile, launcher


@dataclass(frozen=True, slots=True)
class DeepSpeed:
    """Writes ds_config.json, hostfile and launch.sh."""

    name: str = "deepspeed"

    def emit(self, case: Case, where: Where) -> Emission:
        """The configuration and launcher, or why DeepSpeed cannot run the plan."""
        job, remarks = lower(case)
        if job is None:
            return Emission(diagnostics=remarks)
        files = (
            Artefact("ds_config.json", config(job)),
            Artefact("hostfile", hostfile(job)),
            Artefact("launch.sh", launcher(job, where), executable=True),
        )
        return Emission(files, remarks)


BACKEND = DeepSpeed()
