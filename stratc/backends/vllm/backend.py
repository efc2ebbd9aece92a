"""The backend `vllm`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.flags import only_version
from stratc.backends.serving import no_slurm
from stratc.backends.vllm.arguments import VERSION
from stratc.backends.vllm.lower import lower
from stratc.backends.vllm.print import script


@dataclass(frozen=True, slots=True)
class Vllm:
    """Writes serve.sh."""

    name: str = "vllm"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:
        """The script that starts the server, or why vLLM cannot serve the plan."""
        only_version(options, "vLLM", VERSION)
        no_slurm(options, "vLLM")
        server, remarks = lower(case, options)
        if server is None:
            return Emission(diagnostics=remarks)
        return Emission((Artefact("serve.sh", script(server, where), executable=True),), remarks)


BACKEND = Vllm()
