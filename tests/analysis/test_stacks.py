"""What stacks do to the time of a step, each of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.analysis.speed.layer import layer_passes
from stratc.analysis.speed.machine import machine_of, released, software_named
from stratc.analysis.speed.step import step_of
from stratc.cost.efficiency import SOFTWARE, SPREAD
from tests.analysis.test_step import case_of, setting, small, trained

EXPERTS = {
    "model__experts": 64,
    "model__top_k": 2,
    "model__expert_hidden_size": 512,
    "model__ffn_hidden_size": None,
    "strategy__ep": 4,
    "hardware__accelerator": "GB200",
}


def test_stages_that_send_and_receive_in_turn_pay_for_every_micro_batch() -> None:
    case = case_of(small(strategy__framework="Megatron-DeepSpeed"))
    found, machine = setting(case), machine_of(case, [])
    assert machine
    smooth = replace(machine, software=replace(machine.software, handover=0.0))
    lost = step_of(found, machine).seconds - step_of(found, smooth).seconds
    assert lost >= 2 * found.micro_batches * machine.software.handover > 0


def test_norms_that_lose_their_kernel_make_recomputation_dearer() -> None:
    kept, again = (
        case_of(small(strategy__framework="Aleph Alpha", strategy__recompute=mode)) for mode in ("none", "full")
    )
    machine = machine_of(kept, [])
    assert machine
    moved = [layer_passes(setting(case), machine, moe=False).forward.memory for case in (kept, again)]
    assert moved[1] > 2 * moved[0]


def test_gradients_averaged_as_a_whole_move_more_than_those_sent_to_their_owners() -> None:
    case = case_of(small(strategy__framework="Aleph Alpha", strategy__zero_stage=1, strategy__dp=64))
    found, machine = setting(case), machine_of(case, [])
    assert machine
    sent = replace(found, stack=replace(found.stack, averaged=0))
    assert step_of(found, machine).reduction > 2 * step_of(sent, machine).reduction > 0


@pytest.mark.parametrize("kernel", ["flash", "unfused"])
def test_selective_recomputation_runs_attention_again(kernel: str) -> None:
    none, selective = (
        case_of(small(strategy__recompute=mode, strategy__attention_kernel=kernel)) for mode in ("none", "selective")
    )
    machine = machine_of(none, [])
    assert machine
    kept, again = (layer_passes(setting(case), machine, moe=False) for case in (none, selective))
    assert again.backward.attention == pytest.approx(kept.backward.attention + kept.forward.attention)
    assert again.backward.products == kept.backward.products


def test_replicas_of_an_expert_are_as_far_apart_as_its_experts_reach() -> None:
    near, far = (
        case_of(small(**EXPERTS | {"strategy__ep": ep, "hardware__accelerator": "H100-80GB-SXM"})) for ep in (1, 8)
    )
    machine = machine_of(near, [])
    assert machine
    one, other = (step_of(setting(case), machine).stages[1] for case in (near, far))
    assert one.experts == 8 * other.experts
    reductions = [step_of(setting(case), machine).reduction for case in (near, far)]
    assert reductions[1] > reductions[0] / 8  # fewer weights, but each over its own adapter


@pytest.mark.parametrize(
    ("gated", "sp", "more"),
    [(True, 1, 1.5), (True, 2, 1.0), (False, 1, 1.0)],
)
def test_a_gate_of_its_own_all_reduces_the_gradient_of_its_input(gated: bool, sp: int, more: float) -> None:
    case = case_of(small(strategy__framework="Aleph Alpha", model__gated=gated, strategy__sp=sp))
    machine = machine_of(case, [])
    assert machine
    found = layer_passes(setting(case), machine, moe=False)
    assert found.backward.tp == pytest.approx(more * found.forward.tp) != 0


def test_logits_that_every_device_has_whole_slow_the_last_stage() -> None:
    case = case_of(small(strategy__framework="Aleph Alpha"))
    whole, machine = setting(case), machine_of(case, [])
    assert machine
    cut = replace(whole, stack=replace(whole.stack, loss_whole=False))
    one, other = (step_of(each, machine).stages for each in (whole, cut))
    assert one[0] == other[0]
    assert one[-1].parts.memory > other[-1].parts.memory
    assert one[-1].parts.tp > other[-1].parts.tp


def test_a_pipeline_of_deepspeed_reduces_gradients_after_its_last_micro_batch() -> None:
    for stages, shown in ((4, 1.0), (1, 1 - SOFTWARE["megatron-deepspeed"].gradients)):
        case = case_of(small(strategy__framework="Megatron-DeepSpeed", strategy__pp=stages))
        machine = machine_of(case, [])
        assert machine
        bare = replace(machine, software=replace(machine.software, gradients=0.0))
        reductions = [step_of(setting(case), each).reduction for each in (machine, bare)]
        assert reductions[0] == pytest.approx(shown * reductions[1]) != 0


def test_a_stated_network_is_that_of_every_stack() -> None:
    stacks = ("Megatron-LM", "Aleph Alpha")
    said, unsaid = (
        [machine_of(case_of(small(strategy__framework=name, hardware__network_bandwidth=rate)), []) for name in stacks]
        for rate in (25e9, None)
    )
    assert len({machine.links for machine in said if machine}) == 1
    assert len({machine.links for machine in unsaid if machine}) == 2


def test_releases_grow_faster_until_the_last_that_did() -> None:
    names = ("25.11", "26.02", "26.02.01", "26.04", "26.04.01", "26.06")
    rates = [released(SOFTWARE["megatron-core"], f"megatron-bridge {name}").compute for name in names]
    assert rates[1:5] == sorted(set(rates))
    assert rates[0] == rates[1]
    assert rates[5] == rates[4] == released(SOFTWARE["megatron-core"], "nemo").compute


@pytest.mark.parametrize(
    ("framework", "kernels"),
    [
        ("NeMo 24.07", "early"),
        ("Megatron-Core 0.8", "early"),
        ("Megatron-Core v0.16", "newest"),
        ("NeMo 25.02", "newest"),
        ("NeMo", "newest"),
        ("Megatron-Bridge 26.02", "newest"),
        ("torchtitan", "older"),
    ],
)
def test_releases_have_the_attention_of_their_time(framework: str, kernels: str) -> None:
    machine = machine_of(case_of(small(strategy__framework=framework, hardware__accelerator="H100")), [])
    assert machine
    reached = {"older": machine.generation.older, "early": machine.generation.early, "newest": 1}
    assert machine.attention == machine.software.attention * reached[kernels]


def test_older_kernels_of_attention_are_slower_on_hopper_only() -> None:
    for device, slower in (("A100", False), ("H100", True)):
        facts = {"strategy__framework": "NeMo", "strategy__attention_kernel": "flash", "hardware__accelerator": device}
        case = case_of(small(**facts))
        found, machine = setting(case), machine_of(case, [])
        assert machine
        kinds = (replace(machine.software, **kind) for kind in ({}, {"early": True}, {"older": True}))
        now, early, older = (step_of(found, replace(machine, software=kind)).seconds for kind in kinds)
        assert (now < early < older) if slower else (now == early == older)


def test_graphs_save_the_launches_of_experts() -> None:
    eager, graphs = (
        trained(small(**EXPERTS, strategy__framework=f"Megatron-Bridge {release}")).step_seconds
        for release in ("26.04", "26.06")
    )
    assert graphs < eager


def test_experts_whose_values_have_scales_in_blocks_launch_more() -> None:
    passes = []
    for precision in ("fp8", "mxfp8"):
        case = case_of(small(**EXPERTS, model__precision=precision))
        machine = machine_of(case, [])
        assert machine
        passes.append(layer_passes(setting(case), machine, moe=True).forward)
    whole, blocks = passes
    assert blocks.products == whole.products
    assert blocks.launches > 1.5 * whole.launches
    assert blocks.waits > 1.5 * whole.waits > 0


def test_hosts_wait_for_experts_alone() -> None:
    case = case_of(small())
    machine = machine_of(case, [])
    assert machine
    found = layer_passes(setting(case), machine, moe=False)
    assert found.forward.waits == found.backward.waits == 0


def test_fused_kernels_move_routed_tokens_less() -> None:
    case = case_of(small(**EXPERTS, strategy__framework="Megatron-Bridge 26.04"))
    machine = machine_of(case, [])
    assert machine
    fused = replace(machine, software=SOFTWARE["megatron-graphs"])
    one, other = (layer_passes(setting(case), each, moe=True).forward.memory for each in (machine, fused))
    assert other < one


@pytest.mark.parametrize(
    ("framework", "stack"),
    [
        ("Megatron-LM", "megatron"),
        ("NeMo 24.07", "megatron-core"),
        ("NeMo Megatron", "nemo-megatron"),
        ("Megatron-Bridge 26.04.01", "megatron-core"),
        ("Megatron-Bridge 26.06", "megatron-graphs"),
        ("Megatron-Core 0.8", "megatron-core"),
        ("GPT-NeoX (DeepSpeed)", "megatron-deepspeed"),
        ("torchtitan", "torchtitan"),
        ("Aleph Alpha (PyTorch 3D + ZeRO-1)", "aleph-alpha"),
        ("", "megatron"),
        ("a stack of our own", ""),
    ],
)
def test_frameworks_have_the_constants_of_their_stack(framework: str, stack: str) -> None:
    assert software_named(framework.lower()) == stack
    assert set(SPREAD) == set(SOFTWARE)


def test_megatron_lm_is_built_on_megatron_core_since_hopper() -> None:
    found = [software_named("megatron-lm", generation) for generation in ("volta", "ampere", "hopper", "ultra")]
    assert found == ["megatron", "megatron", "megatron-core", "megatron-core"]
    assert software_named("megatron-deepspeed", "hopper") == "megatron-deepspeed"
