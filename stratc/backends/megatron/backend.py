"""The backend `megatron`."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import Artefact, Emission, Where
from stratc.backends.megatron.lower import lower
from stratc.backends.megatron.print import script
from stratc.ir.origin import value_or

VOCABULARY = 50257  # GPT-2's, for the mock run of a plan that names none


@dataclass(frozen=True, slots=True)
class Megatron:
    """Writes launch.sh: torchrun around pretrain_gpt.py."""

    name: str = "megatron"

    def emit(self, case: Case, where: Where) -> Emission:
        """The launch script, or why Megatron cannot run the plan."""
        arguments, remarks = lower(case)
        if arguments is None:
            return Emission(diagnostics=remarks)
        vocabulary = value_or(case.plan.model.vocab_size, VOCABULARY)
        return Emission((Artefact("launch.sh", script(arguments, vocabulary, where), executable=True),), remarks)


BACKEND = Megatron()
