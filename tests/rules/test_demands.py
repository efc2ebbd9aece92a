"""The tables of demands name arguments that exist, and say what they mean."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from stratc.analysis.frameworks.deepspeed_keys import BLOCKS, TOP
from stratc.analysis.frameworks.demand import Demand, term, unmet
from stratc.analysis.frameworks.megatron_releases import SINCE, UNTIL
from stratc.analysis.frameworks.options import MEGATRON, Options
from stratc.frontends.launch.megatron_flags import KNOWN
from stratc.frontends.launch.server_flags import SGLANG, VLLM
from stratc.ir.setting import OPEN, Setting
from stratc.rules.registry import modules

TABLES = {name.rpartition(".")[2]: import_module(name) for name in modules("target")}
DEMANDS = {name: found for name, module in TABLES.items() if (found := getattr(module, "DEMANDS", ()))}
SERVED = {
    "vllm": TABLES["server_option_refused"].VLLM,
    "sglang": (*TABLES["server_option_refused"].SGLANG, *DEMANDS["server_option_overruled"]),
}
OF_FILES = (
    *("key_refused", "sharding_without_effect", "torchtitan_setting_refused", "server_option_overruled"),
    "accelerate_setting_refused",
    "pipeline_switch_refused",  # of Megatron-DeepSpeed, which has arguments of its own
)
OF_MEGATRON = [name for name in DEMANDS if name not in OF_FILES]


def named(demand: Demand) -> set[str]:
    """The names in a demand, those of numbers that it compares with included."""
    terms = [term(each) for each in (*demand.when.split(" and "), *demand.wants.split(" or "))]
    values = {value for each in terms for value in each.values if value.startswith("--")}
    return {each.name for each in terms} | values


@pytest.mark.parametrize("table", OF_MEGATRON)
def test_megatron_has_every_argument(table: str) -> None:
    names = {name for demand in DEMANDS[table] for name in named(demand) if not name.startswith("$")}
    assert {name for name in names if name[2:] not in KNOWN} == set()


@pytest.mark.parametrize(("engine", "known"), [("vllm", VLLM), ("sglang", SGLANG)])
def test_servers_have_every_argument(engine: str, known: frozenset[str]) -> None:
    names = {name[2:].partition(".")[0] for demand in SERVED[engine] for name in named(demand)}
    assert {name for name in names if name.removeprefix("no-") not in known} <= {"num-redundant-experts"}


@pytest.mark.parametrize("table", ["key_refused", "sharding_without_effect"])
def test_deepspeed_has_every_key(table: str) -> None:
    for name in {name for demand in DEMANDS[table] for name in named(demand)}:
        block, _, key = name.rpartition(".")
        assert name.partition(".")[0] in TOP
        assert block not in BLOCKS or key in BLOCKS[block].split()


def test_accelerate_has_every_block() -> None:
    table = TABLES["accelerate_setting_refused"]
    assert {name.partition(".")[0] for demand in table.DEMANDS for name in named(demand)} <= table.KNOWN


def test_releases_know_the_arguments_that_slips_are_told_from() -> None:
    told = {name for table in (SINCE, UNTIL) for names in table.values() for name in names.split()}
    assert {name for name in told if name not in KNOWN and not re.search("[_A-Z]", name)} <= {"help"}


def launch(**values: str | bool) -> Options:
    """A launch with these arguments; `open_` leaves some of them to the run."""
    given = {f"--{name.replace('_', '-')}": value for name, value in values.items() if name != "open_"}
    named = {name: Setting(name, value, ()) for name, value in given.items()}
    return Options(named | ({OPEN: Setting(OPEN, "", ())} if "open_" in values else {}), MEGATRON)


@pytest.mark.parametrize(
    ("when", "wants", "given", "met"),
    [
        ("--save", "--save-interval", {"save": "x"}, False),
        ("--save", "--save-interval", {"save": "x", "save_interval": "5"}, True),
        ("--save", "--save-interval", {"save": "x", "open_": True}, True),
        ("--fp16", "no --bf16", {"fp16": True, "bf16": True}, False),
        ("--fp16", "no --bf16", {"fp16": True}, True),
        ("--mtp-num-layers > 0", "--bf16", {"mtp_num_layers": "0"}, True),
        ("--ckpt-format = torch_dcp", "--bf16", {"ckpt_format": "torch_dcp"}, False),
        ("--fp16", "--ckpt-format = torch_dist", {"fp16": True}, True),
        ("--fp16", "--ckpt-format != torch_dist", {"fp16": True}, False),
        ("--num-experts", "--num-experts % --num-layers", {"num_experts": "8", "num_layers": "3"}, False),
        ("--num-experts", "--num-experts % --num-layers", {"num_experts": "8", "num_layers": "4"}, True),
        ("--num-experts", "--num-experts >= --moe-router-topk", {"num_experts": "1"}, False),
        ("--num-experts", "--num-experts <= 8", {"num_experts": "16"}, False),
        ("--recompute-modules has moe_act", "--bf16", {"recompute_modules": "core_attn moe_act"}, False),
        ("--recompute-modules", "--recompute-modules within mlp / moe", {"recompute_modules": "mlp other"}, False),
        ("--recompute-modules", "--recompute-modules lacks moe", {"recompute_modules": "mlp"}, True),
        ("--num-experts", "--num-experts > 2", {"num_experts": ""}, True),
    ],
)  # fmt: skip
def test_relations(when: str, wants: str, given: dict[str, str | bool], met: bool) -> None:
    found = list(unmet(launch(**given), [Demand(when, wants)]))
    assert len(found) == (0 if met else 1)
