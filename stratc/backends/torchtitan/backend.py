"""The backend `torchtitan`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.flags import only_version
from stratc.backends.launchers import chosen
from stratc.backends.torchtitan.config import VERSION
from stratc.backends.torchtitan.lower import lower
from stratc.backends.torchtitan.print import config, script


@dataclass(frozen=True, slots=True)
class Torchtitan:
    """Writes train.toml, and launch.sh or launch.sbatch."""

    name: str = "torchtitan"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:
        """The configuration and the script, or why torchtitan cannot run the plan."""
        only_version(options, "torchtitan", VERSION)
        launcher = chosen(options)
        job, remarks = lower(case, options)
        if job is None:
            return Emission(diagnostics=remarks)
        files = (
            Artefact("train.toml", config(job, where)),
            Artefact(launcher.file, script(job, where, launcher.name), executable=True),
        )
        return Emission(files, remarks)


BACKEND = Torchtitan()
