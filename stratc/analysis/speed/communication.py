"""What a plan's facts imply for its communication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.memory.setting import Setting, amount, element_bytes
from stratc.analysis.speed.links import link_rate
from stratc.arith.term import Named, plain
from stratc.arith.unit import UNITS, Bytes, Fraction
from stratc.cost.communication import (
    HOP_SECONDS,
    LEAST_COLLECTIVE_SECONDS,
    activation_bytes,
    all_reduce_factor,
    all_reduce_steps,
    dispatch_bytes,
    gradient_bytes,
    one_pass_steps,
    ring_attention_bytes,
    sharded_gradient_bytes,
    stage_border_bytes,
    tensor_layer_bytes,
    transfer_seconds,
)
from stratc.cost.parameters import cached_layers, device_parameters
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case

__all__ = ["LEAST_COLLECTIVE_SECONDS", "Traffic", "saved_all_reduce", "token_bytes", "traffic"]


RACKS = {"GB200": 72, "GB300": 72}  # NVIDIA GB200 NVL72 and GB300 NVL72 data sheets: one NVLink domain


class Traffic(NamedTuple):
    """What a device sends along one axis in a training step, or in a forward pass of all prompts."""

    axis: str
    collective: str
    bytes: float
    seconds: float | None  # None where the plan names no bandwidth for it
    waits: bool  # whether computation stands still meanwhile


class Lane(NamedTuple):
    """The links an axis uses: bytes a second, and seconds of one hop."""

    bandwidth: float | None
    hop: float


def token_bytes(case: Case) -> Bytes:
    """Bytes of the activations of one token between two layers."""
    width = Named("an element", element_bytes(case), case.known("model.precision"), UNITS["bytes"])
    return activation_bytes(1, 1, case.number("model.hidden_size"), width)


def saved_all_reduce(case: Case, before: Known[int]) -> Fraction:
    """Share of a ring all-reduce's bytes a device that the tensor-parallel degree saves against an earlier one."""
    earlier = all_reduce_factor(case.named("strategy.tp", before))
    return 1 - all_reduce_factor(case.number("strategy.tp")) / earlier


def traffic(case: Case, setting: Setting) -> tuple[Traffic, ...]:
    """Every axis along which a device sends something; nothing where batch or sequence are not said.

    Ranks are laid out as Megatron does, tp innermost, then cp and ep, dp, pp: an axis that reaches beyond a node uses
    the network.
    """
    if setting.sequence is None or setting.sequences is None:
        return ()
    return tuple(_traffic(case, setting, setting.sequence, setting.sequences))


def lane(case: Case, reach: float) -> Lane:
    """The links of a group that spans so many neighbouring devices."""
    inside = reach <= linked(case)
    rate = link_rate(case) if inside else amount(case, "hardware.network_bandwidth")
    return Lane(rate, HOP_SECONDS["link" if inside else "network"])


def linked(case: Case) -> float:
    """Devices that fast links join: those of a node, or of a rack where the accelerator comes in racks."""
    return case.once(_linked)


def _linked(case: Case) -> float:
    fact = case.fact("hardware.accelerator")
    name = str(fact.value).upper() if isinstance(fact, Known) else ""
    rack = next((size for rack, size in RACKS.items() if rack in name), 0)
    return max(rack, amount(case, "hardware.devices_per_node") or 8)


def _traffic(case: Case, setting: Setting, s: float, b: float) -> Iterator[Traffic]:
    divided, shape = setting.division, setting.whole
    passes = setting.micro_batches * (3 if setting.kept.recompute == "full" else 2) if setting.training else 1.0
    dense, moe = max(divided.layers, key=sum)
    part = s / divided.cp  # tokens of a sequence that a device computes
    h, w = plain(shape.hidden), 2.0
    if divided.tp > 1:
        reductions = shape.parts * (dense + moe) * passes
        amount_sent = plain(tensor_layer_bytes(b, part, h, w, divided.tp)) / 2 * reductions
        yield _row(
            case, "tp", "all-reduce", amount_sent, reductions * plain(all_reduce_steps(divided.tp)), divided.tp, True
        )
    if divided.cp > 1:
        each = plain(ring_attention_bytes(b, s, shape.kv_heads, shape.head_dim, w, divided.cp)) / divided.tp
        rings = plain(cached_layers(shape, dense + moe)) * passes
        steps, sent = rings * plain(one_pass_steps(divided.cp)), each * rings
        yield _row(case, "cp", "point-to-point", sent, steps, divided.tp * divided.cp, False)
    if divided.ep > 1 and moe:
        routed = plain(dispatch_bytes(b, part, h, w, shape.top_k or 1, divided.ep)) / divided.tp
        steps = 2 * moe * passes * plain(one_pass_steps(divided.ep))
        reach = divided.ep * divided.expert_tp
        yield _row(case, "ep", "all-to-all", 2 * routed * moe * passes, steps, reach, True)
    if divided.pp > 1:
        ways = setting.micro_batches * 2 * divided.vpp if setting.training else 1.0
        border = plain(stage_border_bytes(b, part, h, w)) / divided.tp
        yield _row(case, "pp", "point-to-point", border * ways, ways, divided.tp * divided.cp * divided.dp * 2, False)
    if setting.training and divided.dp > 1:
        yield _gradients(case, setting)


def _row(case: Case, axis: str, collective: str, sent: float, steps: float, reach: float, waits: bool) -> Traffic:
    used = lane(case, reach)
    seconds = plain(transfer_seconds(sent, steps, used.hop, used.bandwidth)) if used.bandwidth else None
    return Traffic(axis, collective, sent, seconds, waits)


def _gradients(case: Case, setting: Setting) -> Traffic:
    """Gradients of the stage that has most parameters, its experts shared by fewer replicas."""
    divided = setting.division
    last = len(divided.layers) - 1
    kinds = {(held, index == 0, index == last): None for index, held in enumerate(divided.layers)}
    ledgers = [device_parameters(setting.part, setting.whole, *held, *ends) for held, *ends in kinds]
    largest = max(ledgers, key=lambda ledger: plain(ledger.total))
    experts = plain(largest["experts"])
    volume = sharded_gradient_bytes if divided.zero >= 3 else gradient_bytes
    w = max(plain(setting.recipe.gradient), 2.0)
    sent = plain(volume(plain(largest.total) - experts, w, divided.dp * divided.cp))
    sent += plain(volume(experts, w, divided.expert_dp))
    steps = plain(all_reduce_steps(divided.dp))
    collective = "reduce-scatter, all-gather" if divided.zero else "all-reduce"
    return _row(case, "dp", collective, sent, steps, divided.tp * divided.cp * divided.dp, False)
