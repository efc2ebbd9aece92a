"""Memory that a device holds beside the tensors of the framework: what nvidia-smi shows and PyTorch does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import plain
from stratc.cost.allowance import CUDA_CONTEXT, communicator_bytes
from stratc.cost.ledger import Ledger
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.analysis.layout.division import Division

WITHOUT_CUDA = ("tpu", "ascend", "huawei", "910", "amd", "mi", "instinct", "gaudi", "trainium")


def outside_tensors(case: Case, divided: Division, training: bool) -> Ledger:
    """Context and communicators, one for every axis of more than one device; nothing where CUDA is not used.

    In training the two ends of a pipeline have one more between them, for the gradients of tied embeddings.
    """
    name = case.fact("hardware.accelerator")
    if isinstance(name, Known) and str(name.value).lower().startswith(WITHOUT_CUDA):
        return Ledger(())
    groups = [divided.tp, divided.pp, divided.cp, divided.ep]
    groups += [divided.dp, min(divided.pp, 2)] if training else []
    held = sum(plain(communicator_bytes(size)) for size in groups)
    return Ledger((("context", CUDA_CONTEXT), ("communicators", held)))
