"""The backend `sglang`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.flags import only_version
from stratc.backends.serving import no_slurm
from stratc.backends.sglang.arguments import VERSION
from stratc.backends.sglang.lower import lower
from stratc.backends.sglang.print import script


@dataclass(frozen=True, slots=True)
class Sglang:
    """Writes serve.sh."""

    name: str = "sglang"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:
        """The script that starts the server, or why SGLang cannot serve the plan."""
        only_version(options, "SGLang", VERSION)
        no_slurm(options, "SGLang")
        server, remarks = lower(case, options)
        if server is None:
            return Emission(diagnostics=remarks)
        return Emission((Artefact("serve.sh", script(server, where), executable=True),), remarks)


BACKEND = Sglang()
