"""How the model is divided among the devices."""

from __future__ import annotations

from stratc.ir.origin import Fact, Known, Unknown
from stratc.ir.values import ExpertSpan, StageSpan
from stratc.record import Record, dataclass

DEGREES = frozenset(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp"))  # that part the devices


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Strategy(Record):
    """How the model is divided among the devices."""

    tp: Fact[int] = Unknown("strategy.tp")  # tensor-parallel degree
    pp: Fact[int] = Unknown("strategy.pp")  # pipeline stages
    dp: Fact[int] = Unknown("strategy.dp")  # data-parallel degree
    ep: Fact[int] = Unknown("strategy.ep")  # expert-parallel degree
    sp: Fact[int] = Unknown("strategy.sp")  # Megatron sequence-parallel degree (equal to tp when on)
    cp: Fact[int] = Unknown("strategy.cp")  # context-parallel degree: the sequence split over further devices
    expert_tp: Fact[int] = Unknown("strategy.expert_tp")  # tensor-parallel degree inside an expert
    vpp: Fact[int] = Unknown("strategy.vpp")  # virtual stages of a device (interleaving)
    zero_stage: Fact[int] = Unknown("strategy.zero_stage")  # ZeRO stage, 1 for a distributed optimizer, 3 for FSDP
    offload_optimizer: Fact[bool] = Unknown("strategy.offload_optimizer")  # whether its state lies on the host
    offload_parameters: Fact[bool] = Unknown("strategy.offload_parameters")  # whether the weights do (ZeRO stage 3)
    device_count: Fact[int] = Unknown("strategy.device_count")  # devices the strategy uses
    devices_per_stage: Fact[int] = Unknown("strategy.devices_per_stage")  # devices of a pipeline stage
    layers_per_stage: Fact[int] = Unknown("strategy.layers_per_stage")  # layers of a pipeline stage
    experts_per_device: Fact[int] = Unknown("strategy.experts_per_device")  # experts of a layer that a device holds
    heads_per_device: Fact[int] = Unknown("strategy.heads_per_device")  # query heads that a device computes
    schedule: Fact[str] = Unknown("strategy.schedule")  # gpipe, 1f1b, interleaved, zb-h1, zb-v or dualpipe
    capacity_factor: Fact[float] = Unknown(
        "strategy.capacity_factor"
    )  # expert capacity over an even share of the tokens
    recompute: Fact[str] = Unknown("strategy.recompute")  # none, selective or full
    attention_kernel: Fact[str] = Unknown("strategy.attention_kernel")  # flash or unfused
    framework: Fact[str] = Unknown("strategy.framework")  # Megatron-LM, DeepSpeed, vLLM, SGLang, …
    name: str = ""  # where a plan holds several: "prefill", "decode", a title
    stages: tuple[Known[StageSpan], ...] = ()  # the stages that the plan places one by one
    expert_spans: tuple[Known[ExpertSpan], ...] = ()  # the groups of experts that it places
