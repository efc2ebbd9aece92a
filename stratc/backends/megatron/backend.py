"""The backend `megatron`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.launchers import chosen
from stratc.backends.megatron.lower import lower
from stratc.backends.megatron.print import argument_file, script
from stratc.ir.origin import value_or

VOCABULARY = 50257  # GPT-2's, for the mock run of a plan that names none


@dataclass(frozen=True, slots=True)
class Megatron:
    """Writes launch.sh, or launch.sbatch for Slurm: torchrun around pretrain_gpt.py; and the arguments as YAML."""

    name: str = "megatron"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:
        """The launch script, or why Megatron cannot run the plan."""
        launcher = chosen(options)
        arguments, remarks = lower(case, options)
        if arguments is None:
            return Emission(diagnostics=remarks)
        vocabulary = value_or(case.plan.model.vocab_size, VOCABULARY)
        files = (
            Artefact(launcher.file, script(arguments, vocabulary, where, launcher.name), executable=True),
            Artefact("arguments.yaml", argument_file(arguments, vocabulary, where), again=True),
        )
        return Emission(files, remarks)


BACKEND = Megatron()
