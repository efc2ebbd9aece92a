"""The backend `deepspeed`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.deepspeed.lower import lower
from stratc.backends.deepspeed.print import config, hostfile, launcher


@dataclass(frozen=True, slots=True)
class DeepSpeed:
    """Writes ds_config.json, hostfile and launch.sh."""

    name: str = "deepspeed"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:
        """The configuration and launcher, or why DeepSpeed cannot run the plan."""
        job, remarks = lower(case, options)
        if job is None:
            return Emission(diagnostics=remarks)
        slurm = options.launcher == "slurm"
        files = (
            Artefact("ds_config.json", config(job)),
            Artefact("hostfile", hostfile(job)),
            Artefact(
                "launch.sbatch" if slurm else "launch.sh", launcher(job, where, options.launcher), executable=True
            ),
        )
        return Emission(files, remarks)


BACKEND = DeepSpeed()
