"""The catalogue is complete, plausible and found under the names that plans use."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, PositiveInt

from stratc.analysis.figures.throughput import FASTEST
from stratc.catalog.load import accelerator, model, names, similar
from stratc.ir.plan import KEYS

FOLDER = Path(__file__).parents[2] / "stratc" / "catalog"


class AcceleratorRow(BaseModel):
    """What a row of accelerators.toml may say."""

    model_config = ConfigDict(extra="forbid")
    aliases: list[str] = []
    source: str
    memory: str | None = None
    memory_bandwidth: str | None = None
    link: str | None = None
    peak: dict[Literal["fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4"], str]


class ModelRow(BaseModel):
    """What a row of models.toml must say; further keys are those of a plan."""

    model_config = ConfigDict(extra="allow")
    aliases: list[str] = []
    parameters: PositiveInt
    layers: PositiveInt
    hidden_size: PositiveInt
    heads: PositiveInt
    vocab_size: PositiveInt
    attention: Literal["mha", "gqa", "mqa", "mla"]
    style: str


ROWS: dict[str, dict[str, dict[str, object]]] = {
    kind: tomllib.loads((FOLDER / f"{kind}s.toml").read_text(encoding="utf-8"))[kind]
    for kind in ("accelerator", "model")
}


@pytest.mark.parametrize("name", names("accelerator"))
def test_an_accelerator_is_well_formed_and_found(name: str) -> None:
    row = AcceleratorRow.model_validate(ROWS["accelerator"][name])
    for alias in (name, *row.aliases):
        entry = accelerator(alias)
        assert entry is not None, alias
        assert entry.source
    entry = accelerator(name)
    assert entry is not None
    assert entry.name == name
    assert set(entry.values) <= set(KEYS)
    assert 5e12 < entry.values["hardware.peak_flops"] < 1e16  # type: ignore[operator]  # a rate


@pytest.mark.parametrize("name", names("model"))
def test_a_model_is_well_formed_and_found(name: str) -> None:
    row = ModelRow.model_validate(ROWS["model"][name])
    for alias in (name, *row.aliases):
        entry = model(alias)
        assert entry is not None, alias
        assert entry.name == name, alias
        assert entry.values["model.layers"] == row.layers
        assert set(entry.values) <= set(KEYS)
    assert row.heads % int(str(ROWS["model"][name].get("kv_heads", 1))) == 0


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("NVIDIA H100 80GB HBM3 GPUs", "H100 SXM"),
        ("8x H100 PCIe", "H100 PCIe"),
        ("A100-SXM4-80GB", "A100 SXM 80GB"),
        ("NVIDIA A100 40 GB", "A100 SXM 40GB"),
        ("a100", "A100"),
        ("RTX4090", "RTX 4090"),
        ("AMD Instinct MI300X", "MI300X"),
        ("Huawei Ascend 910B", "Ascend 910B"),
        ("TPUv5e", "TPU v5e"),
        ("Google TPU v6e (Trillium)", "TPU v6e"),
        ("AWS Trainium 2", "Trainium2"),
        ("Intel Gaudi 3", "Gaudi3"),
        ("AMD Instinct MI355X", "MI355X"),
        ("Huawei Ascend 910C", "Ascend 910C"),
        ("NVIDIA RTX A6000", "RTX A6000"),
    ],
)
def test_devices_under_other_names(said: str, meant: str) -> None:
    entry = accelerator(said)
    assert entry is not None
    assert entry.name == meant


@pytest.mark.parametrize(
    ("said", "memory"),
    [
        ("H100-96GB-HBM2e-SXM (500 W)", 96e9),
        ("NVIDIA A100 SXM 64GB", 64e9),
        ("H20 141 GB", 141e9),
        ("H100 SXM, 900 GB/s", 80e9),
        ("H100 SXM of 4 GB", 80e9),
    ],
)
def test_the_memory_in_a_name_is_that_of_the_device(said: str, memory: float) -> None:
    entry = accelerator(said)
    assert entry is not None
    assert entry.values["hardware.memory"] == memory


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("meta-llama/Llama-2-70b-chat-hf", "Llama 2 70B"),
        ("LLaMA3.1 405B Instruct FP8", "Llama 3.1 405B"),
        ("Qwen3-235B-A22B", "Qwen3 235B-A22B"),
        ("deepseek-ai/DeepSeek-R1", "DeepSeek V3"),
        ("Mixtral-8x7B", "Mixtral 8x7B"),
        ("GPT-3", "GPT-3 175B"),
    ],
)
def test_models_under_other_names(said: str, meant: str) -> None:
    entry = model(said)
    assert entry is not None
    assert entry.name == meant


@pytest.mark.parametrize("said", ["H100 or A100", "TurboChip 9000", "GPU", "", "V1000"])
def test_silence_where_the_device_is_not_sure(said: str) -> None:
    assert accelerator(said) is None


@pytest.mark.parametrize("said", ["Llama", "Llama 2", "30B MoE", "Command R+", "DeepSeek V9", "Mixtral-like 30B"])
def test_silence_where_the_model_is_not_sure(said: str) -> None:
    assert model(said) is None


def test_near_misses_are_suggested() -> None:
    assert "H100" in similar("accelerator", "H1000")
    assert "Mixtral 8x7B" in similar("model", "Mixtrall 8x7B")


@pytest.mark.parametrize(
    ("said", "stated", "meant"),
    [
        ("H100", {"hardware.memory_bandwidth": 2.0e12, "hardware.peak_flops": 756e12}, "H100 PCIe"),
        ("H100", {"hardware.memory": 94e9}, "H100 NVL"),
        ("H100", {"hardware.memory": 64e9}, "H100 SXM"),
        ("H100 SXM", {"hardware.memory_bandwidth": 2.0e12}, "H100 SXM"),
        ("A100", {"hardware.memory": 80e9}, "A100 SXM 80GB"),
        ("A100", {}, "A100"),
    ],
)
def test_the_variant_that_the_facts_fit(said: str, stated: dict[str, object], meant: str) -> None:
    entry = accelerator(said, stated)
    assert entry is not None
    assert entry.name == meant


def test_integers_are_slow_where_the_maker_gave_up_on_them() -> None:
    b300, h100 = accelerator("B300"), accelerator("H100")
    assert b300 is not None
    assert h100 is not None
    assert (b300.peak_flops("int8") or 0) < (b300.peak_flops("bf16") or 0)
    assert (h100.peak_flops("int8") or 0) > (h100.peak_flops("bf16") or 0)


def test_sections_read_one_by_one_are_what_the_whole_file_says() -> None:
    for kind, rows in ROWS.items():
        assert names("model" if kind == "model" else "accelerator") == tuple(rows)
    for name, row in ROWS["model"].items():
        entry = model(name)
        assert entry is not None
        said = {key: entry.values[f"model.{key}"] for key in row if key not in ("aliases", "source", "style")}
        assert said == {key: row[key] for key in said}


def test_the_fastest_device_of_every_width_is_that_of_the_catalogue() -> None:
    widths = {2.0: ("fp16", "bf16"), 1.0: ("fp8", "int8"), 0.0: ("fp4", "int4")}
    for width, peak in FASTEST:
        entries = [found for each in names("accelerator") if (found := accelerator(each))]
        assert peak == max(entry.peaks.get(word, 0.0) for entry in entries for word in widths[width])
